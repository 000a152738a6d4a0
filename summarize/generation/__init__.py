"""The only place where text meets token ids."""
