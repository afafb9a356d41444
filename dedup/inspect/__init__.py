"""What an article shows by itself: languages, furniture, disguise."""
