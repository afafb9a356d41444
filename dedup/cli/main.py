"""The command `dedup`: its commands, and what ends every one of them.

`cli` is the only room that prints, exits or reads the environment. Nothing heavy is imported at its top:
`dedup --help` answers before numpy would have loaded.
"""

from __future__ import annotations

import gc
import sys
from typing import Any

import click

from dedup.cli import convert, diff, evaluate, index, report, scan, serve, settings, stories, trace
from dedup.cli import filter as filtering
from dedup.cli.console import forget_stdout, message_of, warnings_said
from dedup.cli.interrupts import INTERRUPTED, Interrupts
from dedup.errors import DedupError, SettingsError
from dedup.reporter.visible import visible
from dedup.version import __version__

CLOSED_PIPE = 141
"""Exit code beside 0, 1, click's 2, `INTERRUPTED` and the 3 of a gate that is shut."""

YOUNG = 50_000
"""Objects made between two searches for cycles: articles, marks and reports are many, and have none."""


class WrongUsage(click.ClickException):
    """One line, and click's exit code for what cannot be asked."""

    exit_code = 2


class Commands(click.Group):
    """The commands, with the exit codes of every one of them."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run as a program that Ctrl-C ends within a second."""
        gc.set_threshold(YOUNG)
        with Interrupts() as interrupts:
            return super().main(*arguments, obj=interrupts, **options)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command: 1 for an error that has a message, 130 for Ctrl-C, 141 for a closed pipe."""
        try:
            with warnings_said():
                result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except BrokenPipeError:
            forget_stdout()
            ctx.exit(CLOSED_PIPE)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except SettingsError as error:
            raise WrongUsage(visible(str(error))) from error
        except DedupError as error:
            raise click.ClickException(visible(str(error))) from error
        except OSError as error:
            raise click.ClickException(visible(message_of(error))) from error
        except MemoryError as error:
            raise click.ClickException("not enough memory") from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, package_name="dedup-news")
def main() -> None:
    """Say how much of each article of a news feed is original text, and where the rest came from.

    \b
    dedup scan news/                          a summary for people
    dedup scan news/ -o report.jsonl          a report a machine can read, one line an article
    dedup scan feed.jsonl --reference press/  what was taken from the press releases
    dedup report report.jsonl -o report.html  a page of it
    dedup stories feed.jsonl                  who wrote it first, and who took it from whom
    dedup diff yesterday.html today.html      what an update says otherwise
    dedup trace paragraph.txt --in news/      where a text comes from
    """


for command in (
    convert.convert, diff.diff, evaluate.command, settings.explain_settings, filtering.filter_, index.index,
    report.report, report.show, scan.scan, serve.serve, stories.stories, trace.trace,
):  # fmt: skip
    main.add_command(command)
