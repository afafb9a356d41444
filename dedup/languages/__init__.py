"""Languages: an article's main one, and the fragments of others in it."""

from dedup.languages.judge import Languages, MainLanguage, Tuning, Verdict
from dedup.languages.scorers import Scorer, installed_scorers

__all__ = ["Languages", "MainLanguage", "Scorer", "Tuning", "Verdict", "installed_scorers"]
