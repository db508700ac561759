"""A world of brands, people and planted episodes. Seeded: the same world tells the same events, whoever asks for which span."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from pipeline.simulate.cells import CELL, background, burst, chatter, voice_of
from pipeline.simulate.episode import Episode
from pipeline.simulate.life import HORIZON, Faults, Setting
from pipeline.simulate.people import Crowd
from pipeline.simulate.post import Simulated
from schemas.config import Brand

_NOISE = 0.12
"""Posts about nothing, as a share of the opinions."""


class World:
    """Conversation about some brands from `start` (milliseconds) on.

    `rate` is the mean number of opinions a minute and brand over the week; what people do to them (likes, reposts,
    replies) comes on top: about 0.9 events for each. Every event is a function of the seed, the brands, the episodes
    and absolute time, so `events(a, c)` is `events(a, b)` followed by `events(b, c)`.
    """

    def __init__(
        self,
        brands: Sequence[Brand],
        seed: int,
        start: int,
        *,
        rate: float = 1.0,
        authors: int = 2000,
        faults: Faults | None = None,
    ) -> None:
        if not brands:
            raise ValueError("a world needs at least one brand")
        self.start = start
        self.seed = seed
        self.rate = rate
        self.episodes: list[Episode] = []
        faults = Faults() if faults is None else faults
        crowd = Crowd(seed, authors)
        self._voices = [voice_of(brand) for brand in brands]
        self._settings = [Setting(crowd, voice.brand.id, voice.names[0], faults) for voice in self._voices]
        self._noise = Setting(crowd, "", "", faults)
        self._index = {voice.brand.id: i for i, voice in enumerate(self._voices)}
        self._resume: tuple[int, int, list[Simulated]] | None = None

    def plant(self, episode: Episode) -> None:
        """Add an episode. Spans already told do not change in hindsight: plant before asking for them."""
        if episode.brand not in self._index:
            raise ValueError(f"episode {episode.id}: no brand {episode.brand!r} in this world")
        if any(planted.id == episode.id for planted in self.episodes):
            raise ValueError(f"episode {episode.id} is planted already")
        self.episodes.append(episode)
        self._resume = None

    def labels(self) -> list[dict[str, str | int | float]]:
        """The planted truth, in order of time."""
        return [episode.label() for episode in sorted(self.episodes, key=lambda e: (e.at, e.id))]

    def events(self, since: int, until: int) -> Iterator[Simulated]:
        """All events with since <= observed_at < until, in order of time."""
        since = max(since, self.start)
        if since >= until:
            return
        if self._resume is not None and self._resume[0] == since:
            _, cell, pending = self._resume
            pending = list(pending)
        else:
            # A post can be answered for an hour: begin early enough to know what is still to come.
            earliest = max(self.start, since - HORIZON - CELL)
            cell, pending = earliest - earliest % CELL, []
        while True:
            done = bisect_left(pending, (min(cell, until),))
            first = bisect_left(pending, (since,), 0, done)
            yield from pending[first:done]
            del pending[:done]
            if cell >= until:
                break
            pending += self._cell(cell)
            pending.sort()
            cell += CELL
        self._resume = (until, cell, pending)

    def _cell(self, cell: int) -> list[Simulated]:
        events: list[Simulated] = []
        for voice, setting in zip(self._voices, self._settings, strict=True):
            events += background(self.seed, cell, voice, setting, self.rate)
        events += chatter(self.seed, cell, self._noise, self.rate * len(self._voices) * _NOISE)
        for episode in self.episodes:
            if episode.at < cell + CELL and episode.until > cell:
                index = self._index[episode.brand]
                events += burst(self.seed, cell, episode, self._voices[index], self._settings[index])
        return events
