"""Makes the runs of a study by `gossamer sweep`: side by side, and none twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from gossamer.studies.study import Answers, Run, Runs, Study, StudyError, Sweeps
from gossamer.support.children import description_of_end, run_child
from gossamer.support.inputs import open_source
from gossamer.support.outputs import make_folder, write_whole
from gossamer.support.shapes import parse
from gossamer.sweeps import Axis, Cell, Sweep
from gossamer.sweeps.folder import read_folder
from gossamer.traces.trace import Trace, read

RUN = "run"  # the axis of a study's runs
A_SWEEP = "a sweep file, as experiments/formats/sweep.md describes it"
AN_EXPERIMENT = "an experiment, or a trace"


@dataclass(frozen=True)
class Making:
    """How and where runs are made."""

    program: str
    out: Path
    seeds: int | None = None  # none: the study's own
    threads: int | None = None  # none: as many as there are cores
    short: bool = False


@dataclass(frozen=True)
class Part:
    """Runs of one experiment file and with the same seeds, which make one sweep."""

    name: str  # of its folder
    runs: list[Run]
    seeds: list[int] | None  # none: the experiment's own

    def file(self, out: Path) -> Path:
        return out / f"{self.name}-file.json"

    def folder(self, out: Path) -> Path:
        return out / self.name


def outputs(study: Study, making: Making) -> dict[Path, str]:
    """The sweep files that the study will write, with words for each."""
    parts = parts_of(study, making) if study.runs else [Part(name, [], None) for name in study.sweeps or ["sweep"]]
    return {part.file(making.out): "the sweep file" for part in parts} | {
        path: "moments" for path in paths_of_moments(study, making)}


def make_answers(study: Study, making: Making) -> Answers:
    """Asks the program all questions of a study. Throws StudyError if it has no answer."""
    answers = Answers()
    for name, words in study.questions.items():
        paths = [study.folder / word for word in words]
        line = [making.program, *(str(path.resolve()) if path.is_file() else word for path, word in zip(paths, words))]
        done = run_child(line)
        if done.returncode:
            raise StudyError(f'{study.file}: the question "{name}": {done.stderr.strip() or description_of_end(done)}')
        answers[name] = parse(done.stdout, study.file, f'a command that prints JSON as the question "{name}"')
    return answers


def make_sweep(study: Study, making: Making) -> Sweep:
    """The sweep of a study that has one. Throws StudyError if its runs cannot be made."""
    return _made(study, Part("sweep", [], None), with_options(study, making), making)


def make_sweeps(study: Study, making: Making) -> Sweeps:
    """The sweeps of a study that has several, one after another. Throws StudyError if their runs cannot be made."""
    return Sweeps({name: _made(study, Part(name, [], None), with_options(study, making, name), making) for name in study.sweeps})


def make_runs(study: Study, making: Making) -> tuple[list[Runs], Sweep]:
    """The traces of all runs for each seed, by their names, which are also their titles; and the same as a sweep.
    Throws StudyError if runs cannot be made."""
    parts = parts_of(study, making)
    cells: dict[str, Cell] = {}
    for part in parts:
        made = _made(study, part, _plan(study, part), making)
        cells |= {cell.labels[RUN]: cell for cell in made.cells}
    names = tuple(run.name for run in study.runs)
    sweep = Sweep("", [Axis(RUN, names)], [cells[name] for name in names],
                  folder=parts[0].folder(making.out) if len(parts) == 1 else None)
    runs = [Runs() for _ in range(making.seeds or 1)]
    for cell in sweep.cells:
        for place, run in enumerate(cell.runs):
            runs[place][cell.name] = _titled(run.trace, cell.name)
    return runs, sweep


def make_moments(study: Study, making: Making) -> None:
    """Computes the exact moments that the study asks for. Throws StudyError if some cannot be computed."""
    for run, path in zip(study.expected, paths_of_moments(study, making)):
        make_folder(path.parent)
        settings = [f"{key}={json.dumps(value)}" for key, value in {"/title": run.name, **run.settings}.items()]
        words = [making.program, "moments", str(study.folder / run.base), "--out", str(path), "--force", "--quiet"]
        done = run_child(words + [word for setting in settings for word in ("--set", setting)], show_errors=True)
        if done.returncode:
            raise StudyError(f"{study.file}: the moments \"{run.name}\" were not computed, since gossamer moments "
                             f"{description_of_end(done)}")
        study.exact[run.name] = read(path)


def paths_of_moments(study: Study, making: Making) -> list[Path]:
    return [making.out / "moments" / f"{place}.jsonl" for place in range(len(study.expected))]


def parts_of(study: Study, making: Making) -> list[Part]:
    """One for each experiment file; if runs are repeated, also for each of the seeds that they begin with."""
    found: dict[tuple[str, int | None], list[Run]] = {}
    for run in study.runs:
        found.setdefault((run.base, _own_seed(run, study) if making.seeds else None), []).append(run)
    bases = {base for base, _ in found}
    parts = []
    for (base, seed), runs in found.items():
        words = [Path(base).with_suffix("").as_posix().replace("/", "-")] if len(bases) > 1 else []
        words += [f"seed-{seed}"] if len(found) > len(bases) else []
        parts.append(Part("-".join(["sweep", *words]), runs, None if seed is None else [seed + k for k in range(making.seeds)]))
    return parts


def _own_seed(run: Run, study: Study) -> int:
    """The seed of a run that is made once."""
    source = _source(study.folder / run.base, AN_EXPERIMENT)
    source = source.get("configuration", source)  # of a trace
    seed = run.settings.get("/seed", source.get("seed", 1))
    return run.settings.get("/seed/all", seed.get("all", 1) if isinstance(seed, dict) else seed)


def _source(path: Path, expected: str) -> dict:
    """The object in a file, or in the first line of a trace."""
    text = open_source(path, expected).text
    found = parse(text.partition("\n")[0] if path.suffix == ".jsonl" else text, path, expected)
    if not isinstance(found, dict):
        raise StudyError(f"{path}: is no object, expected {expected}")
    return found


def _plan(study: Study, part: Part) -> dict:
    """A sweep file."""
    plan = {"title": study.title, "base": str((study.folder / part.runs[0].base).resolve()),
            "axes": [{"name": RUN, "settings": {run.name: {"/title": run.name, **run.settings} for run in part.runs}}]}
    return plan if part.seeds is None else {**plan, "seeds": part.seeds}


def with_options(study: Study, making: Making, name: str | None = None) -> dict:
    """The study's own sweep file, or the one of this name, or its short form, with the seeds of the command line. If there are
    several sweeps, those that name no seeds keep their experiment's."""
    given = study.sweeps[name] if name else study.sweep
    plan = given if isinstance(given, dict) else _source(study.folder / given, A_SWEEP)
    if making.short and study.short is None:
        raise StudyError(f"{study.file}: has no short form")
    short = study.short.get(name, {}) if making.short and name else study.short
    plan = {"title": study.title, **(_shortened(plan, short) if making.short else plan)}
    base = plan.get("base")
    if isinstance(base, str) and (study.folder / base).is_file():
        plan["base"] = str((study.folder / base).resolve())
    return plan if making.seeds is None or (name and "seeds" not in plan) else {**plan, "seeds": making.seeds}


def _shortened(plan: dict, short: dict) -> dict:
    """The sweep with other keys. If `axes` of the short form is an object, axes of these names have these labels alone."""
    fewer = short.get("axes")
    if not isinstance(fewer, dict):
        return {**plan, **short}
    return {**plan, **short, "axes": [_with_labels(axis, fewer.get(_name_of(axis))) for axis in plan["axes"]]}


def _name_of(axis: dict) -> str:
    return axis.get("name") or str(axis.get("key", "")).rpartition("/")[2]


def _with_labels(axis: dict, labels: list | None) -> dict:
    if labels is None:
        return axis
    if "settings" in axis:
        return {**axis, "settings": {label: axis["settings"][label] for label in labels}}
    return {**axis, "values": labels}


def _made(study: Study, part: Part, plan: dict, making: Making) -> Sweep:
    """The sweep of a file whose runs have all been made."""
    file, folder = part.file(making.out), part.folder(making.out)
    write_whole(file, (json.dumps(plan, indent=2, ensure_ascii=False) + "\n").encode(), "the sweep file")
    words = [making.program, "sweep", str(file), "--out", str(folder), "--retry-failed", "--no-table"]
    done = run_child(words + (["--threads", str(making.threads)] if making.threads else []), show_errors=True)
    if done.returncode:
        raise StudyError(f"{file}: not all runs of {study.file} were made, since gossamer sweep {description_of_end(done)}")
    return read_folder(folder)


def _titled(trace: Trace, name: str) -> Trace:
    trace.header["title"] = name
    return trace
