"""Letters that are not what they seem: look-alikes, hidden characters, broken encodings."""
