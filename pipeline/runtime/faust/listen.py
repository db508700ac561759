"""`faust -A pipeline.runtime.faust.listen worker -l info --without-web`"""

from __future__ import annotations

from pipeline import processors
from pipeline.runtime.faust.commandline import WorkerApp
from schemas.topics import MENTIONS

app = WorkerApp("listen", MENTIONS, processors.listen)
