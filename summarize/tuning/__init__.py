"""Adapting a catalog model to one's own texts: pairs in, a LoRA adapter out.

`job.tune` reads records, trains, scores and saves; the rest are its rooms. Needs
the extra `tune` (peft) to train; using an adapter needs nothing beyond the package
(`generation/adapter.py` merges it when the model is loaded).
"""
