"""Who asks the tier-1 models on behalf of the stream: in a process of their own with a deadline, or here with patience."""

from pipeline.runtime.scoring.beside import BesideScorer
from pipeline.runtime.scoring.life import ScorerUnfit
from pipeline.runtime.scoring.patient import PatientScorer
from pipeline.runtime.scoring.scorer import Missed, Scorer, Tally

__all__ = ["BesideScorer", "Missed", "PatientScorer", "Scorer", "ScorerUnfit", "Tally"]
