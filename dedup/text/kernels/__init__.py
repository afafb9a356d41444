"""The compiled loops, and nothing else. Each line above a kernel says what it costs.

They are compiled once, and the machine code is kept in the user's cache folder (see `dedup.compiler.kernels`). With
``DEDUP_LOOPS=plain`` the same code runs as plain Python: the oracle of the tests.
All of them release the GIL, touch only their arguments and give the same answer in any order of calls.

Positions are word positions in a batch of columns (see `dedup.text.words.Columns`); offsets are code points.
"""
