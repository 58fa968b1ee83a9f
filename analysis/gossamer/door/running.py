"""Runs: an experiment in, a trace out."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gossamer.door.experiment import Config, as_file, settings_words
from gossamer.door.program import end_of, watch
from gossamer.support.children import RunError
from gossamer.support.errors import AnalysisError
from gossamer.traces.trace import Trace, read

WHOLE = (0, 3, 4)  # exit codes of runs that have ended: as wanted, because they diverged, because they are stuck


class RunWarning(UserWarning):
    """A reason why the results of a run can mislead, or an end that was not wanted."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C has stopped a run. Its trace is whole up to there: `trace`."""

    def __init__(self, trace: Trace):
        super().__init__(f"{trace!r} is this exception's .trace")
        self.trace = trace


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    text: str  # for people
    time_s: float  # virtual
    wall_s: float
    node_steps_per_node: float
    share: float | None = None  # of the run, if a limit shows it
    left_s: float | None = None  # of wall time, by the share
    train_loss: float | None = None  # of the last sample

    def __str__(self) -> str:
        return self.text


def run(config: Config, settings: Mapping | None = None, /, *, out: str | os.PathLike | None = None,
        models: bool | str | os.PathLike = False, timeline: str | os.PathLike | None = None, threads: int | None = None,
        force: bool = False, progress: bool | Callable[[Progress], object] = False, **overrides) -> Trace:
    """Runs an experiment: a dict, a file, the name of an example, or a trace, which then runs again.

    `settings` replaces keys by their paths, and other keywords do so by their names: seed=2 is "/seed", and
    algorithm__step_size=0.1 is "/algorithm/step_size". `out` is the trace's file; without it there is none afterwards.
    `models` keeps the models at the end, beside the trace or in the file that it names. `progress` is called with a
    Progress a few times each second; True shows a line.

    Throws RunError with the program's own words if it refuses. A run that diverged or is stuck gives a trace and a
    RunWarning. Ctrl-C ends the run in order, and raises Interrupted, which has the trace: in a notebook
    it is sys.last_value.trace then.

    >>> ring = {"topology": {"kind": "ring", "nodes": 8}, "model": {"kind": "quadratic", "noise": 0.1},
    ...         "algorithm": "d_psgd", "stop": {"node_steps": 50}, "record": {"every": "100 ms"}}
    >>> trace = run(ring, title="Eight nodes", seed=2)
    >>> trace
    <Trace 'Eight nodes': 7 samples, 8 nodes, node_steps at 500.00 ms>
    >>> bool(trace.samples["train_loss"][-1] < trace.samples["train_loss"][0])
    True
    >>> run(ring, algorithm="d_psdg")
    Traceback (most recent call last):
    gossamer.support.children.RunError: --set /algorithm="d_psdg": /algorithm/kind: unknown kind "d_psdg"
    """
    with as_file(config) as (path, name), _folder_of(out) as folder:
        trace_path = Path(out) if out else folder / f"{Path(path).stem}.jsonl"
        models_path = trace_path.with_suffix(".npy") if models is True else Path(models) if models else None
        words = ["run", path, "--quiet", "--out", str(trace_path), *settings_words(settings, overrides)]
        words += ["--progress", "json"] * bool(progress) + ["--force"] * force
        for option, value in (("--models", models_path), ("--timeline", timeline), ("--threads", threads)):
            words += [] if value is None else [option, str(value)]
        trace = _trace_of(words, trace_path, _Listener(progress, path, name))
        trace.models_path = models_path
        if trace.has_models:
            _ = trace.models  # a temporary file stays readable after it has gone
    return trace


@contextlib.contextmanager
def _folder_of(out: str | os.PathLike | None) -> Iterator[Path]:
    """The folder of a trace that has no file afterwards is a temporary one."""
    if out:
        yield Path(out).parent
    else:
        with tempfile.TemporaryDirectory(prefix="gossamer-") as folder:
            yield Path(folder)


class _Listener:
    """What a run writes to its standard error: progress, which is shown, and messages, which are kept."""

    def __init__(self, progress: bool | Callable[[Progress], object], path: str, name: str):
        self.show = _show if progress is True else progress
        self.path, self.name = path, name
        self.lines: list[str] = []

    def hear(self, line: str) -> None:
        if line.startswith('{"progress":'):
            self.show(Progress(**json.loads(line)["progress"]))
        else:
            self.lines.append(line)

    def end(self) -> None:
        if self.show is _show:
            _clear()

    @property
    def message(self) -> str:
        return "\n".join(self.lines).strip().replace(self.path, self.name)


def _show(progress: Progress) -> None:
    print(f"\r{progress}\033[K", end="", file=sys.stderr, flush=True)


def _clear() -> None:
    print("\r\033[K", end="", file=sys.stderr, flush=True)


def _trace_of(words: list[str], path: Path, listener: _Listener) -> Trace:
    """Runs; reads the trace, and warns of what the program warns of."""
    try:
        code = watch(words, listener.hear)
    except KeyboardInterrupt:
        with contextlib.suppress(AnalysisError):  # the run had not begun
            trace = read(path)
            if trace.end and trace.end.get("reason") == "interrupted":
                raise Interrupted(trace) from None
        raise
    finally:
        listener.end()
    if code not in WHOLE:
        raise RunError(listener.message or f"gossamer run {end_of(code)}")
    trace = read(path)
    for sentence in [*trace.header.get("warnings", ()), *filter(None, [listener.message])]:
        warnings.warn(f"{trace.title}: {sentence}", RunWarning, stacklevel=3)
    return trace
