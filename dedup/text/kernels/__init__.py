"""The compiled loops, and nothing else. Each line above a kernel says what it costs.

Numba compiles them once and keeps the machine code in the user's cache folder (see `compiling`). With
``NUMBA_DISABLE_JIT=1`` the same code runs as plain Python: the oracle of the tests.
All of them release the GIL, touch only their arguments and give the same answer in any order of calls.

Positions are word positions in a batch of columns (see `dedup.text.words.Columns`); offsets are code points.
"""
