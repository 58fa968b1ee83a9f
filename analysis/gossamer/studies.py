"""gossamer study: runs the experiments of a folder, holds what its papers claim against the traces, draws its pictures.

A folder of a study holds `study.py`, which says what to run, what is claimed and what to draw:

    from curves import draw
    from study import Study

    study = Study("LEAD: linear convergence at two bits", base="regression.json")
    study.run("LEAD", {"/algorithm": {"kind": "lead", "step_size": 0.1}})

    @study.claim("LEAD converges to the minimum itself")
    def converges(runs):
        yield "squared distance to the optimum", runs["LEAD"].squared_error()[-1], "<=", 1e-18

    @study.picture("convergence")
    def convergence(runs):
        return draw(list(runs.values()), "node_steps", ["distance"])

A claim yields checks: what was measured, its value, a relation, the value that is expected. It holds if all of them do.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import operator
import os
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from children import ended, how_it_ended
from command import Parser, command, run as run_command, say, write
from errors import AnalysisError
from outputs import keep_apart, make_folder
from trace import Trace, read
from wording import nearest, visible

PAPERS = Path(__file__).resolve().parents[1] / "experiments" / "papers"
RELATIONS = {"<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt, "==": operator.eq}
A_CHECK = 'expected checks such as: yield "final loss", value, "<=", 0.5'
Check = tuple[str, float, str, float]


class StudyError(AnalysisError):
    """A study that cannot be made: one sentence on what was found and what was expected."""


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

    @property
    def trace_name(self) -> str:
        plain = "".join(letter if letter.isalnum() or letter in ".+-" else "_" for letter in self.name)
        return f"{plain}.jsonl"


@dataclass
class Study:
    """What one folder runs, claims and draws."""

    title: str
    base: str
    threads: int = 1  # of each run: small models gain nothing by more
    file: Path = Path("study.py")
    runs: list[Run] = field(default_factory=list)
    claims: list[tuple[str, Callable[[Runs], Iterable[Check]]]] = field(default_factory=list)
    pictures: list[tuple[str, Callable[[Runs], object]]] = field(default_factory=list)

    def run(self, name: str, settings: dict[str, object] | None = None, base: str | None = None) -> str:
        """One more run, of `base` or the study's own; returns its name, by which claims and pictures find its trace."""
        if any(run.name == name for run in self.runs):
            raise StudyError(f'two runs are called "{name}"')
        self.runs.append(Run(name, settings or {}, base or self.base))
        return name

    def claim(self, sentence: str):
        """Declares what a function of the traces shows."""
        return lambda function: self.claims.append((sentence, function)) or function

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
    """The study of a folder. Throws StudyError where it has none."""
    file = folder / "study.py"
    if not file.is_file():
        found = ("has no study.py, which names the runs" if folder.is_dir() else "is no folder, expected one with a "
                 "study.py" if folder.exists() else "there is no such folder, expected one with a study.py")
        ours = PAPERS / folder.name
        raise StudyError(f"{folder}: {found}" + (f"; did you mean {ours}?" if (ours / "study.py").is_file() else ""))
    # A study imports this module by its name, whether it is the program or not.
    sys.modules.setdefault("study", sys.modules[__name__])
    spec = importlib.util.spec_from_file_location(f"study_of_{folder.resolve().name}", file)
    module = importlib.util.module_from_spec(spec)
    within(file, lambda: spec.loader.exec_module(module))
    found = getattr(module, "study", None)
    if not isinstance(found, sys.modules["study"].Study):
        raise StudyError(f'{file}: has no "study", expected study = Study(…)')
    if not found.runs:
        raise StudyError(f'{file}: has no run, expected study.run("a name", {{…}})')
    found.file = file
    return found


def within(file: Path, call: Callable):
    """What a function of a study returns. Its errors become StudyError with the line of the study that they come from."""
    try:
        return call()
    except SyntaxError as error:
        raise StudyError(f"{file}:{error.lineno}: {error.msg}") from None
    except Exception as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
                 if os.path.realpath(frame.filename) == os.path.realpath(file)]
        words = str(error) if isinstance(error, AnalysisError) else f"{type(error).__name__}: {error}"
        raise StudyError(f"{file}:{lines[-1]}: {words}" if lines else f"{file}: {words}") from None


def carry_out(run: Run, study: Study, folder: Path, out: Path, program: Path) -> Trace:
    """Runs one experiment and reads its trace. Throws StudyError with the program's words where it refuses."""
    trace = out / run.trace_name
    words = [str(program), "run", str(folder / run.base), "--quiet", "--force", "--threads", str(study.threads),
               "--out", str(trace)]
    for path, value in {"/title": run.name, **run.settings}.items():
        words += ["--set", f"{path}={json.dumps(value)}"]
    done = ended(words)
    if done.returncode not in (0, 3):
        raise StudyError(f'run "{run.name}": {done.stderr.strip() or how_it_ended(done)}')
    return read(trace)


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


def report(found: list[tuple[str, list[Verdict]]]) -> str:
    """A line for every claim, and one for each of its checks."""
    lines = []
    for sentence, checks in found:
        lines.append(f"{'holds ' if all(check.holds for check in checks) else 'FAILS '} {sentence}")
        lines += [f"       {' ' if check.holds else '!'} {check}" for check in checks]
    return "\n".join(lines)


def draw_pictures(study: Study, runs: Runs, folder: Path, kind: str) -> None:
    from figures import save  # loads Matplotlib, which checks alone do not need

    for name, function in study.pictures:
        figure = within(study.file, lambda: function(runs))  # noqa: B023
        if not hasattr(figure, "savefig"):
            raise StudyError(f'{study.file}: the picture "{name}" is no figure; expected that its function returns one')
        save(figure, folder / f"{name}.{kind}")


def check_outputs(study: Study, folder: Path, out: Path, kind: str) -> None:
    """Throws AnalysisError if a trace or a picture would overwrite another, or what the study is made from."""
    inputs = [study.file, *{folder / run.base for run in study.runs}]
    written = {out / run.trace_name: f'the trace of run "{run.name}"' for run in study.runs}
    if len(written) < len(study.runs):
        name = next(run.name for run in study.runs if written[out / run.trace_name] != f'the trace of run "{run.name}"')
        raise StudyError(f'{study.file}: the traces of two runs would be {Run(name, {}, "").trace_name}; expected another '
                         f'name than "{name}"')
    for name, _ in study.pictures:
        picture = out / f"{name}.{kind}"
        if picture in written:
            raise StudyError(f"{study.file}: two outputs would be {picture}; expected another name")
        written[picture] = f'the picture "{name}"'
    for path, words in written.items():
        keep_apart(path, words, inputs)


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser("study", description="Runs a folder's experiments, checks what is claimed of them, and draws its "
                    "pictures. Ends with 1 where a claim fails.")
    parser.add_argument("folder", type=Path, nargs="?", help="a folder with a study.py, such as experiments/papers/lead")
    parser.add_argument("--program", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="for traces and pictures (default: study-NAME)")
    parser.add_argument("--no-pictures", action="store_true", help="check claims alone")
    parser.add_argument("--format", choices=("svg", "png", "pdf"), default="svg", help="of pictures (default: svg)")
    options = parser.parse_args(argv)
    if not options.folder:
        parser.error("no folder; expected one with a study.py, such as: gossamer study experiments/papers/lead")
    if options.folder.name == "study.py":  # what a folder holds is meant as well
        options.folder = options.folder.parent
    options.out = options.out or Path(f"study-{options.folder.resolve().name}")
    return options


@command("study")
def main(argv: list[str]) -> int:
    options = arguments(argv)
    study, out = load(options.folder), options.out
    check_outputs(study, options.folder, out, options.format)
    make_folder(out)
    write(visible(study.title))
    runs = Runs()
    for number, run in enumerate(study.runs, start=1):
        say(f"  run {number} of {len(study.runs)}: {visible(run.name)}")
        runs[run.name] = carry_out(run, study, options.folder, out, options.program.resolve())
    found = verdicts(study, runs)
    write(visible(report(found), keep="\n"))
    if not options.no_pictures:
        draw_pictures(study, runs, out, options.format)
    return 0 if all(check.holds for _, checks in found for check in checks) else 1


if __name__ == "__main__":
    sys.exit(run_command(main, sys.argv[1:]))
