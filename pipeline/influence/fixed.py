"""Fixed-point arithmetic in 1/10,000: halving over time and the natural logarithm, exact integers on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from schemas.instants import DAY, HOUR

ONE = 10_000
"""1.0 in fixed point."""

EPOCH = HOUR
"""Log time is cut into epochs; an author's score changes at their ends only."""
HALF_LIFE = 30 * DAY
"""An engagement counts half as much after this long."""
HALF_LIFE_EPOCHS = HALF_LIFE // EPOCH

_BITS = 16
# Decimal's functions are correctly rounded, where a C library's may differ in the last digit from machine to machine.
_GROWTH = [int(Decimal(2) ** (Decimal(r) / HALF_LIFE_EPOCHS) * (1 << _BITS)) for r in range(HALF_LIFE_EPOCHS)]
_SHRINK = [int(Decimal(2) ** (-Decimal(r) / HALF_LIFE_EPOCHS) * (1 << _BITS)) for r in range(HALF_LIFE_EPOCHS)]

_LN_STEPS = 10
_LN = [int((1 + Decimal(i) / (1 << _LN_STEPS)).ln() * 10**8) for i in range((1 << _LN_STEPS) + 1)]
_LN2 = _LN[-1]


def block_of(epoch: int) -> int:
    """Which half-life an epoch lies in: the power of two that its forward weights carry."""
    return epoch // HALF_LIFE_EPOCHS


def forward(weight: int, epoch: int, base: int) -> int:
    """A weight given in `epoch`, grown from the landmark `base` (an earlier block), so that sums never need to be decayed.

    Forward decay (Cormode, Shkapenyuk, Srivastava, Xu, ICDE 2009): instead of shrinking the old, new weights
    count more. Integer sums of them do not depend on order.
    """
    return weight * _GROWTH[epoch % HALF_LIFE_EPOCHS] << (epoch // HALF_LIFE_EPOCHS - base)


def worth(total: int, epoch: int, base: int) -> int:
    """What a sum of forward weights is worth at the start of `epoch`, in 1/10,000: sum of w * 2^-(age / half-life)."""
    shift = 2 * _BITS + epoch // HALF_LIFE_EPOCHS - base
    return total * _SHRINK[epoch % HALF_LIFE_EPOCHS] >> shift


def worths(totals: Sequence[int], epoch: int, base: int) -> list[int]:
    """`worth` of each of several sums that share a landmark."""
    shift = 2 * _BITS + epoch // HALF_LIFE_EPOCHS - base
    shrink = _SHRINK[epoch % HALF_LIFE_EPOCHS]
    return [total * shrink >> shift for total in totals]


def fade(value: int, epochs: int) -> int:
    """A value after `epochs` of decay."""
    halvings, rest = divmod(epochs, HALF_LIFE_EPOCHS)
    return value * _SHRINK[rest] >> (_BITS + halvings)


def _ln(value: int) -> int:
    exponent = value.bit_length() - 1
    mantissa = (value << 2 * _LN_STEPS) >> exponent
    index = (mantissa >> _LN_STEPS) - (1 << _LN_STEPS)
    low = _LN[index]
    return exponent * _LN2 + low + ((_LN[index + 1] - low) * (mantissa & ((1 << _LN_STEPS) - 1)) >> _LN_STEPS)


_LN_ONE = _ln(ONE)


def log1p(value: int) -> int:
    """ln(1 + x) in 1/10,000, for x >= 0 in 1/10,000; never falls as x grows; within 2/10,000 of the true value."""
    return (_ln(ONE + value) - _LN_ONE) // 10_000
