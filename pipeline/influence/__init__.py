"""Influence: what an author's words move, measured by the engagement they earn and never by followers."""

from pipeline.influence.processor import Influence
from pipeline.influence.table import InfluenceTable

__all__ = ["Influence", "InfluenceTable"]
