"""The figures of quality that `check` holds: one or some for each kind, on invented news, without any data.

Copies of fourteen kinds, repeats, furniture, foreign lines, hard negatives and clean news; short copies;
the same in a stream; lines of a close language; a script without spaces; stories; formats. Each is a share that
should be 1.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from statistics import mean

from benchmarks import edits
from benchmarks.formats import FORMATS, again
from benchmarks.generator import lonely, negatives, stitched
from benchmarks.invented import collection, synonyms, vocabulary
from benchmarks.quality import measure
from benchmarks.safety import measure as of_clean_news
from benchmarks.short import planted, recalls
from benchmarks.stories import measured, told_of
from benchmarks.story_feeds import feed_of
from benchmarks.systems import ours
from dedup import Detector, Settings, open_index
from dedup.evaluation import evaluate, judgement
from dedup.inspect.inspector import Inspector
from dedup.inspect.languages.facts import same
from dedup.model import Article

PAGES, ORIGINALS, NEGATIVES, SEED = 140, 800, 48, 5

Figures = dict[str, float]


def quality() -> Figures:
    """All of them."""
    kinds = (stitched_news, short_copies, streamed, close_languages, spaceless, stories, formats)
    figures = {name: value for kind in kinds for name, value in kind().items()}
    return {f"quality: {name}": round(value, 4) for name, value in figures.items()}


def stitched_news() -> Figures:
    """Recall by kind, precision, right source, and 1 - originality error; hard negatives left alone."""
    articles = collection(ORIGINALS)
    feed = stitched(articles, SEED, PAGES, synonyms(), dressed=True)
    _, evaluation, _ = measure(ours(), feed)
    shares: dict[str, list[float]] = {}
    for kind, tally in evaluation.kinds.items():
        shares.setdefault(kind.split()[0], []).append(tally.recall or 0.0)  # all foreign languages together
    figures = {kind: mean(values) for kind, values in shares.items()}
    figures["precision"] = evaluation.precision or 0.0
    figures["right source"] = evaluation.total.source_accuracy or 0.0
    figures["originality"] = 1 - (evaluation.mean_originality_error or 0.0)
    _, false, _ = measure(ours(), negatives(articles, SEED, NEGATIVES))
    figures |= {f"no copy: {kind}": tally.recall or 0.0 for kind, tally in false.kinds.items()}
    clean = of_clean_news(articles[:200], "en")
    figures["clean news: not cut"] = 1 - clean.cut / clean.words
    figures["clean news: not taken"] = 1 - clean.taken / max(1, clean.base)
    return figures


def short_copies() -> Figures:
    """Sentences, items, titles and texts of a few words found in their source."""
    articles = collection(500, lengths=(4, 20))
    feed, plants = planted(articles, [], Random(SEED), 20)
    return {f"short, {kind}": found / total for kind, (found, total, _) in recalls(feed, plants).items()}


def streamed() -> Figures:
    """Stitched news, judged one article after the other by an index."""
    feed = stitched(collection(300), SEED, 28, synonyms())
    order = sorted(feed.articles, key=lambda article: (article.published or "", article.id))
    with open_index("memory:", Settings()) as index:
        judged = [judgement(report) for report in Detector(index).judge(order)]
    result = evaluate(judged, feed.truths)
    return {
        "stream: found": result.total.recall or 0.0,
        "stream: precision": result.precision or 0.0,
        "stream: right source": result.total.source_accuracy or 0.0,
    }


_CLOSE = {
    "es pt": (
        "El puerto de la ciudad cerró ayer por la tarde a causa del viento, según informó la autoridad marítima.",
        "Os pescadores disseram que não foram avisados e que vão pedir uma indemnização ao governo ainda esta semana.",
        "Los barcos que estaban en camino tuvieron que esperar fuera de la bahía hasta que volvió la calma.",
    ),
    "nl de": (
        "De haven van de stad werd gisteren gesloten vanwege de harde wind, zo liet de havenmeester weten.",
        "Die Fischer sagten, dass niemand sie gewarnt habe und dass sie von der Regierung Geld verlangen werden.",
        "De schepen die onderweg waren moesten buiten de baai wachten tot het weer rustig was.",
    ),
    "da sv": (
        "Byens havn blev i går lukket på grund af den kraftige vind, oplyser havnemyndighederne.",
        "Fiskarna säger att ingen hade varnat dem och att de kommer att kräva ersättning av regeringen.",
        "De skibe, der var undervejs, måtte vente uden for bugten, indtil det blev stille igen.",
    ),
    "cs sk": (
        "Městský přístav byl včera uzavřen kvůli silnému větru, oznámil správce přístavu.",
        "Rybári povedali, že ich nikto nevaroval a že budú od vlády žiadať náhradu škody ešte tento týždeň.",
        "Lodě, které byly na cestě, musely čekat mimo zátoku, dokud se počasí neuklidnilo.",
    ),
    "ru uk": (
        "Порт города вчера закрыли из-за сильного ветра, сообщило управление порта.",
        "Рибалки сказали, що їх ніхто не попередив і що вони вимагатимуть від уряду відшкодування ще цього тижня.",
        "Суда, которые были в пути, должны были ждать за пределами бухты, пока не стихнет ветер.",
    ),
}
"""Of each pair an article in the first language, its middle paragraph in the second."""


def close_languages() -> Figures:
    """A line of a close language in an article: found and rightly named; and nothing else."""
    articles = [Article(pair, "\n\n".join(blocks)) for pair, blocks in _CLOSE.items()]
    reports = Inspector().inspect_texts([(article.text, None) for article in articles])
    right = wrong = 0
    for article, report in zip(articles, reports, strict=True):
        first, line, _ = _CLOSE[article.id]
        start, end = len(first) + 2, len(first) + 2 + len(line)
        for mark in report.marks:
            if mark.kind == "foreign":
                inside = start <= mark.start and mark.end <= end
                named = same(article.id.split()[1], mark.language or "")
                right += inside and named and 2 * (mark.end - mark.start) >= end - start
                wrong += not inside
    return {
        "close languages: found": right / len(articles),
        "close languages: own left": 1 - wrong / len(articles),
    }


def spaceless() -> Figures:
    """Stitched news with each word written as two Han letters, and nothing between them."""
    letters = {
        word: chr(0x4E00 + 7 * at % 5000) + chr(0x5A00 + 11 * at % 4000)
        for at, word in enumerate(vocabulary())
    }

    def written(text: str) -> str:
        sentences = (sentence.lower().split() for sentence in text.rstrip(".").split(". "))
        return "".join("".join(letters.get(word, word) for word in sentence) + "。" for sentence in sentences)

    articles = [
        Article(
            one.id,
            "\n\n".join(map(written, one.text.split("\n\n"))),
            published=one.published,
            extra=one.extra,
        )
        for one in collection(300)
    ]
    _, result, _ = measure(ours(), stitched(articles, SEED, 16, {}, kinds=["exact", "half", "embedded"]))
    return {"spaceless: found": result.total.recall or 0.0, "spaceless: precision": result.precision or 0.0}


def stories() -> Figures:
    """Members, roots, origins, roles, credits and updates of stories."""
    words = vocabulary()

    def reworded(text: str, rate: float, rng: Random) -> str:
        return edits.edited(text, rate, rng, words, synonyms())

    feed = feed_of(lonely(collection(200, SEED)), reworded, SEED, 20)
    found, reports = told_of(feed.articles)
    figures = measured(feed, found, reports)
    names = ("rand", "roots", "origins", "roles", "updates")
    return {f"stories: {name}": float(getattr(figures, name)) for name in names}


def formats() -> Figures:
    """Texts, titles, sources and dates that come back from each format as they were written."""
    articles = [
        Article(one.id, one.text, f"Title of {one.id}", "quayside.example", one.published,
                f"https://quayside.example/{one.id}", "en")
        for one in collection(12)
    ]  # fmt: skip
    figures = {}
    for name in ("jsonl.gz", "jsonl in zip", "json", "csv"):  # no extra is needed for these
        with tempfile.TemporaryDirectory() as folder:
            row = again(FORMATS[name], Path(folder), articles)
        shares = (row[key]["share"] or 0.0 for key in ("text", "title", "source", "published"))
        figures[f"format: {name}"] = mean(shares)
    return figures
