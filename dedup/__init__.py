"""How much of each article of a news feed is original text, and where the rest came from."""
