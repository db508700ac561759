"""Event time: what a mention contributes, buckets of integer counters, and the frontier that puts records in order."""
