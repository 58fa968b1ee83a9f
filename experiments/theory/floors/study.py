"""Floors of D-PSGD with constant step sizes, and its consensus distance, beside their closed forms.

All nodes minimize f(x) = ‖x − c‖²/2 in R^d with gradients whose coordinates have noise of variance s² = 1. A round is H local steps
of size η and an averaging by a normal W. With a = (1 − η)^H, and v = η² s² (1 + (1−η)² + … + (1−η)^(2(H−1))) for the noise of a
round, every eigenvector of W is an autoregression of its own: y ← λ (a y + noise). So, once the start is forgotten,

    E f(x̄) − f* = (d/2) v / (n (1 − a²)) = (d/2) η s² / (n (2 − η))        for every H and every graph
    E Γ = d Σ_{k ≥ 2} |λ_k|² v / (1 − |λ_k|² a²)                           after an averaging
"""

import numpy as np

from gossamer.figures import draw_predictions
from gossamer.statistics import statistics_of
from gossamer.studies import Study
from gossamer.theory.formulas import floors as formulas
from gossamer.theory.formulas import graphs

N, D = 16, 20
study = Study("Floor and consensus distance against step size and local steps", sweep="sweep.json",
              short={"seeds": 2, "axes": {"eta": [0.2, 0.5], "H": [1, 16]}})


MIXING = {"ring": graphs.metropolis(N, graphs.ring(N)), "torus": graphs.metropolis(N, graphs.torus(4, 4)),
          "exponential": graphs.exponential(N)}
SQUARES = {name: np.abs(graphs.deviation_spectrum(mixing)) ** 2 for name, mixing in MIXING.items()}


def floor(eta: float) -> float:
    """E f(x̄) − f*."""
    return D / 2 * formulas.of_mean(N, eta, 1.0, 1.0)


def gamma(graph: str, eta: float, steps: int) -> float:
    """E Γ after an averaging."""
    a, v = (1 - eta) ** steps, eta**2 * formulas.growth(steps, eta, 1.0)
    return D * float(np.sum(SQUARES[graph] * v / (1 - SQUARES[graph] * a**2)))


def measured(sweep, quantity: str) -> dict[tuple, object]:
    """The mean of a floor over the seeds with its interval, by graph, H and η."""
    cells = statistics_of(sweep).cells
    return {(found.cell.labels["topology"], int(found.cell.labels["H"]), float(found.cell.labels["eta"])):
            found.summaries[f"floor_{quantity}"].estimate for found in cells if f"floor_{quantity}" in found.summaries}


def worst(sweep, quantity: str, predict) -> tuple[float, float]:
    """The largest distance of a measured floor from its prediction, in standard errors by batch means over all seeds; and
    as a share of the prediction."""
    errors, shares = [], []
    for found in statistics_of(sweep).cells:
        labels = found.cell.labels
        predicted = predict(labels["topology"], float(labels["eta"]), int(labels["H"]))
        runs = [result.values for result in found.results if f"floor_{quantity}" in result.values]
        mean = float(np.mean([values[f"floor_{quantity}"] for values in runs]))
        error = float(np.sqrt(np.sum([values[f"floor_{quantity}_error"] ** 2 for values in runs]))) / len(runs)
        errors.append(abs(mean - predicted) / error)
        shares.append(abs(mean / predicted - 1))
    return max(errors), max(shares)


@study.claim("E f(x̄) − f* is (d/2) η s²/(n (2 − η)), whatever the graph and H")
def floors(sweep):
    errors, share = worst(sweep, "suboptimality", lambda graph, eta, steps: floor(eta))
    yield "the largest distance from the formula in standard errors", errors, "<=", 4
    yield "the same as a share of the formula", share, "<=", 0.15


@study.claim("E Γ is the sum over the eigenvalues of W")
def distances(sweep):
    errors, share = worst(sweep, "consensus_distance", gamma)
    yield "the largest distance from the formula in standard errors", errors, "<=", 4
    yield "the same as a share of the formula", share, "<=", 0.1


@study.claim("Local steps cost consensus and no floor: Γ grows with H on every graph, and with it the error of a node")
def price(sweep):
    found, shown = measured(sweep, "consensus_distance"), sweep.axis("H").labels
    eta = min(map(float, sweep.axis("eta").labels))
    for graph in sweep.axis("topology").labels:
        few, many = (found[graph, int(steps), eta].mean for steps in (shown[0], shown[-1]))
        yield f"{graph}, η = {eta:g}: Γ with H = {shown[-1]} over Γ with H = {shown[0]}", many / few, ">=", 1.5


def picture_of(sweep, quantity: str, label: str, names, predict):
    """Lines of the formula, and the measured points of those cells that `names` gives a name."""
    points: dict[str, list] = {}
    for (graph, steps, eta), value in sorted(measured(sweep, quantity).items(), key=lambda item: item[0][2]):
        if name := names(graph, steps):
            points.setdefault(name, []).append((eta, value.mean, value.mean - (value.mean if value.low is None else value.low)))
    etas = np.geomspace(*(edge(map(float, sweep.axis("eta").labels)) for edge in (min, max)), 50)
    lines = {name: (etas, [predict(*of, eta) for eta in etas]) for name, of in
             {names(graph, steps): (graph, steps) for graph in MIXING for steps in map(int, sweep.axis("H").labels)}.items()
             if name in points}
    return draw_predictions(lines, {name: tuple(zip(*rows)) for name, rows in points.items()}, "Step size η", label)


@study.picture("floor")
def floor_picture(sweep):
    return picture_of(sweep, "suboptimality", "E f(x̄) − f*", lambda graph, steps: f"H = {steps}" if graph == "ring" else None,
                      lambda graph, steps, eta: floor(eta))


@study.picture("gamma")
def gamma_picture(sweep):
    return picture_of(sweep, "consensus_distance", "E Γ", lambda graph, steps: f"{graph}, H = {steps}" if graph != "torus"
                      else None, lambda graph, steps, eta: gamma(graph, eta, steps))
