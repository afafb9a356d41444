"""Options that several commands have, and what they mean. Part of the command, as `cli` is."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from dedup.cli.console import names_and_values
from dedup.errors import SettingsError

if TYPE_CHECKING:
    from dedup.additions import Additions
    from dedup.model import Json
    from dedup.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

CONFIG = Path("dedup.toml")


def with_output(what: str) -> Callable[[F], F]:
    """Add the option that says where something goes; `what` is its help."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, allow_dash=True),
        default="-",
        metavar="FILE",
        help=what,
    )


def with_settings(command: F) -> F:
    """Add the options that choose the settings."""
    options = (
        click.option(
            "--config",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="TOML file with the settings; by default dedup.toml in the current folder, if there is one.",
        ),
        click.option(
            "--set",
            "values",
            multiple=True,
            metavar="NAME=VALUE",
            callback=names_and_values,
            help="Change one setting, such as min_words=10; stronger than the file. May be given again.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def with_additions(command: F) -> F:
    """Add the options that name what the user adds to the shipped data; the command gets it as `additions`."""

    @wraps(command)
    def adding(*args: Any, furniture: Sequence[Path], ignore: Sequence[Path], **others: Any) -> Any:
        return command(*args, additions=_additions(furniture, ignore), **others)

    options = (
        click.option(
            "--furniture",
            multiple=True,
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Further phrases of site furniture, as JSON in the format of the shipped files, such as "
            '{"language": "en", "line": ["our other papers"]}. May be given again.',
        ),
        click.option(
            "--ignore",
            multiple=True,
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Texts that never count as a source, such as a company's own description or a false alarm: each "
            "paragraph of FILE, in any format that is read. May be given again.",
        ),
    )
    for option in reversed(options):
        adding = option(adding)
    return cast(F, adding)


def _additions(furniture: Sequence[Path], ignore: Sequence[Path]) -> Additions:
    from dedup.additions import NOTHING

    if not (furniture or ignore):
        return NOTHING
    from dedup.readers.additions import read_additions

    return read_additions(furniture, ignore)


def with_steps(command: F) -> F:
    """Add the options that trade latency for throughput."""
    size = click.option(
        "--batch-size",
        type=click.IntRange(min=1),
        default=100,
        show_default=True,
        metavar="N",
        help="Articles judged in one step at most.",
    )
    wait = click.option(
        "--max-wait",
        type=click.FloatRange(min=0),
        default=0.0,
        show_default=True,
        metavar="SECONDS",
        help="How long an article may wait for others to share its step with. With 0 a step takes what has come "
        "while the one before was at work.",
    )
    return size(wait(command))


def with_translated(command: F) -> F:
    """Add the option that looks for translations."""
    return click.option(
        "--translated",
        is_flag=True,
        help="Also look for passages translated from earlier articles in other languages, of the seven days before "
        "(--set translated_days=N for others). Needs the extra `translated`.",
    )(command)


def chosen_settings(
    config: Path | None, values: Mapping[str, str], translated: bool = False
) -> Settings | None:
    """The defaults, changed by the file, changed by the command line; None where nobody chose any."""
    from dedup.settings import WEEK, Settings

    path = config or (CONFIG if CONFIG.is_file() else None)
    if path is None and not values and not translated:
        return None
    settings = Settings()
    if path is not None:
        try:
            settings = settings.with_values(_toml(path))
        except ValueError as error:  # SettingsError, TOMLDecodeError, UnicodeDecodeError
            raise SettingsError(f"{path}: {error}") from error
    settings = settings.with_values(values)
    if translated and not settings.translated_days:
        settings = settings.with_values({"translated_days": WEEK})
    return settings


def _toml(path: Path) -> Json:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    values: Json = tomllib.loads(path.read_text(encoding="utf-8"))
    return values


def days(_ctx: click.Context, _param: click.Parameter, value: str | None) -> int | None:
    """A number of days, as ``30d``, ``4w`` or ``30``: the callback of such an option."""
    if value is None:
        return None
    found = re.fullmatch(r"(\d{1,6})\s*([dw]?)", value.strip().lower(), re.ASCII)
    if found is None or not int(found[1]):
        raise click.BadParameter(f"{value!r} is no number of days, such as 30d or 4w")
    return int(found[1]) * (7 if found[2] == "w" else 1)
