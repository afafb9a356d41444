"""The words of a text: characters, words, paragraphs, quotations."""
