"""`python -m dedup` is `dedup`."""

from dedup.cli.main import main

main(prog_name="dedup")
