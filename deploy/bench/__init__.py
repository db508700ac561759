"""Measured figures on this machine: what the whole embedded job costs beside its own pure functions, and where the time goes."""
