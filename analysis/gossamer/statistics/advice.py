"""Warnings that a careful colleague would give of a sweep's results."""

from __future__ import annotations

import math
from collections import Counter

from gossamer.quantities import X
from gossamer.statistics.cells import CellResult, Statistics
from gossamer.statistics.runs import Column, Goal, Result, goals_of
from gossamer.support.wording import lower, shortened
from gossamer.sweeps.sweep import Axis, Cell, label_text
from gossamer.traces.trace import remark_on_losses

FEW_RECORDS = 10  # a target that is met before so many has a coarse time
FEW_SEEDS = 3  # fewer say nothing of the spread
ALIKE = 1.1  # shares within this factor are equal enough
SHOWN = 3  # names in a sentence


def advice(statistics: Statistics) -> list[str]:
    """Sentences, the most serious first; none if there is nothing to warn of."""
    done = [result for result in statistics.results if result.facts is not None]
    return [*_of_ends(statistics), *_of_headers(done), *_of_shares(done), *_of_all_reduces(done),
            *_of_records(statistics, done), *_of_seeds(statistics), *_of_ratios(statistics), *_of_tuning(statistics),
            *_of_edges(statistics)]


def _listed(names: list[str]) -> str:
    """The first names, and how many more there are."""
    shown = [shortened(name) for name in names[:SHOWN]]
    return "; ".join(shown) + (f"; and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def _of_runs(results: list[Result], all_of_them: list[Result]) -> str:
    """How many runs, in words."""
    if len(results) == 1:
        return shortened(results[0].run.name, 200)
    return f"all {len(results)} runs" if len(results) == len(all_of_them) else f"{len(results)} of {len(all_of_them)} runs"


def _of_ends(statistics: Statistics) -> list[str]:
    words = {"missing": "not run yet", "failed": "failed and left no trace", "diverged": "diverged", "stuck": "got stuck",
             "interrupted": "ended by a signal", "killed": "cut off before the end"}
    found = []
    for end, sentence in words.items():
        ended = [result for result in statistics.results if result.end == end]
        if ended:
            where = f" ({_listed([result.run.name for result in ended])})" if len(ended) > 1 else ""
            found.append(f"{_of_runs(ended, statistics.results)} {sentence}{where}")
    return found


def _of_headers(done: list[Result]) -> list[str]:
    """What the program has found before the runs."""
    found: dict[str, list[Result]] = {}
    for result in done:
        for sentence in result.facts.header.get("warnings", ()):
            found.setdefault(sentence, []).append(result)
    return [f"{_of_runs(results, done)}: {sentence}" for sentence, results in found.items()]


def _of_shares(done: list[Result]) -> list[str]:
    unequal = [result for result in done if result.facts.has_unequal_shares and _differ_much(result)]
    found = []
    if unequal:
        shares = unequal[0].facts.header["partition"]["samples_per_node"]
        pooled = "samples" if unequal[0].facts.loss_is_pooled else "nodes"
        found.append(f"{_of_runs(unequal, done)}: nodes hold unequal shares of the data (such as {shares['min']:g} to "
                     f"{shares['max']:g} samples); all {pooled} have the same weight in the training loss")
    remark = remark_on_losses([result.facts for result in done])
    return found + ([remark] if remark else [])


def _differ_much(result: Result) -> bool:
    """More than by the rest of a division."""
    shares = result.facts.header["partition"]["samples_per_node"]
    return shares["max"] > max(ALIKE * shares["min"], shares["min"] + 1)


def _of_all_reduces(done: list[Result]) -> list[str]:
    """With "automatic" the header has the fastest; MPICH's choice follows the size alone."""
    def by_mpich(result: Result) -> bool:
        configuration = result.facts.header.get("configuration")
        network = configuration.get("network") if isinstance(configuration, dict) else None
        return isinstance(network, dict) and network.get("all_reduce") == "mpich" and "all_reduce" in result.facts.header

    chosen = [result for result in done if by_mpich(result)]
    if not chosen:
        return []
    name = shortened(label_text(chosen[0].facts.header["all_reduce"]))
    return [f"{_of_runs(chosen, done)}: all-reduces are those that MPICH chooses ({name}), which need not be the fastest on "
            f"this network: gossamer collectives {chosen[0].run.path}"]


def _of_records(statistics: Statistics, done: list[Result]) -> list[str]:
    found = []
    for goal in _goals(statistics):
        early = [result for result in done if 0 < result.records_to.get(goal.stem, FEW_RECORDS) < FEW_RECORDS]
        if early:
            least = min(result.records_to[goal.stem] for result in early)
            found.append(f"{_of_runs(early, done)}: {goal.words} is met within {FEW_RECORDS} records (after {least}), so its "
                         "time is coarse; record more often")
        at_once = [result for result in done if result.records_to.get(goal.stem) == 0]
        if at_once:
            found.append(f"{_of_runs(at_once, done)}: {goal.words} is met by the first record; expected a harder target")
    return found


def _goals(statistics: Statistics) -> list[Goal]:
    return [goal for target in statistics.sweep.targets for goal in goals_of(target)]


def objective(statistics: Statistics) -> Column | None:
    """The column by which cells are compared: the time to the first target, or else the final loss."""
    names = [goal.cost(X["time"]).name for goal in _goals(statistics)] + ["final_train_loss", "final_consensus_distance"]
    return next((column for name in names if (column := statistics.column(name))), None)


def _compared(statistics: Statistics) -> list[CellResult]:
    return [each for each in statistics.cells if each.baseline is not None and each.baseline is not each and each.known]


def _of_seeds(statistics: Statistics) -> list[str]:
    compared = _compared(statistics)
    few = [each for each in compared if len(each.known) < FEW_SEEDS]
    if not few:
        return []
    least = min(len(each.known) for each in few)
    which = "all cells" if len(few) == len(compared) else f"{len(few)} of {len(compared)} cells"
    return [f"{which}: {least} seed{'s' * (least != 1)}, too few to compare with the baseline; expected at least {FEW_SEEDS}"]


def _of_ratios(statistics: Statistics) -> list[str]:
    column = objective(statistics)
    if column is None:
        return []

    def is_open(found: CellResult) -> bool:
        ratio = found.summaries[column.name].ratio
        return ratio is not None and ratio.low is not None and ratio.low <= 1 <= ratio.high

    undecided = [each for each in _compared(statistics) if len(each.known) >= FEW_SEEDS and is_open(each)]
    if not undecided:
        return []
    return [f"too few seeds to tell from the baseline, by {lower(column.label)} (the interval of the "
            f"ratio contains 1): {_listed([each.cell.name for each in undecided])}"]


def _of_tuning(statistics: Statistics) -> list[str]:
    found: dict[str, list[Cell]] = {}
    for cell in statistics.sweep.cells:
        for tuned in cell.tuned:
            if tuned.edge:
                found.setdefault(tuned.path, []).append(cell)
    return [f"the best value of {shortened(path)} is at the edge of those that were tried, and may lie beyond: "
            f"{_listed([cell.name or 'the only cell' for cell in cells])}" for path, cells in found.items()]


def _of_edges(statistics: Statistics) -> list[str]:
    """Axes of an algorithm's settings on which the best cell is the first or the last."""
    column = objective(statistics)
    if column is None:
        return []
    return [sentence for axis in statistics.sweep.axes if (sentence := _edge_of(axis, column, statistics))]


def _edge_of(axis: Axis, column: Column, statistics: Statistics) -> str | None:
    numbers = [label for label in axis.labels if label is not None]
    if not axis.path.startswith("/algorithm") or not axis.is_numeric or len(numbers) < 3:
        return None
    ordered = sorted(numbers, key=axis.number)
    lines: dict[tuple, list[CellResult]] = {}
    for found in statistics.cells:
        if found.cell.labels[axis.name] is not None:
            others = tuple(label for name, label in found.cell.labels.items() if name != axis.name)
            lines.setdefault(others, []).append(found)
    edges = Counter()
    for line in lines.values():
        middles = {found.cell.labels[axis.name]: found.summaries[column.name].median for found in line}
        best = _best(middles)
        if len(middles) > 2 and best in (ordered[0], ordered[-1]):
            edges[best] += 1
    if not edges:
        return None
    best, count = edges.most_common(1)[0]
    where = f"in {count} of {len(lines)} groups of cells" if len(lines) > 1 else "of all"
    beyond = "below" if best == ordered[0] else "above"
    return (f"{axis.name} = {label_text(best)} is the best {where}, by {lower(column.label)}, and is at "
            f"the edge; the best may lie {beyond}")


def _best(middles: dict) -> object:
    """The label with the smallest median that is known; none without one."""
    known = {label: median[0] for label, median in middles.items() if median is not None and median[0] == median[1] < math.inf}
    return min(known, key=known.get, default=None)
