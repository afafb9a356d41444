"""Write a feed with known answers from articles of your own, to test any tool on.

ARTICLES are files and folders that `dedup scan` reads; JSONL with `id`, `text` and `published` serves best. The
text needs paragraphs (blank lines); some hundred articles give some dozen pages. OUT gets

    articles.jsonl             the feed: originals, and later pages that take from them
    truth.jsonl                what is right for every word of the pages
    negatives/articles.jsonl   a feed in which nothing was taken, though it looks so
    negatives/truth.jsonl      whose spans say how it looks

Put your tool's findings into the form of a report, a JSON object a page: `id`, `originality` (may be null) and
`findings`, each with `kind` (such as "recycled"), `start`, `end` and, where you can name one, `match: {"id": …}`.
Then `dedup evaluate REPORT OUT/truth.jsonl` gives the figures. The truth format stands in `benchmarks/README.md`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.corpora import in_blocks, thesaurus_of
from benchmarks.edits import Thesaurus
from benchmarks.generator import KINDS, Stitched, negatives, stitched
from dedup.model import Article


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks generate``."""
    options = _parser().parse_args(argv)
    articles = list(prepared(options.articles))
    synonyms = thesaurus_of(options.thesaurus) if options.thesaurus else {}
    try:
        feed, false = generated(articles, options, synonyms)
    except (ValueError, IndexError) as error:
        print(f"{len(articles)} articles are too few: {error}", file=sys.stderr)
        return 1
    write(options.out, feed)
    if options.negatives:
        write(options.out / "negatives", false)
    print(
        f"{options.out}: {len(feed.articles)} articles, {len(feed.truths)} of them with answers; "
        f"negatives: {len(false.truths)}"
    )
    return 0


def prepared(paths: Iterable[str]) -> Iterator[Article]:
    """Read articles; where one has no blank lines, its lines or pairs of sentences become paragraphs."""
    from dedup import read_articles

    for article in read_articles(*paths):
        yield replace(article, text=in_blocks(article.text))


def generated(
    articles: Sequence[Article], options: argparse.Namespace, synonyms: Thesaurus
) -> tuple[Stitched, Stitched]:
    """Make the feed and the feed of hard negatives. Kinds that need a thesaurus are left out without one."""
    kinds = options.kind or [kind for kind in KINDS if synonyms or kind != "spun45"]
    feed = stitched(articles, options.seed, options.pages, synonyms, kinds=kinds, dressed=options.dressed)
    return feed, negatives(articles, options.seed, options.negatives)


def write(folder: Path, feed: Stitched) -> None:
    """Write ``articles.jsonl`` and ``truth.jsonl``."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "articles.jsonl", "w", encoding="utf-8") as out:
        for article in feed.articles:
            record = {"id": article.id, "source": article.source, "published": article.published}
            out.write(json.dumps(record | {"text": article.text}, ensure_ascii=False) + "\n")
    with open(folder / "truth.jsonl", "w", encoding="utf-8") as out:
        out.writelines(truth.to_json() + "\n" for truth in feed.truths)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks generate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("articles", nargs="+", metavar="ARTICLES", help="files and folders of real articles")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the folder to write")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same feed")
    parser.add_argument("--pages", type=int, default=140, help="pages that take something (140)")
    parser.add_argument("--negatives", type=int, default=60, help="pages that look so and take nothing (60)")
    parser.add_argument("--kind", nargs="+", choices=list(KINDS), help="plant only these kinds")
    parser.add_argument("--dressed", action="store_true", help="add repeats, furniture and foreign lines")
    parser.add_argument("--thesaurus", type=Path, help="a mythes file (.dat, .dat.xz), for synonyms")
    return parser
