"""Ingest: one connector protocol. Receive, append, acknowledge, and only then move the cursor."""
