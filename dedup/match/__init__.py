"""What of an article stands in an earlier one: candidates, alignment, passages."""
