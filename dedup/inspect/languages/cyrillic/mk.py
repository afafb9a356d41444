"""Macedonian: its small letters, and frequent words that not all its neighbours share."""

LETTERS = "абвгдежзиклмнопрстуфхцчшѓѕјљњќџѐѝ"

ENDINGS = ("ниот", "скиот", "виот", "јата", "њето")
"""The article at the end of words, which its neighbours have not or write otherwise."""

WORDS = """
    дека ова овој оваа овие тоа кој која повеќе таа тие беше биде сите вели што од како денес поради тој
    неговиот сега години сме ако или прочитајте во со ги беа уште според откако додека
"""
