"""LocalNewton and its adaptive form against GIANT and local SGD: rounds to a loss, and the floor.

On w8a and a9a if the folder of GOSSAMER_DATA has libsvm/w8a.gz and libsvm/a9a.gz, and on synthetic samples otherwise."""

import os
from pathlib import Path

import numpy as np

from gossamer.figures import draw_curves
from gossamer.studies import Study

study = Study("LocalNewton: few rounds to a loss, and a floor that GIANT does not have", base="logistic.json")

N = 100
# Samples of a node, and the loss to reach; for w8a that of the paper.
DATA = {"w8a": (480, 0.19), "a9a": (320, 0.335)}
FOLDER = Path(os.environ.get("GOSSAMER_DATA", "")) / "libsvm"
if all((FOLDER / f"{name}.gz").is_file() for name in DATA):
    SETTINGS = {name: {"/model/data": {"kind": "libsvm", "path": str((FOLDER / f"{name}.gz").resolve()),
                                       "train_limit": N * samples}, "/model/l2": 1 / (N * samples)}
                for name, (samples, _) in DATA.items()}
else:
    DATA, SETTINGS = {"synthetic": (320, 0.255)}, {"synthetic": {}}
STEPS = {"w8a": 12, "a9a": 42, "synthetic": 42}  # of Newton; on w8a, which takes long, not until all have stopped
PUBLISHED = {"w8a": {"Adaptive LocalNewton": 2, "GIANT": 42, "Local SGD": 18}}  # rounds to the loss, from bar charts

METHODS = {
    "LocalNewton, L = 1": {"kind": "local_newton", "averaging_period": 1},
    "LocalNewton, L = 3": {"kind": "local_newton", "averaging_period": 3},
    "Adaptive LocalNewton": {"kind": "adaptive_local_newton"},
    "GIANT": {"kind": "giant"},
}
for data, settings in SETTINGS.items():
    samples = DATA[data][0]
    for name, algorithm in METHODS.items():
        study.run(f"{data}: {name}", {**settings, "/algorithm": algorithm, "/stop/node_steps": max(STEPS[data], 21 if name == "GIANT" else 0)})
    # One sample a step and one pass between two averagings, with the paper's step size. Records are half-way between
    # averagings.
    study.run(f"{data}: Local SGD", {
        **settings, "/numerics": "float32", "/model/batch_size": 1, "/compute/step": f"{100 / samples!r} ms",
        "/algorithm": {"kind": "local_sgd", "averaging_period": samples, "step_size": 10 / samples},
        "/stop/node_steps": 25 * samples, "/record/every_node_steps": samples / 2})

FEATURES, SEEDS = 20, range(1, 13)
SIZES = ((20, 400), (20, 800), (40, 400))  # nodes, and samples of a node
for nodes, samples in SIZES:
    for seed in SEEDS:
        study.run(f"Least squares: {nodes} nodes of {samples}, seed {seed}", {
            "/topology/nodes": nodes, "/model/data/samples": nodes * samples, "/seed": seed}, base="least_squares.json")
for steps in (2, 5):
    study.run(f"Least squares: L = {steps}", {"/algorithm/averaging_period": steps, "/stop/node_steps": 2 * steps},
              base="least_squares.json")


def progress(trace) -> tuple[np.ndarray, np.ndarray]:
    """Rounds of communication, all-reduces of losses and numbers included, and the loss that follows."""
    messages, losses = trace.series("messages", "train_loss")
    rounds = messages / (2 * (N - 1))  # up a tree, and down
    if trace.header["configuration"]["algorithm"]["kind"] == "giant":
        rounds[1:-1] -= 1  # the next step's all-reduce of gradients begins as the record is taken
    return rounds, losses


def rounds_to(trace, target: float) -> float:
    rounds, losses = progress(trace)
    return float(rounds[np.argmax(losses <= target)]) if (losses <= target).any() else np.inf


def best(runs, data: str) -> float:
    """The lowest loss that any method found."""
    return min(progress(runs[f"{data}: {name}"])[1].min() for name in METHODS)


@study.claim("LocalNewton reaches the loss in fewer than 60 % of the rounds of GIANT and of local SGD")
def few_rounds(runs):
    for data, (_, target) in DATA.items():
        others = min(rounds_to(runs[f"{data}: {name}"], target) for name in ("GIANT", "Local SGD"))
        for name in ("LocalNewton, L = 3", "Adaptive LocalNewton"):
            yield f"{data}, to {target}: rounds of {name} over those of the best other", \
                rounds_to(runs[f"{data}: {name}"], target) / others, "<", 0.6


@study.claim("LocalNewton stops above the minimum; GIANT does not, nor the adaptive form, which ends as GIANT")
def floors(runs):
    data = list(DATA)[-1]
    excess = {name: progress(runs[f"{data}: {name}"])[1] - best(runs, data) for name in METHODS}
    stalled = excess["LocalNewton, L = 1"]
    yield f"{data}, L = 1: change of f in the last third, over f − f*", \
        abs(stalled[-1] - stalled[len(stalled) * 2 // 3]) / stalled[-1], "<=", 0.01
    for name in ("Adaptive LocalNewton", "GIANT"):
        yield f"{data}, {name}: f − f* at the end, over that of L = 1", excess[name][-1] / stalled[-1], "<=", 1e-3


@study.claim("On least squares all L end at the mean of the local minima")
def same_floor(runs):
    one = runs[f"Least squares: {SIZES[0][0]} nodes of {SIZES[0][1]}, seed 1"].samples[-1]["suboptimality"]
    for steps in (2, 5):
        yield f"L = {steps}: f − f* over that of L = 1, less 1", \
            abs(runs[f"Least squares: L = {steps}"].samples[-1]["suboptimality"] / one - 1), "<=", 1e-9


def floor(runs, nodes: int, samples: int) -> tuple[float, float]:
    """The mean of (f − f*) n s² over the seeds, and its standard error."""
    values = [runs[f"Least squares: {nodes} nodes of {samples}, seed {seed}"].samples[-1]["suboptimality"]
              * nodes * samples**2 for seed in SEEDS]
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))


@study.claim("On least squares with samples split at random the floor is d (d + 1) σ²/(2 n s²), to first order in d/s")
def floor_of_least_squares(runs):
    # θ_i − x* ≈ g_i − Δ_i g_i, where Δ_i = A_i − I has E Δ_i² = (d + 1)/s I, the g_i have the variance σ²/s and sum to 0.
    expected = FEATURES * (FEATURES + 1) / 2
    for nodes, samples in SIZES:
        mean, error = floor(runs, nodes, samples)
        yield f"{nodes} nodes of {samples}: (f − f*) n s² over d (d + 1)/2, less 1", abs(mean / expected - 1), "<=", \
            4 * error / expected + 2 * FEATURES / samples


@study.table("Rounds to the loss")
def rounds(runs):
    yield "", "loss", "rounds", "published"
    for data, (_, target) in DATA.items():
        for name in (*METHODS, "Local SGD"):
            yield f"{data}: {name}", target, rounds_to(runs[f"{data}: {name}"], target), \
                PUBLISHED.get(data, {}).get(name, "")


@study.picture("loss")
def loss_picture(runs):
    data = list(DATA)[0]
    found = {name: progress(runs[f"{data}: {name}"]) for name in (*METHODS, "Local SGD")}
    return draw_curves(found, "Rounds of communication", f"Training loss, {data}")


@study.picture("excess")
def excess_picture(runs):
    data = list(DATA)[-1]
    found = {}
    for name in (*METHODS, "Local SGD"):
        at, losses = progress(runs[f"{data}: {name}"])
        found[name] = (at[at <= 60], losses[at <= 60] - best(runs, data))
    return draw_curves(found, "Rounds of communication", f"$f - f^*$, {data}")


@study.picture("floor")
def floor_picture(runs):
    expected = FEATURES * (FEATURES + 1) / 2
    sizes = [nodes * samples**2 for nodes, samples in SIZES]
    order = np.argsort(sizes)
    found = {"LocalNewton": (np.array(sizes)[order], np.array([floor(runs, *size)[0] / scale
                                                              for size, scale in zip(SIZES, sizes)])[order]),
             "Theory": (np.array(sizes)[order], expected / np.array(sizes)[order])}
    return draw_curves(found, "$n s^2$", "$f - f^*$ at the end", markers=True, x_log=True)
