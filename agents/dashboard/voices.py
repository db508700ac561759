"""Who speaks of a brand and what they repeat: opinion counted once, the authors' roles, the largest repeated texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from agents.dashboard.feed import Feed
from agents.dashboard.heard import Said
from agents.dashboard.links import web_link
from pipeline.windows.publish import net_sentiment
from schemas.instants import HOUR, to_wire
from schemas.kinds import AuthorRole
from schemas.window import Cluster, Polarities, Window

SPAN = 3 * HOUR
"""How far back repeated texts are looked for."""
SHOWN = 3
FEW = 3
"""Posts and reposts below which a text is not called repeated."""


def since(feed: Feed, brand: str, start: int) -> list[Window]:
    """The brand's five-minute windows that begin after log time `start` in ms, oldest first."""
    # The wire's instants have one width: their order is that of time.
    after = to_wire(max(start, 0))
    known = feed.windows.get(brand, {})
    return [known[begin] for begin in sorted(begin for begin in known if begin > after)]


def once_view(windows: Sequence[Window]) -> dict[str, Any] | None:
    """Opinions with each text counted once in each of the windows, and how they feel; null where a window does not say."""
    sums = [0, 0, 0, 0]
    for window in windows:
        counts = _four(window.sentiment_distinct)
        if window.mentions and not sum(counts):
            return None
        sums = [a + b for a, b in zip(sums, counts, strict=True)]
    return {"opinions": sum(sums), "net": net_sentiment(*sums[:3])} if windows else None


def roles_view(windows: Iterable[Window]) -> dict[str, int] | None:
    """Opinions and reposts by what their authors are to the brand; null where no window says. The brand itself is left out."""
    sums: dict[str, int] = {}
    for window in windows:
        for part in window.roles:
            if part.label != AuthorRole.BRAND_OWNED:
                sums[part.label] = sums.get(part.label, 0) + part.mentions + part.amplifications
    return sums or None


def repeated_view(feed: Feed, brand: str, at: int) -> list[dict[str, Any]]:
    """The texts most repeated in the three hours before log time `at`, the most repeated first.

    `said` counts posts and reposts in the windows that name the text among their largest: at least so many. `size`, `authors`
    and `quotes` are of 48 hours and null where nothing is remembered. `example` is null where its author withdrew it, or where it
    was said before this page began to listen.
    """
    told: dict[str, list[tuple[str, Cluster]]] = {}
    for window in since(feed, brand, at - SPAN):
        for cluster in window.clusters:
            told.setdefault(cluster.id, []).append((window.as_of, cluster))
    said = {id: sum(cluster.opinions + cluster.amplifications for _, cluster in rows) for id, rows in told.items()}
    largest = sorted((-count, id) for id, count in said.items() if count >= FEW)
    views = (_text_view(feed, told[id], -count) for count, id in largest)
    # A cluster that became part of another one has neither words nor figures any more: the other one tells of it.
    return list(islice((view for view in views if view["example"] or view["size"] is not None), SHOWN))


def _text_view(feed: Feed, told: Sequence[tuple[str, Cluster]], said: int) -> dict[str, Any]:
    # The last figures that anything is remembered of.
    _, cluster = max(reversed(told), key=lambda row: (row[1].size is not None, row[0]))
    felt = [sum(counts) for counts in zip(*(_four(row.sentiment) for _, row in told), strict=True)]
    example = feed.heard.of(cluster.example) or feed.heard.of(cluster.first_uid)
    first = feed.heard.of(cluster.first_uid)
    authors = cluster.authors
    return {
        "id": cluster.id,
        "said": said,
        "sentiment": _prevailing(felt),
        "size": cluster.size,
        "authors": None if authors is None else authors.count,
        "at_least": authors is not None and authors.saturated,
        "quotes": cluster.quotes,
        "first_seen": cluster.first_seen,
        "first": None if first is None else {**_post(first), "name": first.name},
        "example": None if example is None else {**_post(example), "text": example.text},
        "url": web_link(example.url if example is not None else cluster.example_url),
    }


def _post(said: Said) -> dict[str, Any]:
    """What a deletion on the page is compared with."""
    return {"uid": said.uid, "of": said.of, "version": said.version, "author_id": said.author}


def _four(counts: Polarities) -> tuple[int, int, int, int]:
    return counts.negative, counts.neutral, counts.positive, counts.unsure


def _prevailing(felt: Sequence[int]) -> str | None:
    """What most posts with these words feel; `unsure` where as many feel otherwise, null where there are reposts only."""
    most = max(felt)
    if not most:
        return None
    return ("negative", "neutral", "positive", "unsure")[felt.index(most)] if felt.count(most) == 1 else "unsure"
