"""Real collections with labels: what originality says of them, beside what was published.

Every set has its own function that anyone can read: it gives `system` a feed and returns figures.
Where a collection does not date its texts, they are dated in the order in which they stand.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from statistics import correlation, mean, median
from typing import Any

from benchmarks import corpora, results
from benchmarks.edits import spun
from benchmarks.peers import LeftOut
from benchmarks.sets import rewording, spaceless, templates
from benchmarks.systems import SYSTEMS, System, judge_each, system, versions
from benchmarks.texts import folded, words
from dedup.classes import PRECEDENCE
from dedup.evaluation import Judgement, Span, Truth, evaluate
from dedup.model import Article

Figures = dict[str, Any]

EARLIER, LATER = "2000-01-01", "2001-01-01"


def clough_stevenson(data: Path, run: System) -> Figures:
    """Each of 95 answers after the five Wikipedia originals.

    Published (Clough & Stevenson 2011, n-gram containment and longest common subsequence): about
    95 % of the answers rightly told plagiarised or not, about 80 % into the four classes.
    """
    originals, answers = corpora.clough_stevenson(data)
    earlier = [
        _article(f"original-{task}", text, EARLIER, "wiki") for task, text in sorted(originals.items())
    ]
    by_class: dict[str, list[float]] = defaultdict(list)
    later = [_article(f"answer-{at}", text, LATER, "answers") for at, (_, _, text) in enumerate(answers)]
    judged = judge_each(run, [([*earlier, answer], {answer.id}) for answer in later])
    for (_, category, _), judgements in zip(answers, judged, strict=True):
        by_class[category].append(_originality(judgements))
    order = ("cut", "light", "heavy", "non")
    figures: Figures = {
        name: {
            "least": min(by_class[name]),
            "mean": round(mean(by_class[name]), 3),
            "most": max(by_class[name]),
        }
        for name in order
    }
    copied = [value for name in order[:3] for value in by_class[name]]
    figures["accuracy copied or not"] = _best_accuracy(copied, by_class["non"])
    figures["accuracy four classes"] = _best_cuts([by_class[name] for name in order])
    figures["'non' below the greatest 'cut'"] = sum(v < max(by_class["cut"]) for v in by_class["non"])
    figures["'cut' above the least 'non'"] = sum(v > min(by_class["non"]) for v in by_class["cut"])
    return figures


def bln600(data: Path, run: System) -> Figures:
    """480 Victorian excerpts as OCR read them, after the careful transcriptions of all of them."""
    samples = corpora.bln600(data)
    feed = [_article(f"clean-{name}", clean, EARLIER, "clean") for name, clean, _ in samples]
    feed += [_article(f"noisy-{name}", noisy, LATER, "ocr") for name, _, noisy in samples]
    truths = [
        Truth(
            f"noisy-{name}",
            (Span(0, len(noisy), "ocr", holders=(f"clean-{name}",)),),
            tuple(start for start, _ in words(noisy)),
        )
        for name, _, noisy in samples
    ]
    judged = run(feed, {truth.id for truth in truths})
    tally = evaluate(judged, truths).kinds["ocr"]
    named = {report.id: _main_source(report) for report in judged}
    right = sum(named.get(f"noisy-{name}") == f"clean-{name}" for name, _, _ in samples)
    return {
        "articles": len(samples),
        "source found": _share(right, len(samples)),
        "words covered": round(tally.recall or 0, 4),
        "right source of covered words": round(tally.source_accuracy or 0, 4),
    }


def mccormick(data: Path, run: System) -> Figures:
    """2,500 runs of news leads, 20 planted copies (an easy set: Jaccard .98)."""
    articles, pairs = corpora.mccormick(data)
    feed = _dated(articles, "leads")
    judged = run(feed, {article.id for article in feed})
    order = {article.id: at for at, article in enumerate(articles)}
    found = {
        (_main_source(report), report.id)
        for report in judged
        if report.originality is not None and report.originality < 0.2
    }
    wanted = {tuple(sorted(pair, key=order.__getitem__)) for pair in pairs}
    return {"pairs": len(wanted), "recall": _share(len(found & wanted), len(wanted)),
            "precision": _share(len(found & wanted), len(found))}  # fmt: skip


def fnc1(data: Path, run: System) -> Figures:
    """1,683 web stories on rumours: originality against computed 5-gram containment in an earlier one."""
    pairs = corpora.exact_pairs(data, "fnc1-train-bodies")
    return _natural(corpora.fnc1(data), [(f"fnc-{a}", f"fnc-{b}", j, c) for a, b, j, c in pairs], run)


def reuters(data: Path, run: System) -> Figures:
    """Reuters-21578 as it is: originality of articles with a computed near-duplicate, and of the others."""
    pairs = corpora.exact_pairs(data, "reuters21578")
    return _natural(
        corpora.reuters(data), [(f"reuters-{a}", f"reuters-{b}", j, c) for a, b, j, c in pairs], run
    )


def _natural(
    articles: Sequence[Article], pairs: Iterable[tuple[str, str, float, float]], run: System
) -> Figures:
    feed = [article for article in _dated(articles, "") if len(words(article.text)) >= 20]
    order = {article.id: at for at, article in enumerate(feed)}
    nearest: dict[str, float] = {}
    alike: dict[str, set[str]] = defaultdict(set)
    for first, second, jaccard, _ in pairs:
        if first in order and second in order:
            later = max(first, second, key=order.__getitem__)
            nearest[later] = max(nearest.get(later, 0.0), jaccard)
            alike[later].add(first if later == second else second)
    judged = run(feed, set(order))
    values = {report.id: report.originality for report in judged if report.originality is not None}
    named = {report.id for report in judged if _main_source(report) in alike[report.id]}
    bounds = {"identical": (1, 2), "Jaccard .8 to 1": (0.8, 1), "Jaccard .5 to .8": (0.5, 0.8)}
    groups = {
        label: [name for name, j in nearest.items() if low <= j < high and name in values]
        for label, (low, high) in bounds.items()
    }
    groups["no computed pair"] = [name for name in values if name not in nearest]
    return {
        label: {
            "articles": len(names),
            "median originality": round(median(values[name] for name in names), 3),
            "most": round(max(values[name] for name in names), 4),
        }
        | (
            {"such a source named first": _share(len(named & set(names)), len(names))}
            if label in bounds
            else {}
        )
        for label, names in groups.items()
        if names
    }


def mrpc(data: Path, run: System) -> Figures:
    """3,576 sentence pairs from two reports of one event: the later sentence after the earlier.

    Published for telling paraphrases (test part): calling every pair one, accuracy .665; TF-IDF .696; Ji &
    Eisenstein 2013, .804. Copying is not paraphrase: the share of words found in pairs that
    are none shows how much wording two reports of one event have in common anyway.
    """
    rows = [("paraphrase" if same else "not", a, b) for same, a, b in corpora.mrpc(data)]
    groups, found = _pairs(rows, run)
    right = sum(
        (label == "paraphrase") == (taken > 0) for (label, _, _), taken in zip(rows, found, strict=True)
    )
    return {**groups, "accuracy, were flagged to mean paraphrase": _share(right, len(rows))}


def sts(data: Path, run: System) -> Figures:
    """4,449 news sentence pairs by human similarity, 0 (unrelated) to 5 (same meaning).

    Published (2015 headlines): Pearson's r of TF-IDF with people .726, of the best entrant .825.
    """
    pairs = corpora.sts(data)
    labels = [f"similarity {int(s)} to {int(s) + 1}" if s < 5 else "similarity 5" for s, _, _ in pairs]
    rows = [(label, first, second) for label, (_, first, second) in zip(labels, pairs, strict=True)]
    groups, found = _pairs(rows, run)
    constant = len(set(found)) == 1
    r = None if constant else round(correlation([score for score, _, _ in pairs], found), 4)
    return {**groups, "Pearson's r of words flagged with people": r}


def _pairs(pairs: Sequence[tuple[str, str, str]], run: System) -> tuple[Figures, list[float]]:
    """Scan every pair alone, the second sentence after the first; return figures, and words flagged by pair."""
    groups: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    found: list[float] = []
    feeds = [
        ([_article("first", first, EARLIER, "a"), _article("second", second, LATER, "b")], {"second"})
        for _, first, second in pairs
    ]
    for (label, first, second), (report,) in zip(pairs, judge_each(run, feeds), strict=True):
        starts = [start for start, _ in words(second)]
        groups[label].append((len(starts), _covered(report.flags, starts), _longest_run(first, second)))
        found.append(groups[label][-1][1] / max(1, len(starts)))
    figures: Figures = {
        label: {
            "pairs": len(rows),
            "flagged": _share(sum(taken > 0 for _, taken, _ in rows), len(rows)),
            "flagged without six words in a row": _share(
                sum(taken > 0 and run < 6 for _, taken, run in rows), sum(run < 6 for _, _, run in rows)
            ),
            "words flagged": _share(sum(taken for _, taken, _ in rows), sum(n for n, _, _ in rows)),
        }
        for label, rows in sorted(groups.items())
    }
    return figures, found


def news_clusters(data: Path, run: System) -> Figures:
    """Some 1,000 descriptions of search results on 20 queries: same stories, told by many outlets.

    Nobody labelled copies. What is flagged should at least name a source that one of three people put into the
    same story.
    """
    feeds = [(_dated(articles, ""), topic) for topic, articles in corpora.news_clusters(data)]
    judged = judge_each(run, [(feed, {article.id for article in feed}) for feed, _ in feeds])
    stories = corpora.news_stories(data)
    flagged = total = items = found = same = 0
    for (feed, topic), reports in zip(feeds, judged, strict=True):
        starts = {article.id: [start for start, _ in words(article.text)] for article in feed}
        for report in reports:
            others = [flag for flag in report.flags if flag.source not in (None, report.id)]
            count = _covered(others, starts[report.id])
            items, found = items + 1, found + (count > 0)
            flagged, total = flagged + count, total + len(starts[report.id])
            pair = {_item(report.id), _item(_main_source(report) or report.id)}
            same += count > 0 and any(pair <= story for story in stories[topic])
    return {
        "items": items,
        "items flagged": found,
        "of these, source in the same story": same,
        "flagged words in 1,000": round(1000 * flagged / total, 2),
    }


def _item(name: str) -> int:
    return int(name.rpartition("-")[2])


def l3s(data: Path, run: System) -> Figures:
    """621 news pages as plain blocks, menus and all: words called boilerplate against people's labels.

    Not content, related content and what nobody marked (menus, footers) are boilerplate; headline and full text
    are not; supplements and readers' comments are not judged.
    Published (Kohlschütter et al. 2010, with the HTML: link density, word counts): F1 of about .95 to .98.
    """
    pages = [page for page in corpora.l3s(data) if page[1]]
    feed, truths = [], []
    for name, blocks in pages:
        text, spans = "", []
        for block in blocks:
            text += "\n\n" if text else ""
            for nth, (part, label) in enumerate(block):
                text += " " if nth else ""
                kind = _L3S.get(label, "other")
                spans.append(Span(len(text), len(text) + len(part), kind, _EXPECTED[kind]))
                text += part
        feed.append(_article(name, text, LATER, name))
        truths.append(Truth(name, tuple(spans), tuple(start for start, _ in words(text))))
    kinds = evaluate(run(feed, {truth.id for truth in truths}), truths).kinds
    found, wanted = kinds["boilerplate"].found, kinds["boilerplate"].words
    false = kinds["article"].words - kinds["article"].found
    precision, recall = found / max(1, found + false), found / wanted
    return {
        "pages": len(pages),
        "boilerplate words": wanted,
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "F1": round(2 * precision * recall / max(1e-9, precision + recall), 4),
    }


_L3S = {None: "boilerplate", 0: "boilerplate", 4: "boilerplate", 1: "article", 2: "article"}
_NOT_BOILERPLATE = tuple(name for name in (*PRECEDENCE, "original") if name != "boilerplate")
_EXPECTED = {"boilerplate": ("boilerplate",), "article": _NOT_BOILERPLATE, "other": (*PRECEDENCE, "original")}


def tortured(data: Path, run: System) -> Figures:
    """Sentences with six technical terms each, after a spinner that wrote 'tortured phrases' for them.

    The terms and their tortured forms are real; the words that join them are ours, and 45 % of those
    the thesaurus knows are swapped as well.
    """
    from random import Random

    rng = Random(0)
    phrases = corpora.tortured_phrases(data)
    rng.shuffle(phrases)
    joints = (
        "Earlier work combines {} with {}, while {} and {} remain open problems. For {} the authors use {}."
    )
    synonyms = corpora.thesaurus(data)
    feed, truths = [], []
    for at in range(0, 1200, 6):
        rows = phrases[at : at + 6]
        clean = joints.format(*(right for _, right in rows))
        twisted = spun(joints, 0.45, rng, synonyms).format(*(wrong for wrong, _ in rows))
        feed.append(_article(f"clean-{at}", clean, EARLIER, "clean"))
        feed.append(_article(f"spun-{at}", twisted, LATER, "spun"))
        truths.append(
            Truth(f"spun-{at}", (Span(0, len(twisted), "spun"),), tuple(s for s, _ in words(twisted)))
        )
    tally = evaluate(run(feed, {truth.id for truth in truths}), truths).kinds["spun"]
    return {
        "texts": tally.spans,
        "texts found": tally.spans_found,
        "words found": round(tally.recall or 0, 4),
    }


def wmt21(data: Path, run: System) -> Figures:
    """107 Russian news articles in twelve independent English wordings: far beyond swapped words.

    Each version is scanned after one human translation (ref A) of all articles.
    """
    documents = corpora.wmt21(data)
    base = [_article(f"{name}/A", texts["ref A"], EARLIER, "A") for name, texts in documents]
    figures: Figures = {}
    for version in sorted(documents[0][1]):
        if version == "ref A":
            continue
        later = [
            _article(f"{name}/B", texts[version], LATER, "B") for name, texts in documents if version in texts
        ]
        judged = run([*base, *later], {article.id for article in later})
        right = sum(_main_source(report) == report.id[:-1] + "A" for report in judged)
        values = [report.originality for report in judged if report.originality is not None]
        figures[version] = {"source found": _share(right, len(judged)), "originality": round(mean(values), 3)}
    return figures


SETS: dict[str, Callable[[Path, System], Figures]] = {
    "clough-stevenson": clough_stevenson,
    "bln600-ocr": bln600,
    "mccormick": mccormick,
    "fnc1": fnc1,
    "reuters": reuters,
    "mrpc": mrpc,
    "sts-news": sts,
    "news-search-clusters": news_clusters,
    "l3s-gn1": l3s,
    "tortured-phrases": tortured,
    "wmt21": wmt21,
    "rewording": rewording,
    "templates": templates,
    "spaceless": spaceless,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks labelled``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks labelled", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public text collections")
    parser.add_argument("--only", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--system", choices=SYSTEMS, default="ours")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change a setting")
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results")
    options = parser.parse_args(argv)
    settings = dict(pair.split("=", 1) for pair in options.set)
    run = system(options.system, settings)
    figures: Figures = {"system": options.system, "sets": {}}
    for name in options.only:
        print(f"\n{name}: {(SETS[name].__doc__ or '').splitlines()[0]}", flush=True)
        try:
            figures["sets"][name] = SETS[name](options.data, run)
        except (LeftOut, OSError) as reason:  # one set that is not there should not cost the others
            print(f"  left out: {reason}")
            continue
        for key, value in figures["sets"][name].items():
            shown = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
            print(f"  {key:<34} {shown}")
    if options.save:
        kept = settings if options.system == "ours" else {}
        results.save("labelled", argv or [], figures, settings=kept, versions=versions(options.system))
    return 0


def _article(name: str, text: str, published: str, source: str) -> Article:
    return Article(id=name, text=text, published=published, source=source)


def _dated(articles: Sequence[Article], source: str) -> list[Article]:
    """Give articles without a date one, in their order; without a source, one each."""
    return [
        Article(
            id=article.id,
            text=article.text,
            source=article.source or source or article.id,
            published=article.published or f"2000-01-01T{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}",
        )
        for at, article in enumerate(articles)
    ]


def _originality(judged: Sequence[Judgement]) -> float:
    value = judged[0].originality
    return round(1.0 if value is None else value, 4)


def _main_source(report: Judgement) -> str | None:
    votes: Counter[str] = Counter()
    for flag in report.flags:
        if flag.source not in (None, report.id):
            votes[str(flag.source)] += flag.end - flag.start
    return votes.most_common(1)[0][0] if votes else None


def _covered(flags: Iterable[Any], starts: Sequence[int]) -> int:
    spans = [
        (flag.start, flag.end) for flag in flags if flag.kind not in ("obfuscated", "foreign", "boilerplate")
    ]
    return sum(any(start <= at < end for start, end in spans) for at in starts)


def _longest_run(first: str, second: str) -> int:
    a, b = folded(first), folded(second)
    return SequenceMatcher(None, a, b, autojunk=False).find_longest_match(0, len(a), 0, len(b)).size


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _best_accuracy(low: Sequence[float], high: Sequence[float]) -> dict[str, float]:
    """Best accuracy of one threshold: `low` below it, `high` at or above."""
    total = len(low) + len(high)
    return max(
        (
            {
                "accuracy": round((sum(v < cut for v in low) + sum(v >= cut for v in high)) / total, 4),
                "at": cut,
            }
            for cut in sorted({*low, *high})
        ),
        key=lambda best: best["accuracy"],
    )


def _best_cuts(groups: Sequence[Sequence[float]]) -> float:
    """Best accuracy of thresholds that part the groups in their order (exact, by dynamic programming)."""
    cuts = sorted({value for group in groups for value in group})
    best = [0] * (len(cuts) + 1)  # best[i]: most right with the groups so far on values below cuts[i]
    for group in groups:
        right, most = [0] * (len(cuts) + 1), 0
        for at in range(len(cuts) + 1):
            below = sum(value < cuts[at] for value in group) if at < len(cuts) else len(group)
            most = max(most, best[at] - below)
            right[at] = most + below
        best = right
    return round(best[-1] / sum(map(len, groups)), 4)
