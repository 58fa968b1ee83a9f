"""Studies: the runs, the claims about their traces, and the pictures of a `study.py`.

    from gossamer.figures import draw_traces
    from gossamer.studies import Study

    study = Study("LEAD: linear convergence at two bits", base="regression.json")
    study.run("LEAD", {"/algorithm": {"kind": "lead", "step_size": 0.1}})

    @study.claim("LEAD converges to the minimum itself")
    def converges(runs):
        yield "squared distance to the optimum", runs["LEAD"].squared_error()[-1], "<=", 1e-18

    @study.table("Rounds to 1e-12")
    def rounds(runs):
        yield "", "rounds", "bytes"
        for name, trace in runs.items():
            reached = trace.first_at_most("suboptimality", 1e-12)
            yield name, reached["node_steps_per_node"], reached["sent_bytes"]

    @study.picture("convergence")
    def convergence(runs):
        return draw_traces(list(runs.values()), "node_steps", ["distance"])

A claim yields checks: what was measured, its value, a relation, the value that is expected. It holds if all of them do.
A table shows figures beside each other, of which nothing is claimed.
"""

from __future__ import annotations

import importlib.util
import operator
import os
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from gossamer.support.errors import AnalysisError
from gossamer.support.wording import nearest
from gossamer.sweeps import Axis, Cell, Run as SweptRun, Sweep, Target
from gossamer.traces.trace import Trace

PAPERS = Path(__file__).resolve().parents[3] / "experiments" / "papers"
RELATIONS = {"<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt, "==": operator.eq}
A_CHECK = 'expected checks such as: yield "final loss", value, "<=", 0.5'
Check = tuple[str, float, str, float]


class StudyError(AnalysisError):
    """A study that cannot be made: one sentence on the fact found and the fact expected."""


class Runs(dict[str, Trace]):
    """The traces of a study by the names of its runs."""

    def __missing__(self, name: str):
        close = nearest(name, self) if isinstance(name, str) else None
        raise StudyError(f'no run is called "{name}", expected one of: {", ".join(self)}'
                         + (f'; did you mean "{close}"?' if close else ""))


@dataclass
class Run:
    """An experiment file with some of its keys set, by their paths."""

    name: str
    settings: dict[str, object]
    base: str
    place: int = 0  # of its seed: 0 is the experiment's own

    @property
    def trace_name(self) -> str:
        plain = "".join(letter if letter.isalnum() or letter in ".+-" else "_" for letter in self.name)
        return f"{plain}.jsonl" if self.place == 0 else f"{plain}_seed_{self.place + 1}.jsonl"

    def repeated(self, place: int, first: Trace | None = None) -> Run:
        """The same with the seed `place` after that of its first run."""
        seed = {"/seed": first.header.get("seed", 1) + place} if first and place else {}
        return Run(self.name, {**self.settings, **seed}, self.base, place)


@dataclass
class Study:
    """The runs, claims and figures of one folder."""

    title: str
    base: str
    threads: int = 1  # of each run: small models gain nothing by more
    file: Path = Path("study.py")
    runs: list[Run] = field(default_factory=list)
    claims: list[tuple[str, Callable[[Runs], Iterable[Check]]]] = field(default_factory=list)
    pictures: list[tuple[str, Callable[[Runs], object]]] = field(default_factory=list)
    tables: list[tuple[str, Callable[[Runs], Iterable[tuple]]]] = field(default_factory=list)

    def run(self, name: str, settings: dict[str, object] | None = None, base: str | None = None) -> str:
        """One more run, of `base` or the study's own; returns its name, by which claims and pictures find its trace."""
        if any(run.name == name for run in self.runs):
            raise StudyError(f'two runs are called "{name}"')
        self.runs.append(Run(name, settings or {}, base or self.base))
        return name

    def claim(self, sentence: str):
        """Declares the claim that a function of the traces checks."""
        return lambda function: self.claims.append((sentence, function)) or function

    def table(self, title: str):
        """Declares the table whose rows a function of the traces yields: tuples of texts and numbers, the names of the
        columns first."""
        return lambda function: self.tables.append((title, function)) or function

    def picture(self, name: str):
        """Declares the figure that a function of the traces draws."""
        return lambda function: self.pictures.append((name, function)) or function


@dataclass(frozen=True)
class Verdict:
    """A check with its answer."""

    what: str
    measured: float
    relation: str
    expected: float

    @property
    def holds(self) -> bool:
        return bool(RELATIONS[self.relation](self.measured, self.expected))

    def __str__(self) -> str:
        return f"{self.what}: {self.measured:.6g} {self.relation} {self.expected:.6g}"


def load(folder: Path) -> Study:
    """The study of a folder. Throws StudyError if it has none."""
    file = folder / "study.py"
    if not file.is_file():
        found = ("has no study.py, which names the runs" if folder.is_dir() else "is no folder, expected one with a "
                 "study.py" if folder.exists() else "there is no such folder, expected one with a study.py")
        ours = PAPERS / folder.name
        raise StudyError(f"{folder}: {found}" + (f"; did you mean {ours}?" if (ours / "study.py").is_file() else ""))
    spec = importlib.util.spec_from_file_location(f"study_of_{folder.resolve().name}", file)
    module = importlib.util.module_from_spec(spec)
    within(file, lambda: spec.loader.exec_module(module))
    found = getattr(module, "study", None)
    if not isinstance(found, Study):
        raise StudyError(f'{file}: has no "study", expected study = Study(…)')
    if not found.runs:
        raise StudyError(f'{file}: has no run, expected study.run("a name", {{…}})')
    found.file = file
    return found


def within(file: Path, call: Callable):
    """The result of a function of a study. Its errors become StudyError with the line of the study that raised them."""
    try:
        return call()
    except SyntaxError as error:
        raise StudyError(f"{file}:{error.lineno}: {error.msg}") from None
    except Exception as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
                 if os.path.realpath(frame.filename) == os.path.realpath(file)]
        words = str(error) if isinstance(error, AnalysisError) else f"{type(error).__name__}: {error}"
        raise StudyError(f"{file}:{lines[-1]}: {words}" if lines else f"{file}: {words}") from None


def checked(check: Check) -> Verdict:
    if not isinstance(check, tuple) or len(check) != 4:
        raise StudyError(f"a check of {len(check) if isinstance(check, tuple) else 1} parts, {A_CHECK}")
    what, measured, relation, expected = check
    if relation not in RELATIONS:
        raise StudyError(f'"{what}": unknown relation "{relation}", expected one of: {", ".join(RELATIONS)}')
    return Verdict(what, float(measured), relation, float(expected))


def verdicts(study: Study, runs: Runs) -> list[tuple[str, list[Verdict]]]:
    """Every claim with its checks."""
    result = []
    for sentence, function in study.claims:
        found = within(study.file, lambda: function(runs))  # noqa: B023
        if not isinstance(found, Iterable):
            raise StudyError(f'{study.file}: the claim "{sentence}" returns no checks, {A_CHECK}')
        checks = within(study.file, lambda: [checked(check) for check in found])  # noqa: B023
        if not checks:
            raise StudyError(f'the claim "{sentence}" checks nothing')
        result.append((sentence, checks))
    return result


def report(found: list[list[tuple[str, list[Verdict]]]]) -> str:
    """A line for every claim, and one for each of its checks with the first seed; of other seeds, for those that fail."""
    lines = []
    for place, (sentence, checks) in enumerate(found[0]):
        failed = [(seed, check) for seed, claims in enumerate(found[1:], start=2) for check in claims[place][1]
                  if not check.holds]
        holding = sum(all(check.holds for check in claims[place][1]) for claims in found)
        seeds = f" ({holding} of {len(found)} seeds)" if len(found) > 1 else ""
        lines.append(f"{'holds ' if holding == len(found) else 'FAILS '} {sentence}{seeds}")
        lines += [f"       {' ' if check.holds else '!'} {check}" for check in checks]
        lines += [f"       ! seed {seed} of {len(found)}: {check}" for seed, check in failed]
    return "\n".join(lines)


def sweep_of(runs: list[Runs], targets: list[Target]) -> Sweep:
    """The runs of a study as cells by their names, over seeds."""
    cells = []
    for name in runs[0]:
        labels = {"run": name}
        cells.append(Cell(labels, [SweptRun(labels, each[name].header.get("seed", place), each[name].path, _trace=each[name])
                                   for place, each in enumerate(runs)]))
    return Sweep("", [Axis("run", tuple(runs[0]))], cells, targets)


def tables(study: Study, runs: Runs) -> str:
    """All tables as text, each below its title. Numbers have four digits and are aligned to the right."""
    lines = []
    for title, function in study.tables:
        rows = within(study.file, lambda: [tuple(row) for row in function(runs)])  # noqa: B023
        if len({len(row) for row in rows}) != 1:
            raise StudyError(f'{study.file}: the rows of the table "{title}" have different lengths, or there are none')
        cells = [[cell if isinstance(cell, str) else f"{cell:.4g}" for cell in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(*cells)]
        lines.append(title)
        lines += ["       " + "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
                  for row in cells]
    return "\n".join(lines)
