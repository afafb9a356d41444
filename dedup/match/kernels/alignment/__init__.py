"""From candidates to verified passages, one module a step; `dedup.match.passages` calls them.

`runs` that two articles share, `chains` of them that may be evidence, `segments` with their gaps filled (`bridges`),
`evidence` for each, with set `phrases` left out, the `support` that they give each other, the `cover` of an article by
them, `writing` of passages, and `settling` their ends. Beside these `repeats`, what an article says twice, and
`templates`, whose `values` differ. `rows` names the columns of all records.
"""
