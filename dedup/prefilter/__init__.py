"""The stage between two pipes: lines in, lines out."""
