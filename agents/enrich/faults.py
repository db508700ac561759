"""What a person can mend before tier 2 can work."""

from __future__ import annotations


class EnrichUnfit(Exception):
    """Tier 2 cannot work as it is configured or installed; the message says why and what to do."""


EXTRA = "install it with: pip install 'escucha[transformers]'"
