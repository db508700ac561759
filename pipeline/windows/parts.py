"""What hangs together: posts connected by shared keys, directly or by others."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.windows.trace import Trace, unpack


def connected(traces: dict[str, Trace]) -> list[list[str]]:
    """Connected components by shared keys, and of copies with what they repeat, each in the order given, ordered by their first."""
    leader = {uid: uid for uid in traces}

    def root(uid: str) -> str:
        while (above := leader[uid]) != uid:
            leader[uid] = uid = leader[above]
        return uid

    same: dict[bytes, str] = {}
    seen: dict[int, str] = {}
    for uid, trace in traces.items():
        twin = same.setdefault(trace.keys, uid)
        # The very same words need no second look at their keys.
        near = [seen.setdefault(key, uid) for key in unpack(trace.keys)] if twin == uid else [twin]
        if trace.copy and trace.quotes in traces:
            near.append(trace.quotes)
        mine = root(uid)
        for one in near:
            other = root(one)
            if mine != other:
                leader[mine] = mine = other
    parts: dict[str, list[str]] = {}
    for uid in traces:
        parts.setdefault(root(uid), []).append(uid)
    return list(parts.values())


def surely_connected(keys: list[int], rest: Iterable[bytes]) -> bool:
    """Whether all of `keys` are connected by posts of `rest`, as far as one pass over their packed keys shows. False may be wrong."""
    joined, apart = {keys[0]}, set(keys[1:])
    for packed in rest:
        held = unpack(packed)
        if not joined.isdisjoint(held):
            joined |= apart.intersection(held)
            apart -= joined
            if not apart:
                return True
    return False
