"""From candidates to verified passages, one module a step.

`runs` that two articles share, `chains` of them that may be evidence, `segments` with their gaps filled, `evidence`
for each, and the `cover` of an article by them; beside these `repeats`, what an article says twice. Records are rows
whose columns `rows` names.
"""
