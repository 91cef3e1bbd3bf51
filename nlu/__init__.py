"""Reading a citizen's message: clean text, words, personal data, places, times, matters, danger."""
