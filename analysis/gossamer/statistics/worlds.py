"""Holds runs on real ranks against the simulator's predictions: functions of traces and models alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from gossamer.traces.trace import Trace, TraceError

MOST_SPLITS = 20_000  # a permutation test goes through all splits up to here, and through so many random ones beyond


# ----------------------------------------------------------------------------------------------------------------------
# Time.

@dataclass(frozen=True)
class Timing:
    """One time in both worlds, in seconds, each the mean over runs."""

    name: str
    predicted: float
    measured: float

    @property
    def error(self) -> float:
        """predicted / measured − 1"""
        return self.predicted / self.measured - 1


def _total(trace: Trace, key: str) -> float:
    return float(trace.end.get("totals", {}).get(key, 0))


def _times(trace: Trace) -> dict[str, float]:
    """The times of one run. Those of nodes are means over nodes."""
    if trace.end is None or "time_s" not in trace.end or not trace.nodes:
        raise TraceError(f"{trace.path}: was cut off before its end, so there are no times to compare")
    if not all("computing_s" in node and "idle_s" in node for node in trace.nodes):
        raise TraceError(f"{trace.path}: has a node without computing_s or idle_s, so there are no times to compare")
    time, nodes = float(trace.end["time_s"]), len(trace.nodes)
    steps, interactions = _total(trace, "node_steps"), _total(trace, "interactions")
    times = {"total": time,
             "per node-step": nodes * time / steps if steps else 0.0,
             "per interaction": nodes * time / interactions if interactions else 0.0,
             "computing": float(np.mean([node["computing_s"] for node in trace.nodes])),
             "waiting": float(np.mean([node["idle_s"] for node in trace.nodes]))}
    if "transfer_s" in trace.end.get("totals", {}) and _total(trace, "messages"):
        times["transfer, a message"] = _total(trace, "transfer_s") / _total(trace, "messages")
    return times


def timings(predicted: list[Trace], measured: list[Trace]) -> list[Timing]:
    """Times that pass in both worlds. Nodes that never meet have none per interaction."""
    ours, theirs = [_times(trace) for trace in predicted], [_times(trace) for trace in measured]
    means = lambda runs, name: float(np.mean([run[name] for run in runs]))  # noqa: E731
    names = [name for name in ours[0] if all(name in run for run in ours + theirs)]
    found = [Timing(name, means(ours, name), means(theirs, name)) for name in names]
    return [timing for timing in found if timing.predicted > 0 and timing.measured > 0]


# ----------------------------------------------------------------------------------------------------------------------
# Models.

def differing_models(predicted: np.ndarray, measured: np.ndarray) -> tuple[int, float]:
    """How many nodes' models are not the same bits, and the largest difference of a coordinate. Both are n × d."""
    if predicted.shape != measured.shape or predicted.dtype != measured.dtype:
        raise TraceError(f"models of {predicted.shape[0]} x {predicted.shape[1]} {predicted.dtype} are held against "
                         f"{measured.shape[0]} x {measured.shape[1]} {measured.dtype}")
    bits = np.dtype(f"u{predicted.dtype.itemsize}")
    differs = (np.ascontiguousarray(predicted).view(bits) != np.ascontiguousarray(measured).view(bits)).any(axis=1)
    largest = float(np.abs(predicted.astype(float) - measured.astype(float)).max(initial=0.0))
    return int(differs.sum()), largest


# ----------------------------------------------------------------------------------------------------------------------
# Laws: the common distribution of runs that differ by chance.

@dataclass(frozen=True)
class Equality:
    """A test whether a quantity has the same law in both worlds, and the probability of so large a difference if so."""

    name: str
    predicted: float  # mean over seeds
    measured: float
    p: float
    adjusted: float = 1.0  # by Holm's step-down rule over all tests of the comparison


def permutation_test(a: np.ndarray, b: np.ndarray, seed: int = 1) -> float:
    """The share of splits of all runs into two groups of these sizes whose means differ at least as much as observed.

    Rows are runs; with several columns, a curve, the difference is the largest over columns, each in units of the
    standard deviation of all runs. Exact, whatever the law, where runs are exchangeable if the worlds are equal."""
    runs = np.vstack([a, b]).astype(float) if np.ndim(a) > 1 else np.concatenate([a, b])[:, None].astype(float)
    spread = runs.std(axis=0)
    runs = (runs - runs.mean(axis=0))[:, spread > 1e-12 * np.abs(runs).max(axis=0, initial=0)]
    if runs.shape[1] == 0:
        return 1.0  # all runs are equal
    runs /= runs.std(axis=0)
    size, count = len(a), len(runs)

    def difference(first: np.ndarray) -> float:
        inside = runs[first].sum(axis=0)
        return float(np.abs(inside / size - (runs.sum(axis=0) - inside) / (count - size)).max())

    observed = difference(np.arange(size))
    if comb(count, size) <= MOST_SPLITS:
        differences = [difference(np.array(first)) for first in combinations(range(count), size)]
    else:
        draw = np.random.default_rng(seed)
        differences = [observed] + [difference(draw.permutation(count)[:size]) for _ in range(MOST_SPLITS)]
    return float(np.mean(np.array(differences) >= observed * (1 - 1e-12)))


def holm(values: list[float]) -> list[float]:
    """p-values that may be compared with one significance together.

    Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979."""
    order = np.argsort(values)
    adjusted, largest = [0.0] * len(values), 0.0
    for rank, position in enumerate(order):
        largest = max(largest, min(1.0, (len(values) - rank) * values[position]))
        adjusted[position] = largest
    return adjusted


def _curve(trace: Trace, key: str, grid: np.ndarray) -> np.ndarray | None:
    """The values of a key at the instants of a grid: those of the last sample up to each."""
    times, values = trace.series("time_s", key)
    if times.size == 0:
        return None
    return values[np.maximum(np.searchsorted(times, grid * (1 + 1e-9), side="right") - 1, 0)]


def _grid(traces: list[Trace], points: int = 20) -> np.ndarray:
    return np.linspace(0, min(trace.samples[-1]["time_s"] for trace in traces), points + 1)[1:]


def _observations(traces: list[Trace], grid: np.ndarray) -> dict[str, np.ndarray]:
    """The quantities that are compared, one row for each run."""
    per_node = [np.array([node.get("interactions", 0) for node in trace.nodes], dtype=float) for trace in traces]
    found = {"interactions of a node": np.array([counts.mean() for counts in per_node]),
             "their spread over nodes": np.array([counts.std() for counts in per_node]),
             "staleness": np.array([trace.samples[-1].get("staleness_mean", 0.0) for trace in traces])}
    for name, key, scale in (("loss curve", "train_loss", None), ("consensus curve", "consensus_distance", np.log1p)):
        curves = [_curve(trace, key, grid) for trace in traces]
        if all(curve is not None for curve in curves):
            found[name] = np.vstack(curves if scale is None else [scale(curve) for curve in curves])
    return found


def equalities(predicted: list[Trace], measured: list[Trace]) -> list[Equality]:
    """Tests whether the two worlds' runs, each over several seeds, follow the same law."""
    if min(len(predicted), len(measured)) < 2:
        raise TraceError("tests of equality need at least two runs in each world")
    grid = _grid(predicted + measured)
    ours, theirs = _observations(predicted, grid), _observations(measured, grid)
    names = [name for name in ours if name in theirs]
    values = [permutation_test(ours[name], theirs[name]) for name in names]
    return [Equality(name, float(ours[name].mean()), float(theirs[name].mean()), p, adjusted)
            for name, p, adjusted in zip(names, values, holm(values))]


# ----------------------------------------------------------------------------------------------------------------------
# Expectations.

@dataclass(frozen=True)
class Verdict:
    """Whether an expectation of the experiment file was met."""

    expectation: str
    met: bool
    finding: str


def verdicts(expected: dict, times: list[Timing], models: tuple[int, float] | None,
             laws: list[Equality]) -> list[Verdict]:
    """Compares the results with the block "expect" of an experiment."""
    result = []
    if expected.get("models") == "identical":
        result.append(_verdict_on_models(models))
    if expected.get("models") == "same_law":
        significance = expected["significance"]
        least = min(laws, key=lambda test: test.adjusted)
        result.append(Verdict(f"same law at significance {significance:g}", least.adjusted > significance,
                              f"smallest adjusted p = {least.adjusted:.3g}, {least.name}"))
    if "time_error" in expected:
        worst = max(times[:2], key=lambda timing: abs(timing.error))
        result.append(Verdict(f"time predicted within {100 * expected['time_error']:g} %",
                              abs(worst.error) <= expected["time_error"],
                              f"{worst.name} off by {100 * worst.error:+.2f} %"))
    return result


def _verdict_on_models(models: tuple[int, float] | None) -> Verdict:
    if models is None:
        return Verdict("identical models", False, "there are no models to compare")
    count, largest = models
    finding = "all bits are equal" if count == 0 else f"{count} nodes differ, by up to {largest:.3g}"
    return Verdict("identical models", count == 0, finding)
