"""Views of the same reports: JSON lines, one JSON document, a table, a terminal summary, a page."""
