"""Contests of arms by one number of each run: the order, how many times better one is than another, and the verdict.

An arm's values are bounds by seed, or by condition and seed. Runs that missed a target have a lower bound alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from gossamer.statistics.intervals import Bounds, Estimate, mean, ratio

Values = Mapping[Hashable, Bounds]
Arm = TypeVar("Arm")
FULL = 2.0  # the margin from which a picture's color is full


def is_known(bounds: Bounds) -> bool:
    return bounds[0] == bounds[1] < math.inf


def in_order(arms: Iterable[Arm], values_of: Callable[[Arm], Values], rises: bool | None) -> list[Arm]:
    """The arms, the best first: by the share of runs that missed the target, then by the mean, in which missed runs count
    with their bounds. The mean is geometric as ratios are, unless some arm has a value that is not positive."""
    arms = list(arms)
    geometric = all(low > 0 for arm in arms for low, _ in values_of(arm).values())

    def place(arm: Arm) -> tuple[float, float]:
        bounds = values_of(arm).values()
        missed = sum(not is_known(each) for each in bounds) / len(bounds)
        middle = mean([math.log(low) if geometric else low for low, _ in bounds])
        return missed, -middle if rises else middle

    return sorted(arms, key=place)


def times_better(best: Values, other: Values, rises: bool | None) -> tuple[Estimate | None, bool]:
    """By which factor one arm is better than another, over the pairs of which its own value is known, and whether that is a
    bound, since runs of the other missed the target. None without pairs, or if some ratio is not positive and finite."""
    pairs = [(value[0], other[key]) for key, value in best.items() if key in other and is_known(value)]
    found = ratio([(ours, theirs[0]) if rises else (theirs[0], ours) for ours, theirs in pairs])
    return found, not all(is_known(theirs) for _, theirs in pairs)


def is_decided(times: Estimate | None) -> bool:
    """Whether the interval of a factor lies above 1."""
    return bool(times and times.low is not None and times.low > 1)


@dataclass(frozen=True)
class Verdict:
    """The winner of a contest, by how much the next one is worse, and the 95 % interval of that factor over pairs."""

    winner: str
    margin: float = math.nan  # infinite if there is no other, or if the next one never reaches the target
    low: float | None = None  # none with one seed, which has no interval
    high: float | None = None
    at_least: bool = False  # since runs of the next one have not reached the target
    rival: str | None = None  # the next one
    reached: int = 1  # of the winner's runs
    runs: int = 1

    @property
    def is_undecided(self) -> bool:
        return self.low is not None and self.low <= 1

    @property
    def share(self) -> float:
        """Of the full color: none at a margin of 1, all from FULL on."""
        return 0.0 if math.isnan(self.margin) else min(1.0, max(0.0, math.log(self.margin) / math.log(FULL)))


def contest(arms: Iterable[tuple[str, Values]], rises: bool | None) -> Verdict | None:
    """The verdict on named arms, of which several may have one name: then the best of them counts. None if no run has
    reached the target, or has a value."""
    found = in_order([arm for arm in arms if arm[1]], lambda arm: arm[1], rises)
    reached = sum(map(is_known, found[0][1].values())) if found else 0
    if not reached:
        return None
    winner, ours = found[0]
    rival, theirs = next((arm for arm in found if arm[0] != winner), (None, {}))
    counts = {"rival": rival, "reached": reached, "runs": len(ours)}
    if rival is None or all(math.isinf(low) for low, _ in theirs.values()):
        return Verdict(winner, math.inf, **counts)
    times, at_least = times_better(ours, theirs, rises)
    if times is None:
        return Verdict(winner, **counts)
    return Verdict(winner, times.mean, times.low, times.high, at_least, **counts)
