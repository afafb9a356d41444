"""The compiled loops of translated copies: over sentences, and over the pieces of words that an encoder sees."""
