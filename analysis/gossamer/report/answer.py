"""The question of a sweep, and the sentence that answers it."""

from __future__ import annotations

from gossamer.quantities import Quantity, X, scaled
from gossamer.report.ranking import Ranked, both_known, rival_of, times_better
from gossamer.statistics.contests import is_decided
from gossamer.statistics.intervals import Estimate
from gossamer.statistics.runs import Column
from gossamer.support.wording import lower
from gossamer.sweeps import Axis, Sweep, label_text


def name_of(labels: dict, axes: list[Axis], joint: str = ", ", and_: str = ", ") -> str:
    """Labels on some axes: names, then numbers beside the names of their axes."""
    texts = [labels[axis.name] for axis in axes if isinstance(labels[axis.name], str) and not axis.is_numeric]
    others = [f"{axis.name} {label_text(labels[axis.name])}" for axis in axes
              if axis.is_numeric or not isinstance(labels[axis.name], str)]
    return joint.join(filter(None, (", ".join(texts), and_.join(others)))) or "the run"


def arm_name(arm: Ranked) -> str:
    """Within a sentence."""
    return name_of(arm.cell.labels, arm.axes, " with ", " and ")


def in_words(value: float, column: Column) -> str:
    """Such as "3.21 s"."""
    if column.percent:
        return f"{100 * value:.3g} %"
    divisor, unit = scaled(Quantity("", "", unit=column.unit), abs(value))
    return f"{value / divisor:.4g} {unit}".rstrip()


def question(sweep: Sweep, column: Column | None, conditions: list[Axis]) -> str:
    choices = [axis.name for axis in sweep.axes if axis not in conditions]
    if column is None or len(sweep.cells) < 2:
        return sweep.title or "One run"
    verb = "need" if column.cost else "end"
    which = "the least" if column.cost else f"with the {'highest' if column.rises else 'lowest'}"
    where = f", over {listed([axis.name for axis in conditions])}" if conditions else ""
    return f"Which {listed(choices)} {verb}{'s' * (len(choices) == 1)} {which} {lower(column.label)}{where}?"


def listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def answer(sweep: Sweep, arms: list[Ranked], column: Column | None, conditions: list[Axis]) -> str:
    """One sentence: the best arm, its value, and the paired comparison with the baseline or with the next best."""
    if column is None or not arms:
        return "No run has a value to compare."
    best = arms[0]
    name = arm_name(best)
    if len(best.values) == best.missed:
        return "No run reached the target."
    if len(sweep.cells) < 2:
        return f"{column.label}: {_value(best, column)}{'' if column.cost else ' at the end'}."
    rival = rival_of(sweep, arms)
    if conditions:
        return f"{name[:1].upper()}{name[1:]} {_over_conditions(sweep, arms, rival, conditions)}."
    start = f"is {'first at' if column.cost else 'best with'} {_value(best, column)}"
    comparison = _comparison(sweep, best, rival, ",") if rival else ""
    return f"{name[:1].upper()}{name[1:]} {start}{comparison}."


def _over_conditions(sweep: Sweep, arms: list[Ranked], rival: Ranked | None, conditions: list[Axis]) -> str:
    """In how many conditions which arm wins, and the comparison over all runs of which both have reached the target."""
    count = len({place for arm in arms for place in arm.places})
    where = f"{'combinations' if len(conditions) > 1 else 'values'} of {listed([axis.name for axis in conditions])}"
    others = [f"{arm_name(arm)} in {arm.won}" for arm in arms[1:4] if arm.won]
    text = f"is best in {arms[0].won} of {count} {where}{', ' + listed(others) if others else ''}"
    if rival is None:
        return text
    ours, theirs = both_known(arms[0], rival)
    where = "where both reach the target it is" if len(ours.values) < len(arms[0].values) else "over all of them it is"
    return text + (_comparison(sweep, ours, theirs, f"; {where}") if ours.values else "")


def _value(each: Ranked, column: Column) -> str:
    found: Estimate | None = each.known
    if found is None:
        return f"more than {in_words(each.least, column)}" if each.least is not None else "an unknown value"
    if found.low is None:
        return in_words(found.mean, column)
    mean, low, high = (in_words(each, column) for each in (found.mean, found.low, found.high))
    return f"{mean} (95 % interval {low} to {high})"


def _comparison(sweep: Sweep, best: Ranked, rival: Ranked, joint: str) -> str:
    is_baseline = sweep.baseline_of(best.cell) in rival.cells
    against = f"{'the baseline' if is_baseline else 'the next best'}, {arm_name(rival)}"
    found, bounded = times_better(best, rival)
    if found is None:
        return f"{joint} better than {against}"
    times = f"{'at least ' if bounded else ''}{found.mean:.3g}"
    is_time = best.column.cost is X["time"]
    words = (f"{times} times that of" if best.column.rises else f"{times} times as fast as" if is_time
             else f"lower by a factor of {times} than")
    if found.low is None:
        return f"{joint} {words} {against}; with one seed there is no interval"
    interval = f"95 % interval {found.low:.3g} to {found.high:.3g}, {found.count} pairs of runs"
    return f"{joint} {words} {against} ({interval}{'' if is_decided(found) else ', which is no clear difference'})"
