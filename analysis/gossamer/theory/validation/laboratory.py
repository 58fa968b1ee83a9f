"""Runs the experiments of checks by the program, side by side, in a temporary folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from gossamer.support.children import RunError, description_of_end, run_children
from gossamer.theory.validation.check import Experiment
from gossamer.traces.trace import Trace, read

FREE = {"kind": "alpha_beta", "latency": "0 s", "bandwidth": "1000 Tbit/s", "payload": "1 B"}  # messages take no time
SECOND = {"kind": "constant", "step": "1 s"}
LEAST_RECORDS = {"nodes": "none", "local_nodes": 0, "gradient_norm": False}
WHOLE = (0, 3)  # exit codes of runs that have left a trace


@dataclass
class Made:
    """The runs of an experiment, by its seeds. Traces are read when they are needed."""

    paths: list[Path]
    moments_path: Path | None = None

    @cached_property
    def moments(self) -> Trace:
        """The exact moments of runs that differ by their noise alone."""
        return read(self.moments_path)

    @cached_property
    def traces(self) -> list[Trace]:
        return [read(path) for path in self.paths]

    @property
    def trace(self) -> Trace:
        return self.traces[0]

    @property
    def models(self) -> np.ndarray:
        """At the end of the first run, n × d."""
        return self.traces[0].models

    @property
    def all_models(self) -> np.ndarray:
        """At the end of all runs, seeds × n × d."""
        return np.array([trace.models for trace in self.traces])

    def last(self, key: str) -> list[float]:
        """A value of the last sample of each run."""
        return [trace.samples[-1][key] for trace in self.traces]


class Laboratory:
    """A program, a folder for its files, and the number of runs side by side."""

    def __init__(self, program: str, folder: Path, at_once: int):
        self.program, self.folder, self.at_once = program, folder, at_once
        self.count = 0

    def configuration(self, experiment: Experiment, seed: int | dict) -> dict:
        """The experiment file."""
        blocks = {"seed": seed, "numerics": "float64" if experiment.model else "off", "topology": experiment.topology,
                  "algorithm": experiment.algorithm, "network": experiment.network or FREE,
                  "compute": experiment.compute or SECOND, "stop": experiment.stop, "record": experiment.record
                  or LEAST_RECORDS}
        return {**blocks, "model": experiment.model} if experiment.model else blocks

    def make(self, experiments: Iterable[Experiment]) -> list[Made]:
        """Runs all of them. Throws RunError with the program's words if one fails."""
        lines, made = [], []
        for experiment in experiments:
            folder = self.folder / f"{self.count}"
            self.count += 1
            folder.mkdir()
            self._write_files(experiment, folder)
            made.append(Made([folder / f"{run}.jsonl" for run in range(len(experiment.seeds))]))
            for run, seed in enumerate(experiment.seeds):
                lines.append(self._line(experiment, seed, folder / f"{run}"))
            if experiment.moments:
                made[-1].moments_path = folder / "moments.jsonl"
                lines.append([self.program, "moments", str(folder / "0.json"), "--quiet", "--out",
                              str(folder / "moments.jsonl")])
        for line, done in zip(lines, run_children(lines, self.at_once)):
            if done.returncode not in WHOLE:
                raise RunError(f"{line[2]}: {done.stderr.strip() or description_of_end(done)}")
        return made

    def _write_files(self, experiment: Experiment, folder: Path) -> None:
        for name, content in experiment.files.items():
            if name.endswith(".npy"):
                np.save(folder / name, content)
            else:
                (folder / name).write_text(json.dumps(content), encoding="utf-8")

    def _line(self, experiment: Experiment, seed: int | dict, place: Path) -> list[str]:
        """The command line of a run whose files have this name."""
        file, trace, models = (place.with_suffix(ending) for ending in (".json", ".jsonl", ".npy"))
        file.write_text(json.dumps(self.configuration(experiment, seed)), encoding="utf-8")
        words = [self.program, "run", str(file), "--quiet", "--threads", "1", "--out", str(trace)]
        return [*words, "--models", str(models)] if experiment.model else words
