"""A small compiler for loops over arrays: functions of Python, in a part of Python, to machine code by LLVM.

What loops know: numbers of numpy's types, arrays in the order of C, tuples and named tuples of both; ``if``, ``while``,
``for`` over a range, an array or numbers; functions marked as parts of loops. A variable has one type, and no index
counts from the end, unless it is written as a number below 0. All else is an error when the loop is compiled
(see `dedup.compiler.errors.NotCompiled`).
"""
