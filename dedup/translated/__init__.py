"""Translated copies: passages that say in one language what an earlier article says in another.

No word shows such a copy. Sentences are told by vectors of a small multilingual encoder (`encoder`, `network`), kept in
two bits a dimension and fewer (`vectors`), with the names and figures they hold (`anchors`). Which earlier articles
deserve a look is told from the vectors (`shelf`); what is found is decided by sentences that answer each other in the
same order, and by the names and figures that they share (`passages`). One sentence alone is never enough.

Off unless `Settings.translated_days` says otherwise; then nothing of it is loaded.
"""
