"""`faust -A pipeline.runtime.faust.influence worker -l info --without-web`"""

from __future__ import annotations

from pipeline import processors
from pipeline.runtime.faust.commandline import WorkerApp
from schemas.topics import INTERACTIONS

app = WorkerApp("influence", INTERACTIONS, lambda partition, plan, _: processors.influence(partition, plan))
