"""News knowledge without torch: articles, sentences, languages."""
