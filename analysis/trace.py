"""Reads traces: the JSON Lines that a run leaves, as experiments/trace.md describes them."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

SCHEMAS = (1, 2)  # before 2, train_loss was the mean over all samples, whatever nodes minimized


class TraceError(Exception):
    """A trace that cannot be used: file, line, what stands there and what was expected, in one sentence."""


@dataclass
class Trace:
    """One run. A run that was killed has no `end`; nothing else is missing then."""

    path: Path
    header: dict
    samples: list[dict] = field(default_factory=list)
    nodes: list[dict] = field(default_factory=list)
    divergence: dict | None = None
    end: dict | None = None

    @property
    def title(self) -> str:
        return self.header.get("title") or self.path.stem

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
        """Whether some sample knows all of these keys."""
        return any(all(key in sample for key in keys) for sample in self.samples)

    def series(self, x: str, y: str) -> tuple[np.ndarray, np.ndarray]:
        """The two columns of all samples that know both, in the order of virtual time."""
        pairs = [(sample[x], sample[y]) for sample in self.samples if x in sample and y in sample]
        columns = np.array(pairs, dtype=float).reshape(-1, 2)
        return columns[:, 0], columns[:, 1]

    def squared_error(self) -> np.ndarray:
        """The mean over nodes of ‖x_i − x*‖², in the order of virtual time: ‖x̄ − x*‖² + Γ/n."""
        distances, spreads = self.series("distance_to_optimum", "consensus_distance")
        return distances**2 + spreads / self.header["topology"]["nodes"]

    def first_at_most(self, key: str, target: float) -> dict | None:
        """All keys where `key` first falls to the target, see `_crossing`: what losses and distances do."""
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
    share = (goal - start) / (end - start)
    values = {name: float(before[name] + share * (after[name] - before[name]))
              for name in after if name in before and name != "record"}
    return {"record": "sample", **values, key: target}


def remark_on_losses(traces: list[Trace]) -> str | None:
    """One sentence where train_loss, and what follows from it, does not mean the same in all traces."""
    unequal = [trace for trace in traces if trace.has_unequal_shares]
    pooled = [trace for trace in unequal if trace.loss_is_pooled]
    if not pooled or len(pooled) == len(unequal):
        return None
    other = next(trace for trace in unequal if not trace.loss_is_pooled)
    old = " (schema 1)" if pooled[0].header["schema"] == 1 else ""
    return (f"train_loss is the mean over all samples in {pooled[0].path}{old} and the mean of the nodes' losses in "
            f"{other.path}; pooled_train_loss is the same in both")


def read_json(path: Path, what: str):
    """The content of a file that is one JSON value: `what` it should be. Throws TraceError where it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TraceError(f"{path}: cannot read the {what}: {error.strerror}") from None
    except ValueError as error:
        raise TraceError(f"{path}: is no JSON: {error}") from None


def read(path: str | Path) -> Trace:
    """Reads a trace. Throws TraceError where the file is none."""
    path = Path(path)
    try:
        # Bytes that are no UTF-8 stand for themselves: JSON will refuse them, or they stand in a title.
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise TraceError(f"{path}: cannot read the trace: {error.strerror}") from None
    lines = text.split("\n")
    cut = lines.pop()  # what follows the last line end: nothing, or a record that a kill cut off
    if not lines:
        raise TraceError(f"{path}: {'is empty' if not cut else 'has no complete line'}, expected a trace")

    trace = Trace(path, _header(path, _record(path, 1, lines[0])))
    for number, line in enumerate(lines[1:], start=2):
        _add(trace, number, _record(path, number, line))
    if not trace.samples:
        raise TraceError(f"{path}: holds no sample, so there is nothing to show")
    if trace.loss_is_pooled or (trace.header.get("partition") and not trace.has_unequal_shares):
        for sample in trace.samples:
            if "train_loss" in sample:  # traces leave out what equals it
                sample.setdefault("pooled_train_loss", sample["train_loss"])
    return trace


def tell_warnings(traces: list[Trace]) -> None:
    """Writes the warnings of the traces to standard error."""
    for trace in traces:
        for sentence in trace.header.get("warnings", ()):
            print(f"{trace.path}: warning: {sentence}", file=sys.stderr)


def _record(path: Path, number: int, line: str) -> dict:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise TraceError(f"{path}:{number}: is no JSON ({error.msg} at column {error.colno}), "
                         "expected one record of a trace") from None
    if not isinstance(record, dict) or not isinstance(record.get("record"), str):
        raise TraceError(f'{path}:{number}: has no "record", expected an object such as {{"record":"sample",…}}')
    return record


def _header(path: Path, record: dict) -> dict:
    if record["record"] != "header":
        raise TraceError(f'{path}:1: the first record is "{record["record"]}", expected "header"')
    if record.get("schema") not in SCHEMAS:
        raise TraceError(f"{path}:1: schema {record.get('schema')}, expected {' or '.join(map(str, SCHEMAS))}")
    return record


def _add(trace: Trace, number: int, record: dict) -> None:
    kind = record["record"]
    if kind == "sample":
        for key, value in record.items():
            if key != "record" and (isinstance(value, bool) or not isinstance(value, (int, float))):
                raise TraceError(f"{trace.path}:{number}: {key} is {json.dumps(value)}, expected a number")
        if "time_s" not in record:
            raise TraceError(f"{trace.path}:{number}: a sample without time_s")
        trace.samples.append(record)
    elif kind == "node":
        trace.nodes.append(record)
    elif kind == "divergence":
        trace.divergence = record
    elif kind == "end":
        trace.end = record
    else:
        raise TraceError(f'{trace.path}:{number}: unknown record "{kind}", '
                         "expected one of: sample, node, divergence, end")
