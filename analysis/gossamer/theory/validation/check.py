"""Checks of `gossamer validate`: what each runs, and what theory says of it.

A check is a generator. It first yields the experiments that it needs, by names; it gets their runs; then it yields
findings:

    @check("A title", "a source", Evidence.DERIVED)
    def title(short):
        runs = yield {"ring": Experiment(algorithm="gossip", …)}
        yield "ring of 8", exactly(predicted, runs["ring"].models[0, 0])
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from gossamer.theory.comparison import Comparison
from gossamer.theory.evidence import Evidence

Body = Callable[[bool], Generator]


@dataclass(frozen=True)
class Experiment:
    """The blocks of an experiment file, the files that it names, and the seeds that it runs with."""

    algorithm: str | dict
    topology: dict
    model: dict | None = None  # without one there is no arithmetic
    network: dict = field(default_factory=dict)
    compute: dict = field(default_factory=dict)
    stop: dict = field(default_factory=dict)
    record: dict = field(default_factory=dict)
    seeds: tuple[int | dict, ...] = (1,)
    moments: bool = False  # whether exact moments are computed, too, with the first seed
    files: dict[str, object] = field(default_factory=dict)  # by name: an array for .npy, an object for .json


@dataclass(frozen=True)
class Check:
    name: str
    source: str
    evidence: Evidence
    body: Body
    in_short: bool  # whether the short form has it


@dataclass(frozen=True)
class Finding:
    """One row of the table."""

    check: Check
    words: str
    comparison: Comparison


CHECKS: list[Check] = []


def check(name: str, source: str, evidence: Evidence, in_short: bool = True) -> Callable[[Body], Body]:
    """Registers a check. Only verified statements can be checks."""
    assert evidence.is_verified, f"{name}: {evidence.words}"

    def register(body: Body) -> Body:
        CHECKS.append(Check(name, source, evidence, body, in_short))
        return body

    return register
