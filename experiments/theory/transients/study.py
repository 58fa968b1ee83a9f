"""How long a graph delays the linear speedup: the transient of D-PSGD by topology and n, beside its closed form.

Node i minimizes ‖x − c_i‖²/2 in R^d, its gradients have noise of variance s² = 1 in each coordinate, and the c_i have a standard
deviation of ζ = 0.2 in each coordinate. With a constant step size η, adapt then combine and a normal W, once the start is
forgotten and a = 1 − η, every eigenvector of W contributes to the mean squared error of a node

    d η² s² |λ|²/(1 − |λ|² a²) / n     by noise, for λ = 1 too: that is the error of the nodes' mean, E‖x̄ − x*‖²
    d ζ² |η λ/(1 − a λ)|² / n          by different minima, for λ ≠ 1

A run of T steps with η = √(n/T) has the linear speedup if nodes err about as much as their mean does. Here the transient is
T = n/η² for the largest η with which a node's error is at most twice that of the mean. Worst-case theory has it grow as
ρ⁴ n³/(1 − ρ)⁴ with different minima (Chen, Yuan, Zhang, Pan, Xu, Yin, "Accelerating Gossip SGD with Periodic Global Averaging",
ICML 2021, arXiv:2105.09080).
"""

import numpy as np

from gossamer.figures import draw_predictions
from gossamer.statistics.intervals import estimate
from gossamer.studies import Study
from gossamer.theory.formulas import graphs

D, SPREAD = 40, 0.2
FACTORS = (0.8, 1.0, 1.25)  # of the step size around the predicted one
REST = 6  # time constants 1/η until the start is forgotten
LENGTH = 60  # and in all


def side(n: int) -> int:
    return round(n**0.5)


# By name: sizes; the block of an experiment; and W.
GRAPHS = {
    "ring": ((8, 16, 32), lambda n: {"kind": "ring", "nodes": n}, lambda n: graphs.metropolis(n, graphs.ring(n))),
    "torus": ((16, 36, 64), lambda n: {"kind": "torus", "rows": side(n), "columns": side(n)},
              lambda n: graphs.metropolis(n, graphs.torus(side(n), side(n)))),
    "exponential": ((16, 32, 64), lambda n: {"kind": "exponential", "nodes": n}, graphs.exponential),
}


def spectrum(graph: str, n: int) -> np.ndarray:
    return graphs.deviation_spectrum(GRAPHS[graph][2](n))


def ratio(values: np.ndarray, eta: float) -> float:
    """The mean squared error of a node over that of the mean."""
    squares, a = np.abs(values) ** 2, 1 - eta
    noise = np.sum(squares / (1 - squares * a**2)) * (1 - a**2)
    bias = np.sum(np.abs(values / (1 - a * values)) ** 2) * SPREAD**2 * (1 - a**2)
    return float(1 + noise + bias)


def critical(values: np.ndarray) -> float:
    """The η at which the ratio is 2: it grows with η."""
    low, high = 1e-9, 1.0
    while high / low > 1 + 1e-12:
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if ratio(values, middle) < 2 else (low, middle)
    return low


CASES = {(graph, n): critical(spectrum(graph, n)) for graph, (sizes, *_) in GRAPHS.items() for n in sizes}


def label(graph: str, n: int, factor: float) -> str:
    return f"{graph}, n = {n}, {factor:g} η*"


def settings(graph: str, n: int, factor: float) -> dict:
    eta = factor * CASES[graph, n]
    rounds = int(LENGTH / eta)
    return {"/topology": GRAPHS[graph][1](n), "/algorithm/step_size": eta, "/stop": {"node_steps": rounds},
            "/record/every_node_steps": max(1, rounds // 400)}


study = Study("How long a graph delays the linear speedup", sweep={
    "base": "experiment.json", "seeds": 5, "axes": [{"name": "case", "settings": {
        label(graph, n, factor): settings(graph, n, factor) for graph, n in CASES for factor in FACTORS}}]},
    short={"seeds": 2, "axes": {"case": [label(graph, n, factor) for graph, n in CASES if CASES[graph, n] > 0.03
                                         for factor in FACTORS]}})


def measured(sweep, graph: str, n: int, factor: float):
    """The ratio of errors over the seeds; none if the sweep leaves this case out."""
    cell = next((cell for cell in sweep.cells if cell.labels["case"] == label(graph, n, factor)), None)
    if cell is None:
        return None
    ratios = []
    for run in cell.runs:
        start = len(run.trace.samples) * REST // LENGTH
        mean = run.trace.series("node_steps_per_node", "distance_to_optimum")[1] ** 2
        ratios.append(float(run.trace.squared_error()[start:].mean() / mean[start:].mean()))
        run.forget()
    return estimate(ratios)


@study.claim("At the predicted step size a node's error is twice that of the mean")
def doubled(sweep):
    for graph, n in CASES:
        if (found := measured(sweep, graph, n, 1.0)) is not None:
            yield f"{graph}, n = {n}: the ratio over 2, less 1", abs(found.mean / 2 - 1), "<=", 0.15


def length(sweep, graph: str, n: int) -> float | None:
    """The measured transient n/η², interpolated to a ratio of 2 on logarithmic axes."""
    found = [measured(sweep, graph, n, factor) for factor in FACTORS]
    if None in found:
        return None
    excess = np.log([point.mean - 1 for point in found])
    eta = np.exp(np.interp(0.0, excess, np.log(np.multiply(FACTORS, CASES[graph, n]))))
    return float(n / eta**2)


def lengths(sweep) -> dict[str, tuple[list[int], list[float]]]:
    """The sizes and the measured transients of each graph, of which the sweep has at least two sizes."""
    found = {graph: [(n, long) for n in sizes if (long := length(sweep, graph, n))] for graph, (sizes, *_) in GRAPHS.items()}
    return {graph: tuple(zip(*rows)) for graph, rows in found.items() if len(rows) > 1}


def slope(x, y) -> float:
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


@study.claim("The transient grows with a power of n: the steeper, the worse the graph")
def powers(sweep):
    found = {graph: slope(*rows) for graph, rows in lengths(sweep).items()}
    for graph, (sizes, _) in lengths(sweep).items():
        predicted = slope(sizes, [n / CASES[graph, n] ** 2 for n in sizes])
        rho = {n: np.abs(spectrum(graph, n)).max() for n in sizes}
        bound = slope(sizes, [rho[n] ** 4 * n**3 / (1 - rho[n]) ** 4 for n in sizes])
        yield f"{graph}: the exponent, less that of the closed form", abs(found[graph] - predicted), "<=", 0.4
        yield f"{graph}: the exponent, at most that of the worst case", found[graph], "<=", bound
    if "ring" in found:
        yield "the exponent of the ring over that of the torus", found["ring"] / found["torus"], ">=", 1.2
        yield "the exponent of the torus over that of the exponential graph", found["torus"] / found["exponential"], ">=", 1.2


@study.picture("lengths")
def picture(sweep):
    lines = {graph: (sizes, [n / CASES[graph, n] ** 2 for n in sizes]) for graph, (sizes, *_) in GRAPHS.items()}
    points = {graph: (*rows, np.zeros(len(rows[0]))) for graph, rows in lengths(sweep).items()}
    return draw_predictions(lines, points, "Number of nodes n", "Transient T = n/η² (steps)")
