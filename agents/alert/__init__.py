"""Alerts out: signals to Redis Streams and to webhooks, at least once, repeats harmless."""
