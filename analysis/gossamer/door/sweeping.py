"""Sweeps: many runs by one command of the program, which goes on where it stopped."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gossamer.door.experiment import Config, as_file, settings_words, text_of
from gossamer.door.program import end_of, watch
from gossamer.door.running import RunWarning
from gossamer.support.children import RunError
from gossamer.support.errors import AnalysisError
from gossamer.sweeps import Sweep, load


@dataclass(frozen=True)
class SweepProgress:
    """How far a sweep is."""

    text: str  # the program's own line
    done: int  # runs that have ended, earlier ones too

    def __str__(self) -> str:
        return self.text


def sweep(config: Config, out: str | os.PathLike, settings: Mapping | None = None, /, *, over: Mapping | None = None,
          derive: Mapping | None = None, seeds: int | Sequence[int] | None = None, targets: Mapping | None = None,
          baseline: Mapping | None = None, jobs: int | None = None, retry_failed: bool = False,
          progress: bool | Callable[[SweepProgress], object] = False, **overrides) -> Sweep:
    """Makes the runs of a sweep in the folder `out`, those that are not there yet, and returns the sweep.

    `config` is a sweep file or its content; or an experiment as for `run`, with its axes in `over`: for a name or a "/path" a
    list of values, or a text such as "1..64:x2". A block is a dict or a text such as "torus:rows=8,columns=8". All else is as
    in a sweep file: keys that follow from others, a number of seeds or the seeds, targets such as {"train_loss": 0.5}, the
    labels of the cells to compare with. `settings` and other keywords set keys in all runs, as for `run`.

    The folder's results.csv is a tidy table with a row for each run, which pandas reads as it is.

    Throws RunError with the program's own words. A run that fails does not stop the others: there is a RunWarning at the
    end. Ctrl-C ends the sweep in order, and the same call goes on.

        found = gossamer.sweep("quickstart", "graphs", over={"topology": ["ring", "torus:rows=8,columns=8"],
                                                             "/algorithm/local_steps": [1, 4, 16]}, seeds=3)
    """
    with as_file(config) as (path, name):
        words = ["sweep", path, "-o", os.fspath(out), *settings_words(settings, overrides)]
        for option, values in (("--over", over), ("--derive", derive), ("--baseline", baseline)):
            words += [word for key, value in (values or {}).items() for word in (option, f"{key}={_values(value, key)}")]
        words += [word for key, value in (targets or {}).items() for each in (value if isinstance(value, Sequence) else [value])
                  for word in ("--target", f"{key}={_value(each, key)}")]
        words += [] if seeds is None else ["--seeds", _values(seeds, "seeds")]
        words += ([] if jobs is None else ["--jobs", str(jobs)]) + ["--retry-failed"] * retry_failed
        lines: list[str] = []

        def hear(line: str) -> None:
            lines.append(line.replace(path, name))
            if progress is True:
                print(lines[-1], file=sys.stderr, flush=True)
            elif progress:
                progress(SweepProgress(lines[-1], _ended(Path(out))))

        code = watch(words if progress else [*words, "--quiet"], hear)
    return _loaded(out, code, lines)


def _values(values, name: str) -> str:
    """Values as options have them: JSON, or text as it is, with commas between."""
    if isinstance(values, (Sequence, np.ndarray)) and not isinstance(values, str):
        return ",".join(_value(value, name) for value in values)
    return _value(values, name)


def _value(value, name: str) -> str:
    return value if isinstance(value, str) else text_of(value, name)


def _ended(folder: Path) -> int:
    return sum(path.suffix in (".jsonl", ".failed") for path in (folder / "runs").glob("*"))


def _last_message(lines: list[str]) -> str:
    """The last line, or the last line and those that are indented after it."""
    start = max((number for number, line in enumerate(lines) if line and not line.startswith(" ")), default=0)
    return "\n".join(lines[start:]).strip()


def _loaded(folder: str | os.PathLike, code: int, lines: list[str]) -> Sweep:
    """The sweep, if every run has ended. Throws RunError if the program has ended before."""
    message = _last_message(lines) or f"gossamer sweep {end_of(code)}"
    if code == 0:
        return load([folder])
    try:
        found = load([folder])
    except AnalysisError:
        raise RunError(message) from None
    if any(run.status == "missing" for run in found.runs):
        raise RunError(message)
    warnings.warn(message, RunWarning, stacklevel=3)
    return found
