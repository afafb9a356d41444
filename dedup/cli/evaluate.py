"""`dedup evaluate`: a report against labels of one's own."""

from __future__ import annotations

import json

import click

from dedup.reporter.visible import shown


@click.command("evaluate", short_help="Compare a report with labels of your own.")
@click.argument("report", type=click.Path(exists=True, dir_okay=False))
@click.argument("truth", type=click.Path(exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def command(report: str, truth: str, as_json: bool) -> None:
    """Compare a REPORT (dedup scan -f jsonl) with labels of your own.

    TRUTH has one JSON object an article: {"id": ..., "starts": [where each word begins],
    "spans": [{"start": ..., "end": ..., "kind": a name, "holders": [ids of the right sources]}]}.
    Text that no span holds is the article's own. Figures are given for each kind.
    """
    # With libraries that the command's help does without.
    from dedup.evaluation.comparison import evaluate
    from dedup.evaluation.labels import read_judgements, read_truths
    from dedup.evaluation.scores import summary

    evaluation = evaluate(read_judgements(report), read_truths(truth))
    click.echo(json.dumps(evaluation.figures(), indent=2) if as_json else shown(summary(evaluation)))
