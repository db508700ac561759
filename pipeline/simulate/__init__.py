"""A seeded world that talks about brands: for the demo, load, backtests and tests."""

from pipeline.simulate.episode import Episode
from pipeline.simulate.life import Faults
from pipeline.simulate.log import log_line
from pipeline.simulate.post import Label, Simulated
from pipeline.simulate.world import World

__all__ = ["Episode", "Faults", "Label", "Simulated", "World", "log_line"]
