"""A sweep: axes with labels, cells with one label on each axis, and the runs of each cell, which differ by their seeds."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from gossamer.support.errors import AnalysisError
from gossamer.support.shapes import is_number
from gossamer.support.units import measured
from gossamer.support.wording import nearest
from gossamer.traces.trace import Trace, read

Label = str | int | float | bool | None  # null: the setting does not exist in this cell
WINDOW = (0.5, 1.0)  # of a run's virtual time, if a sweep names none


class SweepError(AnalysisError):
    """A sweep that cannot be read: file, the fact found and the fact expected, in one sentence."""


def label_text(label) -> str:
    """A label for people, who also write it on the command line."""
    if label is None:
        return "–"
    if isinstance(label, str):
        return label
    if isinstance(label, int) and abs(label) >= 10**80:
        return "an integer of too many digits"
    return f"{label:.12g}" if isinstance(label, float) else json.dumps(label, ensure_ascii=False)


@dataclass(frozen=True)
class Axis:
    """A setting, or several that change together, by a name that is unique in its sweep."""

    name: str
    labels: tuple[Label, ...]
    path: str = ""  # of the setting in the configuration; empty if labels are names of runs

    @cached_property
    def _measures(self) -> list[tuple[float, str] | None]:
        def measure(label):
            if isinstance(label, str):
                return measured(label)
            return (float(label), "") if is_number(label) else None

        return [measure(label) for label in self.labels if label is not None]

    @property
    def is_numeric(self) -> bool:
        """Whether all labels that exist are numbers, or quantities of one unit such as "2 ms"."""
        return bool(self._measures) and None not in self._measures and len({unit for _, unit in self._measures}) == 1

    @property
    def unit(self) -> str:
        """Of the numbers below: s, B, bit/s, FLOP, FLOP/s, or nothing."""
        return self._measures[0][1] if self.is_numeric else ""

    def number(self, label: Label) -> float | None:
        """The value of a label of a numeric axis, in its unit; none for a setting that does not exist in the cell."""
        if label is None or not self.is_numeric:
            return None
        return measured(label)[0] if isinstance(label, str) else float(label)

    def find(self, text: str) -> Label:
        """The label that a text means. Throws SweepError if there is none."""
        for label in self.labels:
            if label_text(label) == text:
                return label
        shown = [label_text(label) for label in self.labels]
        close = nearest(text, shown)
        raise SweepError(f'the axis {self.name} has no label "{text}", expected one of: {", ".join(shown)}'
                         + (f'; did you mean "{close}"?' if close else ""))


@dataclass(frozen=True)
class Target:
    """A value that a quantity of the table in gossamer.quantities has to reach, by its key in samples."""

    quantity: str
    value: float

    @property
    def name(self) -> str:
        """As in names of columns: train_loss_0.5."""
        return f"{self.quantity}_{self.value:.12g}"


@dataclass(frozen=True)
class Tuned:
    """A setting that was tuned in a cell. At an `edge` the best value may lie beyond those that were tried."""

    path: str
    value: Label
    edge: bool = False
    runs: int = 0


@dataclass(eq=False)
class Run:
    """One run of a cell. Its trace is read when it is first needed, and kept until `forget`."""

    labels: dict[str, Label]
    seed: int | str
    path: Path
    message: str | None = None  # of a run that left no trace because it failed
    _trace: Trace | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """Its labels and its seed; the path of a run that has no labels."""
        labels = [label_text(label) for label in self.labels.values()]
        return ", ".join([*labels, f"seed {label_text(self.seed)}"]) if labels else str(self.path)

    @property
    def status(self) -> str:
        """ "done" if there is a trace (also of a run that diverged), "failed", or "missing" if it has not run yet."""
        if self.message is not None:
            return "failed"
        return "done" if self._trace is not None or self.path.is_file() else "missing"

    @property
    def trace(self) -> Trace:
        """Throws AnalysisError if there is none."""
        if self._trace is None:
            if self.message is not None:
                raise SweepError(f"{self.path}: there is no trace, because the run failed: {self.message}")
            self._trace = read(self.path)
        return self._trace

    def forget(self) -> None:
        """Frees the memory of the trace, if it can be read again."""
        if self.path.is_file():
            self._trace = None


@dataclass(eq=False)
class Cell:
    """The runs of one configuration, by their seeds."""

    labels: dict[str, Label]
    runs: list[Run] = field(default_factory=list)
    settings: dict = field(default_factory=dict)  # by the paths in the configuration
    tuned: list[Tuned] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its labels, in the order of the axes."""
        return ", ".join(map(label_text, self.labels.values()))

    @property
    def done(self) -> list[Run]:
        return [run for run in self.runs if run.status == "done"]


@dataclass(eq=False)
class Sweep:
    """Cells over axes. Labels are those of the axes, by their names."""

    title: str
    axes: list[Axis]
    cells: list[Cell]
    targets: list[Target] = field(default_factory=list)
    baseline: dict[str, Label] | None = None  # labels of some or all axes
    window: tuple[float, float] = WINDOW
    folder: Path | None = None  # none for plain traces

    @property
    def runs(self) -> list[Run]:
        return [run for cell in self.cells for run in cell.runs]

    @property
    def has_seeds(self) -> bool:
        """Whether some cell has several runs."""
        return any(len(cell.runs) > 1 for cell in self.cells)

    def axis(self, name: str) -> Axis:
        """Throws SweepError if there is none of this name."""
        for axis in self.axes:
            if axis.name == name or axis.path == name:
                return axis
        names = [axis.name for axis in self.axes]
        close = nearest(name, names)
        raise SweepError(f'there is no axis "{name}", expected one of: {", ".join(names) or "none, since nothing differs"}'
                         + (f'; did you mean "{close}"?' if close else ""))

    def cell(self, labels: dict[str, Label]) -> Cell | None:
        """The cell with exactly these labels."""
        return next((cell for cell in self.cells if cell.labels == labels), None)

    def baseline_of(self, cell: Cell) -> Cell | None:
        """The cell that has the baseline's labels, and else those of `cell`; the only one with the baseline's labels if
        there is no such cell, since some settings do not exist in the baseline."""
        if self.baseline is None:
            return None
        if found := self.cell({**cell.labels, **self.baseline}):
            return found
        alike = [each for each in self.cells if self.baseline.items() <= each.labels.items()]
        return alike[0] if len(alike) == 1 else None
