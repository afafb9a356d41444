"""Passages and marks to one report an article."""
