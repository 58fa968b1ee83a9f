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

A study may have a sweep in place of runs: an object as in experiments/formats/sweep.md, or the name of such a file beside
`study.py`. Its claims, tables and pictures are about the `Sweep`, with all seeds of its cells:

    study = Study("Best H", sweep="sweep.json", short={"seeds": 2, "axes": {"local_steps": [1, 8]}})

    @study.picture("time")
    def time(sweep):
        return draw_along(sweep, Measure.to(sweep.targets[0]), "local_steps")

A study may also ask the program for numbers of theory: see `Study.ask`.

Exact moments on quadratics, as `gossamer moments` computes them, may stand beside the runs:

    exact = study.moments("AD-PSGD", {"/algorithm": {"kind": "ad_psgd"}}, base="quadratics.json")

    @study.claim("The mean of the runs is near its expectation")
    def agrees(sweep):
        expected = study.exact[exact].series("suboptimality")[0]
        …

`short` has the keys of the sweep that `gossamer study --short` replaces, and the labels that axes then have: a study of seconds.
Several sweeps have names, and so do their short forms. All claims, tables and pictures are about them together:

    study = Study("Which graph?", sweeps={"training": "training.json", "timing": "timing.json"},
                  short={"training": {"seeds": 2}, "timing": {}})

    @study.picture("phases")
    def phases(sweeps):
        return draw_phases(retimed(sweeps["training"], sweeps["timing"]), …)
"""

from __future__ import annotations

import importlib.util
import os
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from gossamer.support.errors import AnalysisError
from gossamer.support.wording import nearest
from gossamer.sweeps import Sweep
from gossamer.traces.trace import Trace

EXPERIMENTS = Path(__file__).resolve().parents[3] / "experiments"
OURS = ("papers", "tradeoffs", "theory")  # folders of studies
Check = tuple[str, float, str, float]


class StudyError(AnalysisError):
    """A study that cannot be made: one sentence on the fact found and the fact expected."""


class _Named(dict):
    """What a study has made, by names. A name that is none is refused with those that are."""

    noun = "result"

    def __missing__(self, name: str):
        close = nearest(name, self) if isinstance(name, str) else None
        raise StudyError(f'no {self.noun} is called "{name}", expected one of: {", ".join(self)}'
                         + (f'; did you mean "{close}"?' if close else ""))


class Runs(_Named, dict[str, Trace]):
    """The traces of a study by the names of its runs."""

    noun = "run"


class Answers(_Named, dict[str, object]):
    """What the program answered to the questions of a study, read from JSON, by their names."""

    noun = "question"


class Sweeps(_Named, dict[str, Sweep]):
    """The sweeps of a study by their names. Compared by identity, so that functions may remember what they found."""

    noun = "sweep"
    __hash__ = object.__hash__

    def __eq__(self, other) -> bool:
        return self is other


Results = Runs | Sweep | Sweeps  # that claims, tables and pictures are about


@dataclass(frozen=True)
class Run:
    """An experiment file with some of its keys set, by their paths."""

    name: str
    settings: dict[str, object]
    base: str


@dataclass
class Study:
    """The runs, or the sweep or sweeps, and the claims and figures of one folder."""

    title: str
    base: str = ""
    sweep: str | dict | None = None
    short: dict | None = None
    sweeps: dict[str, str | dict] = field(default_factory=dict)
    file: Path = Path("study.py")
    runs: list[Run] = field(default_factory=list)
    expected: list[Run] = field(default_factory=list)  # whose exact moments are computed
    exact: dict[str, Trace] = field(default_factory=Runs)  # these, by name, once they are there
    claims: list[tuple[str, Callable[[Results], Iterable[Check]]]] = field(default_factory=list)
    pictures: list[tuple[str, Callable[[Results], object]]] = field(default_factory=list)
    tables: list[tuple[str, Callable[[Results], Iterable[tuple]]]] = field(default_factory=list)
    questions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)  # there are some once claims are checked

    @property
    def folder(self) -> Path:
        return self.file.parent

    @property
    def inputs(self) -> list[Path]:
        """The files that the study reads."""
        bases = {run.base for run in (*self.runs, *self.expected)}
        names = bases | {each for each in (self.sweep, *self.sweeps.values()) if isinstance(each, str)}
        return [self.file, *(self.folder / name for name in sorted(names))]

    def run(self, name: str, settings: dict[str, object] | None = None, base: str | None = None) -> str:
        """One more run, of `base` or the study's own; returns its name, by which claims and pictures find its trace."""
        if self.sweep or self.sweeps:
            raise StudyError("the study has a sweep, which makes its runs; expected no study.run")
        if any(run.name == name for run in self.runs):
            raise StudyError(f'two runs are called "{name}"')
        self.runs.append(Run(name, settings or {}, base or self.base))
        return name

    def ask(self, name: str, *words: str) -> str:
        """A command of the program that prints JSON, such as "worstcase", "experiment.json", "--json": claims find what it
        printed under this name in `answers`. A word that names a file of the folder is its path."""
        if name in self.questions:
            raise StudyError(f'two questions are called "{name}"')
        self.questions[name] = words

    def moments(self, name: str, settings: dict[str, object] | None = None, base: str | None = None) -> str:
        """Exact moments of an experiment of quadratics; returns its name, by which `exact` has their trace."""
        if any(run.name == name for run in self.expected):
            raise StudyError(f'two moments are called "{name}"')
        self.expected.append(Run(name, settings or {}, base or self.base))
        return name

    def claim(self, sentence: str):
        """Declares the claim that a function of the runs checks."""
        return lambda function: self.claims.append((sentence, function)) or function

    def table(self, title: str):
        """Declares the table whose rows a function of the runs yields: tuples of texts and numbers, the names of the
        columns first."""
        return lambda function: self.tables.append((title, function)) or function

    def picture(self, name: str):
        """Declares the figure that a function of the runs draws."""
        return lambda function: self.pictures.append((name, function)) or function


def load(folder: Path) -> Study:
    """The study of a folder. Throws StudyError if it has none."""
    file = folder / "study.py"
    if not file.is_file():
        found = ("has no study.py, which names the runs" if folder.is_dir() else "is no folder, expected one with a "
                 "study.py" if folder.exists() else "there is no such folder, expected one with a study.py")
        ours = [EXPERIMENTS / name / folder.name for name in OURS]
        meant = next((f"; did you mean {path}?" for path in ours if (path / "study.py").is_file()), "")
        raise StudyError(f"{folder}: {found}{meant}")
    spec = importlib.util.spec_from_file_location(f"study_of_{folder.resolve().name}", file)
    module = importlib.util.module_from_spec(spec)
    within(file, lambda: spec.loader.exec_module(module))
    found = getattr(module, "study", None)
    if not isinstance(found, Study):
        raise StudyError(f'{file}: has no "study", expected study = Study(…)')
    if not found.runs and not found.sweep and not found.sweeps:
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
