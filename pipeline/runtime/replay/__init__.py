"""Replay: recorded payloads through the whole embedded pipeline, the log's own time taken from the payloads."""
