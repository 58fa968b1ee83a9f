"""Exact moments of asynchronous runs: the same programs with the same stragglers and order of events, averaged over the noise of
gradients by arithmetic instead of by many runs; and what they tell apart, bias and variance.

A hundred runs of each method differ in the noise alone, so their means have to be near the exact expectations at every sample."""

import numpy as np

from gossamer.figures import draw_curves, draw_predictions
from gossamer.statistics.intervals import estimate
from gossamer.studies import Study

METHODS = {"AD-PSGD": {"kind": "ad_psgd", "step_size": 0.05},
           "SwarmSGD, H = 3": {"kind": "swarm_sgd", "step_size": 0.05, "local_steps": 3}}
SLOWDOWNS, STEP_SIZES = (1, 8), (0.1, 0.05, 0.025, 0.0125)
SHOWN = 5  # every so many samples are points of a picture

study = Study("Exact moments of asynchronous runs", base="experiment.json", sweep={
    "base": "experiment.json", "axes": [
        {"name": "method", "settings": {name: {"/algorithm": settings} for name, settings in METHODS.items()}},
        {"name": "noise", "key": "/seed/batches", "values": list(range(1, 101))}]},
    short={"axes": {"noise": list(range(1, 41))}})

for method, algorithm in METHODS.items():
    study.moments(method, {"/algorithm": algorithm})


def part(slowdown: int, eta: float, noise: int) -> str:
    """The name of moments of AD-PSGD for a time that is proportional to 1/η."""
    duration = 6 * 0.05 / eta
    return study.moments(f"slowdown {slowdown}, η = {eta}, noise {noise}", {
        "/algorithm/step_size": eta, "/model/noise": noise, "/compute/stragglers/slowdown": slowdown,
        "/stop/virtual_time": f"{duration} s", "/record/every": f"{duration / 60} s"})


PARTS = {(slowdown, eta, noise): part(slowdown, eta, noise)
         for slowdown in SLOWDOWNS for eta in STEP_SIZES for noise in (0, 1)}


def column(trace, quantity: str) -> np.ndarray:
    """f(x̄) − f*, Γ, or the mean over nodes of ‖x_i − x*‖²."""
    return trace.squared_error() if quantity == "squared_error" else trace.series("time_s", quantity)[1]


def measured(sweep, method: str, quantity: str) -> np.ndarray:
    """A row for each run, a column for each sample."""
    return np.array([column(run.trace, quantity) for cell in sweep.cells if cell.labels["method"] == method
                     for run in cell.done])


@study.claim("At every sample the mean over runs is its exact expectation, within four standard errors")
def agree(sweep):
    for method in METHODS:
        for quantity in ("suboptimality", "consensus_distance", "squared_error"):
            runs = measured(sweep, method, quantity)[:, 1:]  # the first sample is the known start
            error = runs.std(axis=0, ddof=1) / np.sqrt(len(runs))
            distance = np.abs(runs.mean(axis=0) - column(study.exact[method], quantity)[1:]) / error
            yield f"{method}, {quantity}: the largest distance in standard errors, of {distance.size}", \
                float(distance.max()), "<=", 4


def late(slowdown: int, eta: float, noise: int) -> float:
    """E f(x̄) − f* on average over the second half of the time."""
    values = column(study.exact[PARTS[slowdown, eta, noise]], "suboptimality")
    return float(values[len(values) // 2:].mean())


def variance(slowdown: int, eta: float) -> float:
    return late(slowdown, eta, 1) - late(slowdown, eta, 0)


@study.claim("A slow node adds bias, not variance: the share of noise in the error falls with η, that of bias does not")
def parts(sweep):
    first, last = STEP_SIZES[0], STEP_SIZES[-1]
    for slowdown in SLOWDOWNS:
        ratio = variance(slowdown, first) / variance(slowdown, last)
        yield f"slowdown {slowdown}: the variance at η = {first} over that at {last}, over {first / last:g}, less 1", \
            abs(ratio / (first / last) - 1), "<=", 0.1
    yield f"slowdown 8: the bias at η = {first} over that at {last}", late(8, first, 0) / late(8, last, 0), "<=", 1.5
    yield f"slowdown 8 over 1: the variance at η = {last}", variance(8, last) / variance(1, last), "<=", 1.1
    yield f"slowdown 8 over 1: the bias at η = {last}", late(8, last, 0) / late(1, last, 0), ">=", 10


@study.table("E f(x̄) − f* of AD-PSGD in the second half of the time, by exact moments")
def table(sweep):
    yield "slowdown", "η", "bias", "variance"
    for slowdown in SLOWDOWNS:
        for eta in STEP_SIZES:
            yield str(slowdown), str(eta), f"{late(slowdown, eta, 0):.4g}", f"{variance(slowdown, eta):.4g}"


def beside(sweep, quantity: str, label: str):
    """Lines of the exact expectations, and points of the means over runs."""
    times = study.exact[next(iter(METHODS))].series("time_s")[0]
    shown = np.arange(SHOWN, len(times), SHOWN)
    points = {}
    for method in METHODS:
        found = [estimate(list(values)) for values in measured(sweep, method, quantity)[:, shown].T]
        points[method] = times[shown], [each.mean for each in found], [each.half_width for each in found]
    lines = {method: (times[1:], column(study.exact[method], quantity)[1:]) for method in METHODS}
    return draw_predictions(lines, points, "Virtual time (s)", label, log="y", named="exact expectation")


@study.picture("suboptimality")
def suboptimality_picture(sweep):
    return beside(sweep, "suboptimality", "E f(x̄) − f*")


@study.picture("gamma")
def gamma_picture(sweep):
    return beside(sweep, "consensus_distance", "E Γ")


@study.picture("parts")
def parts_picture(sweep):
    curves = {"variance, equal nodes": [variance(1, eta) for eta in STEP_SIZES],
              "variance, one slow node": [variance(8, eta) for eta in STEP_SIZES],
              "bias, equal nodes": [late(1, eta, 0) for eta in STEP_SIZES],
              "bias, one slow node": [late(8, eta, 0) for eta in STEP_SIZES]}
    return draw_curves({name: (np.array(STEP_SIZES), np.array(values)) for name, values in curves.items()}, "Step size η",
                       "Part of E f(x̄) − f*", markers=True, x_log=True)
