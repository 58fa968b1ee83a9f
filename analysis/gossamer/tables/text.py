"""Tables of statistics as text and in LaTeX: one for each target, one of the end, and one of rates and floors."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field

from gossamer.quantities import X, Y, Quantity
from gossamer.statistics.cells import CellResult, Statistics
from gossamer.statistics.runs import HOPELESS, Column, final_name, goals_of
from gossamer.support.wording import columns, shortened, visible
from gossamer.sweeps.sweep import Sweep, Target, label_text
from gossamer.tables.numbers import NOTHING, ratio_text, reached_text, summary_text

FINALS = ("loss", "test_accuracy", "train_accuracy", "local_loss", "local_accuracy", "suboptimality", "consensus", "idle",
          "staleness", "largest_staleness")
USUAL_WIDTH = 120
BAD_ENDS = {*HOPELESS, "missing", "killed", "interrupted"}


@dataclass
class Table:
    """A title, rows of cells below a heading, and sentences on how to read them."""

    title: str
    heading: list[str]
    rows: list[list[str]]
    left: int = 1  # columns that are aligned to the left
    notes: list[str] = field(default_factory=list)

    def without_empty_columns(self) -> Table:
        """Leaves out what no row has, or what is 0 in all, as staleness is in synchronous algorithms."""
        kept = [place for place in range(len(self.heading))
                if place < self.left or any(row[place] not in (NOTHING, "0") for row in self.rows)]
        return Table(self.title, [self.heading[place] for place in kept],
                     [[row[place] for place in kept] for row in self.rows], self.left, self.notes)


def tables_of(statistics: Statistics, with_rates: bool = False) -> list[Table]:
    found = [target_table(statistics, target) for target in statistics.sweep.targets]
    found.append(end_table(statistics))
    if with_rates:
        found.append(rates_table(statistics))
    return [table.without_empty_columns() for table in found]


def _axes(statistics: Statistics) -> list[str]:
    return [shortened(visible(_words(axis.name))) for axis in statistics.sweep.axes] or ["run"]


def _labels(found: CellResult, sweep: Sweep) -> list[str]:
    labels = [label_text(found.cell.labels[axis.name]) for axis in sweep.axes] or [sweep.title]
    return [shortened(visible(label)) for label in labels]


def _words(name: str) -> str:
    """A name of the table of quantities, as `gossamer plot --y` takes it, in words."""
    return name.replace("_", " ")


def _cell(statistics: Statistics, found: CellResult, name: str) -> str:
    column = statistics.column(name)
    return NOTHING if column is None else summary_text(column, found.summaries[name])


def _over_seeds(statistics: Statistics) -> str:
    return ", means ± half of their 95 % intervals over seeds" if statistics.sweep.has_seeds else ""


def target_table(statistics: Statistics, target: Target) -> Table:
    """What the runs needed to a target."""
    goals, sweep = goals_of(target), statistics.sweep
    goal, time = goals[0], goals[0].cost(X["time"])
    article = "an" if goal.words[0] in "aeiou" else "a"
    names = {"virtual time": time.name, "own models": goals[-1].cost(X["time"]).name if len(goals) > 1 else "",
             "sent per node": goal.cost(X["bytes"]).name, "steps per node": goal.cost(X["node_steps"]).name,
             "at the end": final_name(goal.quantity)}
    heading = [*_axes(statistics), "reached", *names, "ratio of times"]
    rows = []
    for found in statistics.cells:
        summary = found.summaries.get(time.name)
        reached = reached_text(summary) if summary and sweep.has_seeds else NOTHING
        rows.append([*_labels(found, sweep), reached, *(_cell(statistics, found, name) for name in names.values()),
                     _ratio(found, time)])
    title = f"To {article} {goal.words}{_over_seeds(statistics)}"
    return Table(title, heading, rows, len(_axes(statistics)), _notes_of_target(statistics, time))


def _ratio(found: CellResult, column: Column) -> str:
    summary = found.summaries.get(column.name)
    if found.baseline is None or summary is None:
        return NOTHING
    return "1" if found.baseline is found else ratio_text(summary)


def _notes_of_target(statistics: Statistics, time: Column) -> list[str]:
    notes = []
    if any(found.summaries[time.name].censored for found in statistics.cells if time.name in found.summaries):
        notes.append('">": not reached by then; runs that failed or diverged never reach a target')
    if baseline := statistics.sweep.baseline:
        words = ", ".join(f"{name} = {label_text(label)}" for name, label in baseline.items())
        notes.append(f"baseline: {visible(words)}; ratios are geometric means over pairs of runs with the same seed, with "
                     "95 % intervals by Student's t of their logarithms")
    return notes


def end_table(statistics: Statistics) -> Table:
    """The values at the end."""
    names = {"virtual time": X["time"].key, "steps per node": X["node_steps"].key, "sent per node": X["bytes"].key}
    names |= {_words(name): final_name(Y[name]) for name in FINALS}
    if statistics.column(final_name(Y["test_accuracy"])):
        names.pop(_words("train_accuracy"))
    ends = {result.end for result in statistics.results}
    rows = [[*_labels(found, statistics.sweep), _ends(found) if len(ends) > 1 or ends & BAD_ENDS else NOTHING,
             *(_cell(statistics, found, name) for name in names.values())] for found in statistics.cells]
    title = f"At the end{_over_seeds(statistics)}"
    return Table(title, [*_axes(statistics), "end", *names], rows, len(_axes(statistics)))


def _ends(found: CellResult) -> str:
    counts = Counter(result.end for result in found.results)
    return ", ".join(visible(end) if len(found.results) == 1 else f"{count} {visible(end)}" for end, count in counts.items())


def rates_table(statistics: Statistics) -> Table:
    """Rates and floors of what decays."""
    first, last = (f"{100 * share:g} %" for share in statistics.sweep.window)
    known = {name: y for name, y in Y.items() if y.decays}
    heading = [f"{_words(name)}: {what}" for name in known for what in ("rate", "floor")]
    rows = [[*_labels(found, statistics.sweep), *(text for y in known.values() for text in _rate_and_floor(statistics, found, y))]
            for found in statistics.cells]
    title = f"Rates (slopes of logarithms) and floors from {first} to {last} of the virtual time{_over_seeds(statistics)}"
    return Table(title, [*_axes(statistics), *heading], rows, len(_axes(statistics)))


def _rate_and_floor(statistics: Statistics, found: CellResult, quantity: Quantity) -> tuple[str, str]:
    """The rate, and the floor unless the quantity still changes in most runs."""
    rate = _cell(statistics, found, f"rate_{quantity.column}_per_s")
    stationary = found.summaries.get(f"stationary_{quantity.column}")
    if stationary is None or stationary.estimate is None:
        return rate, NOTHING
    if stationary.estimate.mean <= 0.5:
        return rate, "not stationary"
    return rate, _cell(statistics, found, f"floor_{quantity.column}")


def text(statistics: Statistics, with_rates: bool = False) -> str:
    """All tables for a terminal, not wider than it, or than 120 columns if there is none."""
    most, _ = shutil.get_terminal_size((USUAL_WIDTH, 24))
    title = [visible(statistics.sweep.title)] if statistics.sweep.title and statistics.sweep.axes else []
    parts = ["\n".join([table.title, columns([table.heading, *table.rows], table.left, most), *table.notes])
             for table in tables_of(statistics, with_rates)]
    return "\n\n".join(title + parts)


# ----------------------------------------------------------------------------------------------------------------------
# LaTeX.

SIGNS = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "–": "--", "±": r"$\pm$",
         "µ": r"\textmu{}", "Γ": r"$\Gamma$", "<": "$<$", ">": "$>$", **{sign: f"\\{sign}" for sign in "&%$#_{}"}}


def escaped(text: str) -> str:
    return "".join(SIGNS.get(letter, letter) for letter in text)


def latex(statistics: Statistics, with_rates: bool = False) -> str:
    """All tables for the package booktabs."""
    return "\n\n".join(_latex(table) for table in tables_of(statistics, with_rates))


def _latex(table: Table) -> str:
    def line(row: list[str]) -> str:
        return " & ".join(map(escaped, row)) + r" \\"

    notes = [f"% {line}" for line in (table.title, *table.notes)]
    places = "l" * table.left + "r" * (len(table.heading) - table.left)
    return "\n".join([*notes, rf"\begin{{tabular}}{{{places}}}", r"\toprule", line(table.heading), r"\midrule",
                      *map(line, table.rows), r"\bottomrule", r"\end{tabular}"])
