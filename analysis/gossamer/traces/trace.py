"""Reads traces: the JSON Lines that a run leaves, as experiments/formats/trace.md describes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from gossamer.support.command import note
from gossamer.support.errors import AnalysisError
from gossamer.support.inputs import Source, kind_of, open_source
from gossamer.support.shapes import FROM_ZERO, NUMBER, TEXT, Or, is_number, mismatch, parse
from gossamer.support.wording import readable_time, shown, visible
from gossamer.traces import frames
from gossamer.traces.records import Records

A_TRACE = "a trace, as `gossamer run` writes it"
SCHEMAS = (1, 2)  # before 2, train_loss was the mean over all samples, whatever nodes minimized


class TraceError(AnalysisError):
    """A trace that cannot be used: file, line, the text there and the text expected, in one sentence."""


HEADER = {"title?": TEXT, "warnings?": [TEXT], "topology?": {"nodes?": FROM_ZERO},
          "partition?": Or({"samples_per_node?": {"min": NUMBER, "max": NUMBER}, "node_weights?": TEXT})}
RECORDS = {"sample": {"time_s": NUMBER, "*": NUMBER}, "node": {"*": NUMBER},
           "divergence": {"time_s?": NUMBER, "node?": NUMBER, "what?": TEXT},
           "end": {"reason?": TEXT, "time_s?": NUMBER, "totals?": {"*": NUMBER}, "lateness_mean_s?": NUMBER,
                   "lateness_max_s?": NUMBER}}


@dataclass(repr=False)
class Trace:
    """One run. A run that was killed has no `end`; nothing else is missing then.

    `samples` and `nodes` are tables: `trace.samples[-1]` is the last sample, a dict, and `trace.samples["train_loss"]` a
    column, an array. `models_path` is where the final models are, if it is not the trace's own name with .npy."""

    path: Path
    header: dict
    samples: Records = field(default_factory=Records)
    nodes: Records = field(default_factory=Records)
    divergence: dict | None = None
    end: dict | None = None
    models_path: Path | None = None

    def __repr__(self) -> str:
        how = "cut off" if self.end is None else (f"{self.end.get('reason', 'ended')} at "
                                                  f"{readable_time(self.end.get('time_s', 0))}")
        return f"<Trace {visible(self.title)!r}: {len(self.samples)} samples, {len(self.nodes)} nodes, {how}>"

    @property
    def title(self) -> str:
        return self.header.get("title") or self.path.stem

    @property
    def configuration(self) -> dict:
        """The experiment with every default filled in; empty in a trace without one."""
        return self.header.get("configuration") or {}

    @property
    def _place_of_models(self) -> Path:
        return self.models_path or self.path.with_suffix(".npy")

    @property
    def has_models(self) -> bool:
        """Whether the models at the end have been kept."""
        return "models" in vars(self) or self._place_of_models.is_file()

    @cached_property
    def models(self) -> np.ndarray:
        """The models at the end, n × d, which stay in their file until they are used.

        Throws TraceError if there is no such file, or if it is another run's."""
        path = self._place_of_models
        try:
            models = np.load(path, mmap_mode="r").view(np.ndarray)
        except FileNotFoundError:
            raise TraceError(f"{self.path}: has no models beside it, expected {path}, as `gossamer run --models {path}` "
                             "writes") from None
        except (OSError, ValueError) as error:
            raise TraceError(f"{path}: cannot be read as models: {getattr(error, 'strerror', None) or error}") from None
        nodes = self.header.get("topology", {}).get("nodes", len(models))
        if models.ndim != 2 or len(models) != nodes:
            raise TraceError(f"{path}: has the shape {models.shape}, expected one row for each of {nodes:g} nodes")
        return models

    @property
    def _about(self) -> dict:
        seed = {"seed": self.header["seed"]} if "seed" in self.header else {}
        return {"title": self.title, **seed}

    def to_pandas(self):
        """A tidy data frame: a row for each sample, a column for each of its keys."""
        return frames.frame_of(self.samples, self._about)

    def nodes_to_pandas(self):
        """The same of the nodes at the end: a row for each."""
        return frames.frame_of(self.nodes, self._about)

    def to_xarray(self):
        """A data set: samples along `time_s`, nodes at the end along `node`, and models if there are any beside it."""
        return frames.dataset_of(self.samples, self.nodes, self.models if self.has_models else None, self._about)

    @property
    def has_unequal_shares(self) -> bool:
        """Whether some nodes hold more training samples than others."""
        shares = (self.header.get("partition") or {}).get("samples_per_node")
        return shares is not None and shares["min"] < shares["max"]

    @property
    def loss_is_pooled(self) -> bool:
        """Whether train_loss is the mean over all training samples, and not the mean of the nodes' losses. With equal
        shares it is both."""
        partition = self.header.get("partition") or {}
        return self.has_unequal_shares and (self.header["schema"] == 1 or partition.get("node_weights") == "samples")

    def has(self, *keys: str) -> bool:
        """Whether some sample has all of these keys."""
        return any(all(key in sample for key in keys) for sample in self.samples)

    def series(self, *keys: str) -> tuple[np.ndarray, ...]:
        """Columns of all samples that have all of these keys, in the order of virtual time."""
        rows = [[sample[key] for key in keys] for sample in self.samples if all(key in sample for key in keys)]
        return tuple(np.array(rows, dtype=float).reshape(-1, len(keys)).T)

    def squared_error(self) -> np.ndarray:
        """The mean over nodes of ‖x_i − x*‖², in the order of virtual time: ‖x̄ − x*‖² + Γ/n. Its exact expectation if the
        trace is one of moments."""
        if self.has("distance_to_optimum_squared"):
            squares, spreads = self.series("distance_to_optimum_squared", "consensus_distance")
        else:
            distances, spreads = self.series("distance_to_optimum", "consensus_distance")
            squares = distances**2
        nodes = self.header.get("topology", {}).get("nodes")
        if not nodes:
            raise TraceError(f"{self.path}:1: has no number of nodes, by which the consensus distance is divided")
        return squares + spreads / nodes

    def first_at_most(self, key: str, target: float) -> dict | None:
        """All keys where `key` first falls to the target, as losses and distances do; see `_crossing`."""
        return self._crossing(key, lambda value: value <= target, target, geometric=True)

    def first_at_least(self, key: str, target: float) -> dict | None:
        """The same where it first rises to the target, as accuracies do."""
        return self._crossing(key, lambda value: value >= target, target, geometric=False)

    def _crossing(self, key: str, is_met, target: float, geometric: bool) -> dict | None:
        """All keys at the first crossing, interpolated between the two samples that enclose it; none without one.

        Between them `key` is taken to change by the same factor in equal times if `geometric`, as far as it is positive,
        else by the same amount; all other keys change by the same amount. A first sample that meets the target is
        returned as it is."""
        before = None
        for sample in self.samples:
            if key not in sample:
                continue
            if is_met(sample[key]):
                return sample if before is None else _between(before, sample, key, target, geometric)
            before = sample
        return None


def _between(before: dict, after: dict, key: str, target: float, geometric: bool) -> dict:
    """The values of both samples' keys where `key` is the target: once between the two samples."""
    start, end, goal = before[key], after[key], target
    if geometric and min(start, end, goal) > 0:
        start, end, goal = np.log(start), np.log(end), np.log(goal)
    share = (goal - start) / (end - start) if end != start else 1.0
    values = {name: float(before[name] + share * (after[name] - before[name]))
              for name in after if name in before}
    return {**values, key: target}


def remark_on_losses(traces: list[Trace]) -> str | None:
    """One sentence if train_loss, and the values derived from it, do not mean the same in all traces."""
    unequal = [trace for trace in traces if trace.has_unequal_shares]
    pooled = [trace for trace in unequal if trace.loss_is_pooled]
    if not pooled or len(pooled) == len(unequal):
        return None
    other = next(trace for trace in unequal if not trace.loss_is_pooled)
    old = " (schema 1)" if pooled[0].header["schema"] == 1 else ""
    return (f"train_loss is the mean over all samples in {pooled[0].path}{old} and the mean of the nodes' losses in "
            f"{other.path}; pooled_train_loss is the same in both")


def read(path: str | Path) -> Trace:
    """Reads a trace. Throws AnalysisError if the file is none."""
    return read_source(open_source(path, A_TRACE))


def read_source(source: Source) -> Trace:
    """Reads a trace from a file's content. Throws AnalysisError if it is none."""
    path = source.path
    lines = source.text.split("\n")
    lines.pop()  # the rest after the last line end: empty, or a record that a kill cut off
    try:
        if not lines:
            raise TraceError(f"{path}: has no complete line, expected {A_TRACE}")
        trace = Trace(path, _header(path, _record(path, 1, lines[0])))
    except AnalysisError:
        if (kind := kind_of(source)) not in ("trace", None):
            source.refuse(kind, A_TRACE)
        raise
    for number, line in enumerate(lines[1:], start=2):
        _add(trace, number, _record(path, number, line))
    if not trace.samples:
        raise TraceError(f"{path}: holds no sample, so there is nothing to show")
    if trace.loss_is_pooled or (trace.header.get("partition") and not trace.has_unequal_shares):
        for sample in trace.samples:
            if "train_loss" in sample:  # traces leave out equal values
                sample.setdefault("pooled_train_loss", sample["train_loss"])
    return trace


def print_warnings(traces: list[Trace]) -> None:
    """Writes the warnings of the traces to standard error."""
    for trace in traces:
        for sentence in trace.header.get("warnings", ()):
            note(f"{trace.path}: warning: {visible(sentence)}")


def _record(path: Path, number: int, line: str) -> dict:
    record = parse(line, path, "one record of a trace", number)
    if not isinstance(record, dict) or not isinstance(record.get("record"), str):
        raise TraceError(f'{path}:{number}: has no "record", expected an object such as {{"record":"sample",…}}')
    return record


def _header(path: Path, record: dict) -> dict:
    place = f"{path}:1"
    if record["record"] != "header":
        raise TraceError(f'{place}: the first record is {shown(record["record"])}, expected "header"')
    schema = record.get("schema")
    if isinstance(schema, bool) or schema not in SCHEMAS:
        newer = "; a newer version of Gossamer wrote it" if is_number(schema) and schema > max(SCHEMAS) else ""
        raise TraceError(f"{place}: schema {shown(schema)}, expected {' or '.join(map(str, SCHEMAS))}{newer}")
    if wrong := mismatch(record, HEADER):
        raise TraceError(f"{place}: {wrong}")
    return record


def _add(trace: Trace, number: int, record: dict) -> None:
    place, kind = f"{trace.path}:{number}", record.pop("record")
    if kind == "header":
        raise TraceError(f"{place}: a second header; expected one trace in a file")
    if kind not in RECORDS:
        raise TraceError(f"{place}: unknown record {shown(kind)}, expected one of: {', '.join(RECORDS)}")
    are_numbers = kind in ("sample", "node") and all(map(is_number, record.values()))  # most records, by far
    if not (are_numbers and (kind == "node" or "time_s" in record)) and (wrong := mismatch(record, RECORDS[kind])):
        raise TraceError(f"{place}: {wrong}")
    if kind == "sample":
        # On real ranks a sample that is due by time may be written after one that is due by node-steps.
        is_ordered = trace.header.get("world") != "mpi"
        if is_ordered and trace.samples and record["time_s"] < trace.samples[-1]["time_s"]:
            raise TraceError(f"{place}: time_s is {shown(record['time_s'])}, less than in the sample before; have two runs "
                             "written one file?")
        trace.samples.append(record)
    elif kind == "node":
        trace.nodes.append(record)
    else:
        setattr(trace, kind, record)
