"""Macedonian: its small letters, and frequent words that not all its neighbours share."""

LETTERS = "абвгдежзиклмнопрстуфхцчшѓѕјљњќџѐѝ"

WORDS = """
    дека ова овој оваа овие тоа кој која повеќе таа тие беше биде сите вели што од како денес поради тој
    неговиот сега години сме ако или прочитајте
"""
