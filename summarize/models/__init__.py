"""Model knowledge without torch: what models there are, and where their weights come from."""
