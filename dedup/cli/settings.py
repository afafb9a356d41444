"""`dedup explain-settings`: what the settings mean, and what they can see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dedup.cli.options import chosen_settings, with_settings

if TYPE_CHECKING:
    from dedup.model import Json
    from dedup.settings import Settings


@click.command("explain-settings", short_help="Say what the settings mean, and can see.")
@click.argument("names", nargs=-1, metavar="[NAME...]")
@with_settings
def explain_settings(names: tuple[str, ...], config: Path | None, values: Mapping[str, str]) -> None:
    """Show the settings, and what they can see; or say what one of them, NAME, means.

    The LSH net looks at whole paragraphs: its curve says how likely a pair of a given Jaccard similarity
    becomes a candidate. The fingerprint net looks at passages. What either finds is then verified on the
    text.

    \b
    dedup explain-settings
    dedup explain-settings min_words
    dedup explain-settings --set jaccard=0.7 --set recall=0.99
    """
    if names:
        chosen = asdict(chosen_settings(config, values) or _settings())
        click.echo("\n\n".join(_explained(name, chosen) for name in names))
        return
    from dedup.match.lsh import choose_bands, detection_probability
    from dedup.settings import Settings

    settings = chosen_settings(config, values) or Settings()
    click.echo(f"Settings {settings.id}\n")
    values_by_name = asdict(settings)
    width = max(map(len, values_by_name))
    for name, value in values_by_name.items():
        click.echo(f"  {name:<{width}}  {value}")
    if settings.nets != "fingerprints":
        bands, rows = choose_bands(settings)
        click.echo(f"\nLSH net: {bands} bands of {rows} rows, shingles of {settings.shingle_words} words\n")
        click.echo("  Jaccard   candidate with probability")
        for tenth in range(1, 11):
            seen = detection_probability(tenth / 10, bands, rows)
            click.echo(f"  {tenth / 10:7.1f}   {seen:6.1%}  {'#' * round(40 * seen)}".rstrip())
    click.echo(f"\n{_shortest(settings)}")


def _settings() -> Settings:
    from dedup.settings import Settings

    return Settings()


def _explained(name: str, chosen: Json) -> str:
    """One setting in prose."""
    from dedup.settings import Range, one_of, setting

    field = setting(name)
    allowed = field.metadata["range"]
    shown = str(allowed) if isinstance(allowed, Range) else one_of(allowed)
    changed = "" if chosen[name] == field.default else f" (default {field.default})"
    meaning = click.wrap_text(field.metadata["doc"], 96, "  ", "  ")
    return f"{name} = {chosen[name]}{changed}; {shown}\n\n{meaning}"


def _shortest(settings: Settings) -> str:
    """The shortest passage that can be found, in words."""
    common = (
        f"Shortest passage that can be found: {settings.min_words} words in the same order, weighing "
        f"{settings.min_weight:g} or more\n(a name, a number or a short word weighs half), and at least "
        f"{settings.min_share:.0%} of the passage they lie in"
    )
    if settings.nets == "lsh":
        return f"{common},\nin a paragraph similar enough for the LSH net."
    return (
        f"{common},\nwith a run of {settings.shingle_words} among them that no more than {settings.frequent} "
        "paragraphs of the corpus share."
    )
