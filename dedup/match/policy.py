"""The numbers of matching that are no settings: who is looked at, and what counts as held by many.

Scan, stream and Spark share them; they differ in where lists of holders come from. Kernels get them as arguments, so
another number here needs no cache deleted. Each of them changes answers: with one, `dedup.version.ENGINE` rises.
"""

from __future__ import annotations

# --- nomination: who of those that share keys deserves a look ---

STRETCH = 64
"""Words that look for sources together: a longer paragraph is several stretches, so that each finds its own."""

FREQUENT_RUN = 8
"""So many frequent keys in a row are evidence again: a passage that everybody copied."""

LEAST_WEIGHT = 6
"""What its keys in one stretch must weigh for a holder to be nominated: one key that only two have, or several more
common ones. A key weighs one more each time it is half as frequent."""

LEAST_WEIGHT_OF_ARTICLES = 3
"""The same where articles are nominated, in a stream: what weighs little fills what room `LIMIT` leaves. Articles of
three short lines of figures are alike by nothing else; a scan pairs the lines that are equal, however short."""

NOMINEES = 4
"""Articles that each stretch nominates in a stream. A scan takes `Settings.candidates` paragraphs: it looks at
these alone, a stream at whole articles, with all that they may have in common."""

LIMIT = 16
"""Nominees that a stream verifies against one article, the most promising first: a bound of its work."""

NOMINEES_IN_ORDER, LIMIT_IN_ORDER = 2, 8
"""The same of those that are looked at beside them because they have longer runs of words: nearly always they are
among them."""

CROWD_KEYS, CROWD_SHARE = 8, 5
"""Who has so many keys of a stretch, and one in so many of its keys, is looked at even in a crowd, where nothing that
was looked at explains the stretch. Of a copy of which every fifth word is another two keys in five are left."""

LIMIT_OF_A_CROWD = 64
"""Of a crowd so many are looked at for one article, those with most keys first: as many as an index names."""

AMENDED = 1000
"""Articles that one late original may affect, those that share most with it first."""

# --- copies: how many others hold a passage ---

SAMPLES = 9
"""Shingles of a passage that are asked for, spread over it."""

HELD = (3, 5)
"""Who has three in five of them holds the passage."""

MOST_COPIES = 512
"""Holders looked at for each of them by a scan; exact copies count in full. A stream knows `Settings.frequent`."""

# --- standing phrases ---

HALF_HELD = (1, 2)
"""Who has half of the samples of a reworded passage has its phrase: an office is told with the name of whoever holds
it, and what a company pays with its own figures."""

NO_PHRASE = (3, 4)
"""What is three quarters of its article is no phrase in it: a news flash that everybody sent."""
