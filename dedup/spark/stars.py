"""Connected components of a graph that does not fit one machine: alternating large stars and small stars.

Source: Kiveris, Lattanzi, Mirrokni, Rastogi, Vassilvitskii, "Connected Components in MapReduce and Beyond",
SoCC 2014.
"""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from dedup.spark.flow import Flow


def components(flow: Flow, edges: DataFrame) -> DataFrame:
    """The components of a graph with edges ``u, v`` (whole numbers): ``number, centre``, the centre being the least.

    A round is a large star and a small star. Write m(u) for the least of u and its neighbours.

    *Large star*: each edge between u and a greater v becomes (v, m(u)). *Small star*: of the edges between u and
    its lesser neighbours, the one to the least, m, stays, and each other one, to v, becomes (v, m).

    **Components stay.** Small star: all the lesser neighbours and u are joined through m, before and after. Large
    star: each w stays connected with m(w), by induction from the least w up: their edge becomes (w, m(m(w))),
    and m(w) < w stays connected with m(m(w)). So v, m(u) and u stay connected.

    **It ends.** Let P be the sum of both ends over all edges, a whole number. No round adds an edge. A large star
    lowers P by u - m(u) for each edge: by nothing only if no vertex has both greater and lesser neighbours. A
    small star lowers P by u - m for each edge that it moves: by nothing only if no vertex has two lesser
    neighbours. P cannot fall for ever, so a round comes that leaves it, and with it all edges, unchanged. Then
    every vertex either has only greater neighbours or exactly one, lesser, neighbour, which has only greater
    ones: a star around the least of its component. (Equal edges that merge lower P as well.) The paper bounds
    the rounds by O(log^2 n); four are usual.

    Each round is kept before the next begins: plans stay small, and a crash costs one round.
    """
    stars = flow.kept("stars0", _greater_first(edges).distinct())
    potential = _potential(stars)
    rounds = 0
    while True:
        rounds += 1
        stars = flow.kept(f"stars{rounds}", _small(_large(stars)))
        now = _potential(stars)
        if now == potential:
            break
        potential = now
    members = stars.select(F.col("u").alias("number"), F.col("v").alias("centre"))
    centres = stars.select(F.col("v").alias("number"), F.col("v").alias("centre")).distinct()
    return members.union(centres)


def _greater_first(edges: DataFrame) -> DataFrame:
    ends = (F.greatest("u", "v").alias("u"), F.least("u", "v").alias("v"))
    return edges.where("u != v").select(*ends)


def _large(edges: DataFrame) -> DataFrame:
    """`edges` have the greater end first."""
    # Of a vertex with lesser neighbours the least of these, else itself.
    least = edges.groupBy("u").agg(F.min("v").alias("m")).withColumnRenamed("u", "w")
    moved = edges.join(least, edges["v"] == least["w"], "left")
    return moved.select("u", F.coalesce("m", "v").alias("v")).distinct()


def _small(edges: DataFrame) -> DataFrame:
    least = edges.groupBy("u").agg(F.min("v").alias("m"))
    others = edges.join(least, "u").where("v != m").select(F.col("v").alias("u"), F.col("m").alias("v"))
    return least.select("u", F.col("m").alias("v")).union(others).distinct()


def _potential(edges: DataFrame) -> object:
    row = edges.agg(F.sum((F.col("u") + F.col("v")).cast("decimal(38,0)"))).first()
    return row[0] if row else None
