"""What hangs together: posts connected by shared keys, directly or by others."""

from __future__ import annotations

from pipeline.windows.trace import Trace, unpack


def connected(traces: dict[str, Trace]) -> list[list[str]]:
    """Connected components by shared keys, and of copies with what they repeat, each in the order given, ordered by their first."""
    leader = {uid: uid for uid in traces}

    def root(uid: str) -> str:
        while leader[uid] != uid:
            leader[uid] = leader[leader[uid]]
            uid = leader[uid]
        return uid

    seen: dict[int, str] = {}
    for uid, trace in traces.items():
        near = [seen.setdefault(key, uid) for key in unpack(trace.keys)]
        if trace.copy and trace.quotes in traces:
            near.append(trace.quotes)
        for one in near:
            other, mine = root(one), root(uid)
            if mine != other:
                leader[mine] = other
    parts: dict[str, list[str]] = {}
    for uid in traces:
        parts.setdefault(root(uid), []).append(uid)
    return list(parts.values())
