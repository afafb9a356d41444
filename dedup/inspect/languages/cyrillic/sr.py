"""Serbian: its small letters, and frequent words that not all its neighbours share."""

LETTERS = "абвгдежзиклмнопрстуфхцчшђјљњћџ"

WORDS = """
    шта ово овај ова такође када сада који које која кој више био јер године рекао данас јуче због биће
    према још како што од тој вели ако или прочитајте
"""
