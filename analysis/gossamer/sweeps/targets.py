"""Targets and baselines, as command lines write them: train_loss=0.5, topology=ring."""

from __future__ import annotations

import math

from gossamer.quantities import X, Y, Quantity, named
from gossamer.support.wording import lower, nearest
from gossamer.sweeps.sweep import Axis, Label, Sweep, SweepError, Target, label_text


def quantity_of(name: str, place: str) -> Quantity:
    """The quantity that a target names. Throws SweepError, beginning with `place`, if there is none."""
    quantity = named(name)
    if quantity is None or quantity in X.values():
        keys = [each.column for each in Y.values()]
        close = nearest(name, keys)
        raise SweepError(f'{place}: "{name}" is no quantity that has targets, expected one of: {", ".join(keys)}'
                         + (f'; did you mean "{close}"?' if close else ""))
    return quantity


def checked_target(name: str, value: float, place: str) -> Target:
    """Throws SweepError if there is no such quantity, or if it never has this value."""
    quantity = quantity_of(name, place)
    if quantity.percent and not 0 <= value <= 1:
        raise SweepError(f"{place}: {lower(quantity.words)} of {value:g}; expected a share from 0 to 1, or such as 90%")
    return Target(quantity.key, value)


def parse_target(text: str) -> Target:
    """The target of a text such as "train_loss=0.5" or "test_accuracy=90%". Throws SweepError if it is none."""
    name, _, value = text.partition("=")
    try:
        number = float(value[:-1]) / 100 if value.endswith("%") else float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise SweepError(f'"{text}" is no target, expected such as train_loss=0.5')
    return checked_target(name, number, f'target "{text}"')


def parse_window(text: str) -> tuple[float, float]:
    """The shares of a text such as "0.5,1". Throws SweepError if they are none."""
    try:
        first, last = map(float, text.split(","))
    except ValueError:
        first, last = 1.0, 0.0
    if not 0 <= first < last <= 1:
        raise SweepError(f'"{text}" is no window, expected two shares of the virtual time such as 0.5,1')
    return first, last


def parse_baseline(sweep: Sweep, texts: list[str]) -> dict[str, Label]:
    """Labels of texts such as "topology=ring". A label alone is one of the only axis that has it."""
    result = {}
    for text in texts:
        name, equal, label = text.rpartition("=")
        axis = sweep.axis(name) if equal else _axis_with(sweep, label)
        result[axis.name] = axis.find(label)
    return result


def _axis_with(sweep: Sweep, label: str) -> Axis:
    found = [axis for axis in sweep.axes if label in map(label_text, axis.labels)]
    if len(found) != 1:
        names = ", ".join(axis.name for axis in sweep.axes) or "none, since nothing differs"
        raise SweepError(f'baseline "{label}": expected AXIS=LABEL with an axis of: {names}')
    return found[0]
