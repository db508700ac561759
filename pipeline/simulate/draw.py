"""Drawing from a seed: every draw comes from `Random.random`, whose sequence Python keeps from version to version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from math import cos, exp, log, pi, sqrt
from random import Random
from typing import TypeVar

T = TypeVar("T")
Uniform = Callable[[], float]
"""Gives the next number of [0, 1)."""


def number(*parts: str | int) -> int:
    """A 64-bit number of the parts, the same in every process and on every machine."""
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def uniform(*parts: str | int) -> Uniform:
    """A fresh sequence that depends on the parts alone."""
    return Random(number(*parts)).random


def pick(u: Uniform, options: Sequence[T]) -> T:
    return options[int(u() * len(options))]


def between(u: Uniform, low: int, high: int) -> int:
    """An integer of [low, high], both ends included."""
    return low + int(u() * (high - low + 1))


def exponential(u: Uniform, mean: float) -> float:
    return -mean * log(1.0 - u())


def poisson(u: Uniform, mean: float) -> int:
    """Knuth's product of uniforms up to a mean of 30, the rounded normal above, where they cannot be told apart."""
    if mean <= 0:
        return 0
    if mean > 30:
        normal = sqrt(-2.0 * log(1.0 - u())) * cos(2 * pi * u())
        return max(0, int(mean + sqrt(mean) * normal + 0.5))
    floor, product, count = exp(-mean), u(), 0
    while product > floor:
        product *= u()
        count += 1
    return count
