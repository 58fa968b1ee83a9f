"""FDA: bytes to a loss against the threshold, by all monitors, beside synchronous SGD and FedAvg."""

import numpy as np

from gossamer.figures import draw_curves
from gossamer.studies import Study

study = Study("FDA: average when the variance of the models asks for it", base="training.json")

N = 16
MONITORS = ("naive", "linear", "sketch", "exact", "geometric")
THRESHOLDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
TARGET = 0.66  # training loss
for monitor in MONITORS:
    for threshold in THRESHOLDS:
        study.run(f"{monitor}, {threshold:g}", {
            "/algorithm/monitor": monitor, "/algorithm/threshold": threshold})
study.run("linear, 0", {"/algorithm/threshold": 0})
study.run("Synchronous SGD", {"/algorithm": {"kind": "all_reduce_sgd", "step_size": 0.2}})
LOCAL_EPOCH = 32  # steps of 16 samples through the 512 of a client
study.run("FedAvg", {"/topology": {"kind": "star", "nodes": N + 1, "center": N},
                     "/algorithm": {"kind": "fed_avg", "step_size": 0.2, "local_steps": LOCAL_EPOCH}})

# Noise around the minimum of λ/2 ‖x‖².
D, SIGMA, LAMBDA, ETA = 1000, 10, 0.2, 0.1
OF_NOISE = (2500, 10000, 40000)
for monitor in ("naive", "linear", "sketch", "exact"):
    for threshold in OF_NOISE:
        study.run(f"Noise: {monitor}, {threshold}", {"/algorithm/monitor": monitor, "/algorithm/threshold": threshold},
                  base="noise.json")

# Published rows: bytes of models and of monitoring (GB) and steps to the accuracy of the first column.
PUBLISHED = (
    ("LeNet-5, 98 %, 15 nodes", "Synchronous", "", 15.74, 0.0, 2125),
    ("", "FedAdam", "", 2.10, 0.0, 35375),
    ("", "LinearFDA", "1.5", 0.333, 0.0003, 2500),
    ("", "SketchFDA", "1.5", 0.311, 0.197, 2625),
    ("", "LinearFDA", "5", 0.133, 0.0004, 3000),
    ("VGG16*, 99.4 %, 30 nodes", "Synchronous", "", 699.9, 0.0, 1125),
    ("", "FedAdam", "", 60.3, 0.0, 6000),
    ("", "LinearFDA", "50", 18.0, 0.0005, 2125),
    ("", "SketchFDA", "50", 19.3, 0.36, 2375),
    ("", "LinearFDA", "100", 12.4, 0.0008, 3500),
    ("", "SketchFDA", "100", 10.6, 0.47, 3125),
)


def at_target(trace) -> dict:
    """The sample at which the loss is the target; bytes and steps are infinite if it never is."""
    return trace.first_at_most("train_loss", TARGET) or {"sent_bytes": np.inf, "node_steps_per_node": np.inf}


def averaging_steps(trace) -> np.ndarray:
    """The steps after which models were averaged, of a trace with a record for each step: more bytes than for monitoring
    alone were sent since the record before. Without the first third, in which the mean moves to the minimum."""
    steps, sent = trace.series("node_steps_per_node", "sent_bytes")
    each = np.diff(sent)
    return steps[1:][(each > 1.3 * np.median(each)) & (steps[1:] > steps[-1] / 3)]


def growth(steps: int) -> float:
    """φ(j) = 1 + ρ² + … + ρ^{2(j − 1)} with ρ = 1 − η λ."""
    return float(np.sum((1 - ETA * LAMBDA) ** (2 * np.arange(steps))))


@study.claim("On noise the interval is the least j with (1 − 1/n) d σ² η² φ(j) > Θ, or d σ² η² φ(j) if the mean drift is left out")
def intervals(runs):
    for monitor, share in (("exact", 1 - 1 / N), ("sketch", 1 - 1 / N), ("naive", 1.0), ("linear", 1.0)):
        for threshold in OF_NOISE:
            seen = averaging_steps(runs[f"Noise: {monitor}, {threshold}"])
            expected = next((j for j in range(1, 300) if share * D * (SIGMA * ETA) ** 2 * growth(j) > threshold), None)
            if expected is None:
                yield f"{monitor}, Θ = {threshold}: averagings in 200 steps", len(seen), "==", 0
            else:
                yield f"{monitor}, Θ = {threshold}: median interval", np.median(np.diff(seen)), "==", expected


@study.claim("Deterministic monitors keep the variance of the models below the threshold after every step")
def invariant(runs):
    for monitor in ("naive", "linear", "exact", "geometric"):
        yield f"{monitor}: largest variance over Θ", \
            max(largest_variance(runs[f"{monitor}, {threshold:g}"]) / threshold for threshold in THRESHOLDS), "<=", 1


def largest_variance(trace) -> float:
    return trace.series("time_s", "consensus_distance")[1].max() / N


@study.claim("With Θ = 0 FDA is synchronous SGD")
def synchronous(runs):
    zero, full = (runs[name].series("node_steps_per_node", "train_loss")[1] for name in ("linear, 0", "Synchronous SGD"))
    both = min(len(zero), len(full))
    yield "largest relative difference of the losses", np.max(np.abs(zero[:both] / full[:both] - 1)), "<=", 1e-3


@study.claim("To the same loss FDA sends at least 20 times fewer bytes than synchronous SGD, in at most 3 times its steps")
def fewer_bytes(runs):
    full = at_target(runs["Synchronous SGD"])
    for monitor in ("naive", "linear", "sketch"):
        found = at_target(runs[f"{monitor}, 10"])
        yield f"{monitor}, Θ = 10: bytes of synchronous SGD over its own", full["sent_bytes"] / found["sent_bytes"], ">=", 20
        yield f"{monitor}, Θ = 10: steps over those of synchronous SGD", \
            found["node_steps_per_node"] / full["node_steps_per_node"], "<=", 3


@study.claim("It sends fewer bytes than FedAvg that averages after every epoch")
def fewer_than_fed_avg(runs):
    averaged = at_target(runs["FedAvg"])
    for monitor in ("naive", "linear", "sketch"):
        yield f"{monitor}, Θ = 10: bytes of FedAvg over its own", \
            averaged["sent_bytes"] / at_target(runs[f"{monitor}, 10"])["sent_bytes"], ">=", 1.5


@study.claim("Larger thresholds trade steps for bytes")
def trade(runs):
    for monitor in ("naive", "linear", "sketch"):
        found = [at_target(runs[f"{monitor}, {threshold:g}"]) for threshold in (0.1, 1, 10)]
        for lower, higher, threshold in zip(found, found[1:], (1, 10)):
            yield f"{monitor}: bytes at Θ = {threshold} over those at a tenth of it", \
                higher["sent_bytes"] / lower["sent_bytes"], "<=", 0.5
        yield f"{monitor}: steps at Θ = 10 over those at 0.1", \
            found[-1]["node_steps_per_node"] / found[0]["node_steps_per_node"], ">=", 1


@study.table("Published: GB of models, GB of monitoring and steps to a test accuracy")
def published(runs):
    yield "", "method", "Θ", "models (GB)", "monitoring (GB)", "steps"
    yield from PUBLISHED


@study.table(f"Here: to a training loss of {TARGET}, with the payload of VGG16* and 16 nodes")
def here(runs):
    yield "", "GB of all nodes", "steps", "variance over Θ, largest"
    for name in ("Synchronous SGD", "FedAvg"):
        found = at_target(runs[name])
        yield name, 1e-9 * found["sent_bytes"], found["node_steps_per_node"], ""
    for monitor in MONITORS:
        for threshold in THRESHOLDS:
            trace = runs[f"{monitor}, {threshold:g}"]
            found = at_target(trace)
            yield f"{monitor}, Θ = {threshold:g}", 1e-9 * found["sent_bytes"], found["node_steps_per_node"], \
                largest_variance(trace) / threshold


@study.picture("bytes")
def bytes_picture(runs):
    curves = {monitor: (THRESHOLDS, [1e-9 * at_target(runs[f"{monitor}, {threshold:g}"])["sent_bytes"]
                                     for threshold in THRESHOLDS]) for monitor in MONITORS}
    for name in ("Synchronous SGD", "FedAvg"):
        curves[name] = (THRESHOLDS, [1e-9 * at_target(runs[name])["sent_bytes"]] * len(THRESHOLDS))
    return draw_curves(curves, "Threshold $\\Theta$", f"GB to a loss of {TARGET}", markers=True, x_log=True)


@study.picture("steps")
def steps_picture(runs):
    curves = {monitor: (THRESHOLDS, [at_target(runs[f"{monitor}, {threshold:g}"])["node_steps_per_node"]
                                     for threshold in THRESHOLDS]) for monitor in MONITORS}
    for name in ("Synchronous SGD", "FedAvg"):
        curves[name] = (THRESHOLDS, [at_target(runs[name])["node_steps_per_node"]] * len(THRESHOLDS))
    return draw_curves(curves, "Threshold $\\Theta$", f"Node-steps per node to a loss of {TARGET}", markers=True,
                       x_log=True, y_log=False)
