"""For every test: hypothesis looks for counterexamples, not at the clock."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("escucha", deadline=None)
settings.load_profile("escucha")
