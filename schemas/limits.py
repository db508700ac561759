"""Every limit of the contract, in one place. Beyond a limit an input becomes a dead letter, never a surprise."""

PAYLOAD_BYTES = 1_000_000
"""One raw payload. The largest real one seen is a 1.6 MB feed, which a connector cuts into items."""
PAYLOAD_DEPTH = 64
"""Nesting of a raw payload; real ones stay under 20."""
PAYLOAD_KEYS = 20_000
"""Object members in a raw payload, counted over the whole tree."""
RECORD_BYTES = 1_000_000
"""One record of ours on a topic: Kafka's default message size, less headers."""
TEXT_CHARS = 40_000
"""Mention text; Reddit's own limit. Longer text is cut and flagged `truncated`."""
FIELD_CHARS = 4_096
"""Titles, names, bios."""
UID_CHARS = 2_048
LIST_ITEMS = 256
"""Links, media, mentions, hashtags of one mention; the rest is dropped."""
EVIDENCE = 5
"""Mentions shown with a signal."""
