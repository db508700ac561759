"""Tier 2: any Hugging Face text classification model, beside the stream. Reads mentions again and gives their scores to the log."""
