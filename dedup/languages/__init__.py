"""Languages: an article's main one, and the fragments of others in it."""

from dedup.languages.by_language import Tuning
from dedup.languages.judge import Languages, Verdict
from dedup.languages.main import MainLanguage
from dedup.languages.scorers import Scorer, installed_scorers, scorer_names

__all__ = ["Languages", "MainLanguage", "Scorer", "Tuning", "Verdict", "installed_scorers", "scorer_names"]
