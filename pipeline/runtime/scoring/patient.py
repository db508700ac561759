"""The models in this process, for a replay: no deadline. Each text is read alone, as by the child, so that the answers are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.record import Row, ScoringRequest
from pipeline.understand.second import Second, Tier1


class PatientScorer:
    """The same texts get the same answers, however they are cut into calls; on the same machine and libraries, that is."""

    def __init__(self, files: Sequence[Mapping[str, bytes]]) -> None:
        """`files` of each model. Raises ModelFault."""
        self._models = {model.version: model for model in map(Tier1, files)}

    @property
    def models(self) -> Sequence[Second]:
        return [model.about for model in self._models.values()]

    async def score(self, requests: Sequence[ScoringRequest], patience: float = 1.0) -> Sequence[Row | None]:
        """Blocks for as long as it takes: nobody waits for a replay's event loop."""
        return [self._row(request) for request in requests]

    def _row(self, request: ScoringRequest) -> Row:
        negative, neutral, positive = self._models[request.model].score([request.text])[0].tolist()
        return negative, neutral, positive
