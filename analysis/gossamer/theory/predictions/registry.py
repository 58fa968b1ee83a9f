"""The registry of predictions. Each is one small function of the facts of runs:

    @prediction("variance of the mean model", "η s²/(n ν (2 − η ν))", "second moments of x̄ ← x̄ − η ḡ", Evidence.DERIVED)
    def variance_of_mean(facts):
        facts.need_plain_mean()
        yield Predicted(…)

If the formula does not hold for the runs, the function raises DoesNotApply with the reason. The methods of `Facts` raise it, too,
if the runs lack the fact that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from gossamer.theory.comparison import Relation
from gossamer.theory.evidence import Evidence
from gossamer.theory.facts import Facts
from gossamer.theory.predictions.measures import Measure


@dataclass(frozen=True)
class Line:
    """A predicted curve over node-steps per node, in the panel of a quantity by its key."""

    key: str
    words: str
    values: Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Predicted:
    """A number that theory predicts, and how runs measure it."""

    value: float
    measure: Measure
    relation: Relation = Relation.EQUAL  # of what is measured to the value
    relative: float = 1e-9  # allowed beside four standard errors, as a share of the value
    absolute: float = 0.0  # allowed beside these
    words: str = ""  # what the quantity is about, if the prediction has several
    remark: str = ""
    lines: tuple[Line, ...] = field(default=())


Body = Callable[[Facts], Iterator[Predicted]]


@dataclass(frozen=True)
class Prediction:
    quantity: str
    formula: str
    source: str
    evidence: Evidence
    body: Body


PREDICTIONS: list[Prediction] = []


def prediction(quantity: str, formula: str, source: str, evidence: Evidence) -> Callable[[Body], Body]:
    def register(body: Body) -> Body:
        PREDICTIONS.append(Prediction(quantity, formula, source, evidence, body))
        return body

    return register


def level(key: str, words: str, value: float) -> Line:
    """A horizontal line."""
    return Line(key, words, lambda steps: np.full(len(steps), value))
