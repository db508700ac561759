"""`python -m pipeline.understand.corpus`: what the corpus holds, and how far two readings of it agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.understand.corpus import INDUSTRIES, read, read_second


def kappa(first: Sequence[object], second: Sequence[object]) -> float:
    """Cohen's kappa: agreement beyond what the two readers' habits would give by chance (Cohen 1960); 1 is complete."""
    n = len(first)
    seen = sum(a == b for a, b in zip(first, second, strict=True)) / n
    habits = Counter(first), Counter(second)
    chance = sum(habits[0][label] * habits[1][label] for label in habits[0]) / n**2
    return 1.0 if chance == 1 else (seen - chance) / (1 - chance)


def agreement() -> dict[str, tuple[int, int, float]]:
    """By label: how often the first and the second reading gave it, and their kappa."""
    written = {mention.id: mention for mention in read()}
    pairs = [(written[labels.id], labels) for labels in read_second()]
    found = {}
    for field in ("sentiment", "emotion"):
        a, b = [getattr(one, field) for one, _ in pairs], [getattr(two, field) for _, two in pairs]
        found[field] = (len(a), len(b), kappa(a, b))
    for field in ("intents", "flags"):
        for label in sorted({label for one in written.values() for label in getattr(one, field)}):
            a, b = (
                [label in getattr(one, field) for one, _ in pairs],
                [label in getattr(two, field) for _, two in pairs],
            )
            found[label] = (sum(a), sum(b), kappa(a, b))
    return found


def main() -> None:
    everything = read()
    for split, names in INDUSTRIES.items():
        print(f"{split}: {len(read(split))} mentions of {', '.join(names)}")
    for field in ("lang", "country", "channel", "sentiment", "emotion"):
        print(
            f"{field}: "
            + ", ".join(f"{k} {n}" for k, n in Counter(getattr(m, field) for m in everything).most_common())
        )
    for field in ("intents", "flags"):
        counts = Counter(label for mention in everything for label in getattr(mention, field))
        print(f"{field}: " + ", ".join(f"{label} {n}" for label, n in counts.most_common()))
    print("agreement of two readings (first, second, kappa):")
    for label, (first, second, value) in agreement().items():
        print(f"  {label:<16}{first:>5}{second:>5}  {value:.2f}")


if __name__ == "__main__":
    main()
