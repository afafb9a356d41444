"""Where jobs live: thin adapters of `dedup.prefilter.filtering` and `dedup.stream`, one module a host.

Each needs its host's package, which no other part of `dedup` does; `docs/pipelines.md` shows each of them.
"""
