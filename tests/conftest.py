"""For every test: hypothesis looks for counterexamples, not at the clock.

`make test` tries the same examples every time, so that a failure is about the change at hand. `make explore` tries new ones.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("escucha", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1_000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "escucha"))
