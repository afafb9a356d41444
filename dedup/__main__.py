"""`python -m dedup` is `dedup`."""

from __future__ import annotations

INTERRUPTED = 130
"""Exit code after Ctrl-C; `dedup.cli.interrupts`, which has it too, may not be there yet."""


def main() -> None:
    """Run the command. Ctrl-C ends it quietly even while it is imported."""
    code: object = 0
    try:
        from dedup.cli.main import main as command

        command(prog_name="dedup")
    except KeyboardInterrupt:
        code = INTERRUPTED
    except SystemExit as end:
        code = end.code
    if code == INTERRUPTED:
        # What was interrupted inside an `exec`, as libraries have them, CPython would end by the signal whatever the
        # exit code is, unless another one ended well after it.
        exec("")
    raise SystemExit(code)


if __name__ == "__main__":
    main()
