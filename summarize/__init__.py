"""News text to short summaries and Korean/English translations."""
