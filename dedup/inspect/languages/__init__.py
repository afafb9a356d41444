"""Languages: an article's main one, and the fragments of others in it."""

from dedup.inspect.languages.by_language import Tuning
from dedup.inspect.languages.judge import Languages, Verdict
from dedup.inspect.languages.main import MainLanguage
from dedup.inspect.languages.scorers import Scorer, installed_scorers, scorer_names

__all__ = ["Languages", "MainLanguage", "Scorer", "Tuning", "Verdict", "installed_scorers", "scorer_names"]
