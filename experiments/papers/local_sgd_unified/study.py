"""Local SGD with six estimators of the gradient: which of them reach the optimum where nodes have data of their own."""

import numpy as np

from gossamer.figures import draw_curves
from gossamer.studies import Study

H, REFRESH = 32, 1 / 50
METHODS = {
    "Local SGD": {"kind": "local_sgd"},
    "Local-SVRG": {"kind": "local_svrg", "refresh": REFRESH},
    "S*-Local-SGD": {"kind": "s_star_local_sgd"},
    "SS-Local-SGD": {"kind": "ss_local_sgd", "refresh": REFRESH},
    "S-Local-SVRG": {"kind": "s_local_svrg", "refresh": REFRESH},
    "S*-Local-SGD*": {"kind": "s_star_local_sgd_star"},
}
SAMPLED = 0.016  # η of the runs with minibatches of 10 of 50 samples
FULL = 0.016  # η of the runs with full gradients
STEPS = (0.032, 0.016, 0.008, 0.004)  # η of the runs that measure floors
PERIODS = (2, 4, 8, 16)

study = Study("Local SGD, variance-reduced and shifted: who reaches the optimum on data of their own", base="regression.json")


def add(name: str, algorithm: dict, eta: float, steps: int, period: int = H, batch: int | str = 10) -> None:
    study.run(name, {"/algorithm": {"step_size": eta, "averaging_period": period, **algorithm},
                     "/model/batch_size": batch, "/stop": {"node_steps": steps},
                     "/record": {"every_node_steps": max(period, steps // 200 // period * period), "nodes": "none"}})


for name, algorithm in METHODS.items():
    add(name, algorithm, SAMPLED, 8000)
    add(f"{name}, full gradients", algorithm, FULL, 8000, batch="full")
for name in ("Local SGD", "Local-SVRG", "S*-Local-SGD", "SS-Local-SGD"):
    for eta in STEPS:
        add(f"{name}, η = {eta}", METHODS[name], eta, int(160 / eta))
for eta in STEPS:
    add(f"Local GD, full gradients, η = {eta}", METHODS["Local SGD"], eta, int(40 / eta), batch="full")
for period in PERIODS:
    add(f"Local GD, H = {period}", METHODS["Local SGD"], 0.002, 12000, period=period, batch="full")


def distance(trace):
    """‖x̄ − x*‖ against steps of a node; a full gradient at a point of reference is a step, too."""
    return trace.series("node_steps_per_node", "distance_to_optimum")


def averaged(trace) -> float:
    """‖x̄ − x*‖ at the last record that saw models right after an averaging, when they are equal."""
    distances, spreads = trace.series("distance_to_optimum", "consensus_distance")
    return float(distances[spreads < 1e-20][-1])


def floor(trace) -> float:
    """The mean of ‖x̄ − x*‖² over the second half of the run."""
    squares = trace.series("time_s", "distance_to_optimum")[1] ** 2
    return float(squares[len(squares) // 2:].mean())


def power(runs, name: str, etas=STEPS) -> float:
    """The power of η in the floor, by least squares."""
    floors = [floor(runs[f"{name}, η = {eta}"]) for eta in etas]
    return float(np.polyfit(np.log(etas), np.log(floors), 1)[0])


@study.claim("S-Local-SVRG and S*-Local-SGD* converge linearly to the optimum, from minibatches")
def exact(runs):
    for name in ("S-Local-SVRG", "S*-Local-SGD*"):
        steps, distances = distance(runs[name])
        yield f"{name}: ‖x̄ − x*‖ at the end", distances[-1], "<=", 1e-12
        inside = (distances < 1e-1) & (distances > 1e-11)
        fit = np.polyfit(steps[inside], np.log10(distances[inside]), 1)
        off = np.abs(np.polyval(fit, steps[inside]) - np.log10(distances[inside])).max()
        yield f"{name}: largest distance of log10 ‖x̄ − x*‖ from a line over ten decades", off, "<=", 1


@study.claim("The other four stop at a floor")
def floors(runs):
    for name in ("Local SGD", "Local-SVRG", "S*-Local-SGD", "SS-Local-SGD"):
        distances = distance(runs[name])[1]
        parts = [float((part**2).mean()) for part in np.array_split(distances[len(distances) // 5:], 2)]
        yield f"{name}: mean of ‖x̄ − x*‖² late, over that before", parts[1] / parts[0], ">=", 0.5
        yield f"{name}: mean of ‖x̄ − x*‖²", parts[1], ">=", 1e-8


@study.claim("The floor of S*-Local-SGD and SS-Local-SGD is noise: with full gradients they reach the optimum")
def noise_alone(runs):
    for name in ("S*-Local-SGD", "SS-Local-SGD", "S-Local-SVRG", "S*-Local-SGD*"):
        yield f"{name}, full gradients: ‖x̄ − x*‖ at the end", distance(runs[f"{name}, full gradients"])[1][-1], \
            "<=", 1e-12


@study.claim("The floor of local SGD and Local-SVRG is bias too: with full gradients both are local gradient descent")
def bias(runs):
    plain, reduced = (averaged(runs[f"{name}, full gradients"]) for name in ("Local SGD", "Local-SVRG"))
    yield "local SGD, full gradients: ‖x̄ − x*‖ at the end", plain, ">=", 1e-3
    yield "Local-SVRG over local SGD, after an averaging: distance from 1", abs(reduced / plain - 1), "<=", 1e-9
    # The floor of Local-SVRG tends to that bias, as the variance that is left shrinks faster.
    ratio = floor(runs["Local-SVRG, η = 0.004"]) / floor(runs["Local GD, full gradients, η = 0.004"])
    yield "floor of Local-SVRG at η = 0.004 over the squared bias, at least", ratio, ">=", 0.9
    yield "and at most", ratio, "<=", 1.1


@study.claim("The bias of local gradient descent is proportional to H − 1 as η goes to zero")
def local_steps(runs):
    ends = {period: distance(runs[f"Local GD, H = {period}"])[1][-1] for period in PERIODS}
    for period in PERIODS[1:]:
        yield f"‖x̄ − x*‖ at H = {period} over that at H = 2, over its limit", ends[period] / ends[2] / (period - 1), \
            ">=", 0.9
        yield "and", ends[period] / ends[2] / (period - 1), "<=", 1.1


@study.claim("Variance reduction leaves a floor of bias, like η²; exact shifts leave one of noise, like η")
def powers(runs):
    reduced = power(runs, "Local-SVRG", STEPS[-2:])  # the two smallest: bias is a power series in η H
    yield "Local-SVRG: power of η, at least", reduced, ">=", 1.8
    yield "Local-SVRG: power of η, at most", reduced, "<=", 2.2
    yield "S*-Local-SGD: power of η, at least", power(runs, "S*-Local-SGD"), ">=", 0.8
    yield "S*-Local-SGD: power of η, at most", power(runs, "S*-Local-SGD"), "<=", 1.2


@study.claim("Where bias outweighs noise, at the largest step size, exact shifts lower the floor of local SGD")
def shifts(runs):
    yield f"floor of local SGD at η = {STEPS[0]} over that of S*-Local-SGD", \
        floor(runs[f"Local SGD, η = {STEPS[0]}"]) / floor(runs[f"S*-Local-SGD, η = {STEPS[0]}"]), ">=", 2


@study.picture("methods")
def methods(runs):
    return draw_curves({name: distance(runs[name]) for name in METHODS}, "Steps of a node", "$\\Vert\\bar{x} - x^*\\Vert$")


@study.picture("floors")
def floors_picture(runs):
    curves = {name: (STEPS, [floor(runs[f"{name}, η = {eta}"]) for eta in STEPS])
              for name in ("Local SGD", "S*-Local-SGD", "SS-Local-SGD", "Local-SVRG", "Local GD, full gradients")}
    return draw_curves(curves, "Step size η", "Floor of $\\Vert\\bar{x} - x^*\\Vert^2$", markers=True, x_log=True)
