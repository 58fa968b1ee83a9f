"""ACTC: constant steps under compression, on a ring and on a directed graph."""

import numpy as np

from gossamer.figures import draw_curves
from gossamer.studies import Study

MU, ZETA, OMEGA = 0.05, 0.2, 3.0  # step size; stability; relative variance of a quarter of the coordinates, unbiased
QUARTER = {"kind": "random_k", "fraction": 0.25, "unbiased": True}
RING = {"kind": "ring", "nodes": 8}
ROUNDS, RECORDS = 100_000, 10_000  # of those that are compared with theory
DIMENSION = 40

study = Study("ACTC: diffusion that tracks under compression, on directed graphs", base="regression.json")


def long_run(name: str, algorithm: dict) -> None:
    study.run(name, {"/topology": RING, "/algorithm": {"kind": "actc", "step_size": MU, **algorithm},
                     "/stop": {"node_steps": ROUNDS},
                     "/record": {"every_node_steps": ROUNDS // RECORDS, "nodes": "none"}})


long_run("Ring, a quarter of the coordinates, ζ = 0.2", {"stability": ZETA, "compressor": QUARTER})
long_run("Ring, uncompressed, ζ = 1", {"stability": 1, "compressor": "none"})
for mu in (0.1, 0.05, 0.025):
    study.run(f"Directed, 2 bits, μ = {mu}",
              {"/algorithm": {"kind": "actc", "step_size": mu, "stability": 0.5,
                              "compressor": {"kind": "infinity_norm", "bits": 2}}, "/stop": {"node_steps": 40_000}})
study.run("Directed, uncompressed, μ = 0.05", {"/algorithm": {"kind": "actc", "step_size": 0.05, "stability": 0.5,
                                                              "compressor": "none"},
                                               "/stop": {"node_steps": 40_000}})
for zeta in (0.4, 0.95):
    study.run(f"Ring, a quarter of the coordinates, ζ = {zeta}",
              {"/topology": RING, "/algorithm": {"kind": "actc", "step_size": MU, "stability": zeta,
                                                 "compressor": QUARTER}})


def msd(trace) -> float:
    """The mean squared deviation per coordinate, over the second half."""
    errors = trace.squared_error()
    return float(errors[len(errors) // 2:].mean()) / DIMENSION


def theory(zeta: float, omega: float) -> float:
    """The same by iterating the second moments of (x, q), for curvature 1 and noise of variance 1."""
    n = RING["nodes"]
    ring = np.eye(n) + np.roll(np.eye(n), 1, axis=1) + np.roll(np.eye(n), -1, axis=1)
    w, one = ring / 3, np.eye(n)
    inner = np.hstack([zeta * (1 - MU) * one, (1 - zeta) * one])
    f, g, p = np.vstack([w @ inner, inner]), np.vstack([w, one]), np.hstack([(1 - MU) * one, -one])
    moments = np.zeros((2 * n, 2 * n))
    for _ in range(5000):
        noise = zeta**2 * (MU**2 + omega * (np.diag(p @ moments @ p.T) + MU**2))
        moments = f @ moments @ f.T + g @ np.diag(noise) @ g.T
    return float(np.trace(moments[:n, :n])) / n


@study.claim("The steady state is that of the second moments' recursion, within four standard errors")
def steady_state(runs):
    # The slowest mode forgets in 1/(ζ μ) rounds: the half that is averaged holds so many independent looks at each of
    # the coordinates, whose squares have a relative deviation of √2.
    for name, zeta, omega in (("Ring, a quarter of the coordinates, ζ = 0.2", ZETA, OMEGA),
                              ("Ring, uncompressed, ζ = 1", 1.0, 0.0)):
        looks = ROUNDS / 2 * zeta * MU * DIMENSION
        yield f"{name}: measured over derived, less 1", abs(msd(runs[name]) / theory(zeta, omega) - 1), "<=", \
            4 * np.sqrt(2 / looks)


@study.claim("On a directed graph whose W is not doubly stochastic the error is proportional to the step size")
def proportional(runs):
    errors = [msd(runs[f"Directed, 2 bits, μ = {mu}"]) for mu in (0.1, 0.05, 0.025)]
    for larger, smaller in zip(errors, errors[1:]):
        yield "error at μ over that at μ/2, at least", larger / smaller, ">=", 1.8
        yield "error at μ over that at μ/2, at most", larger / smaller, "<=", 2.7
    yield "2 bits over uncompressed at μ = 0.05", errors[1] / msd(runs["Directed, uncompressed, μ = 0.05"]), "<=", 1.5


@study.claim("ζ must shrink as compression gets coarser: twice the safe 1/(1 + ω) is stable here, four times is not")
def stability(runs):
    stable, unstable = (runs[f"Ring, a quarter of the coordinates, ζ = {zeta}"] for zeta in (0.4, 0.95))
    yield "ζ = 0.4: error at the end", stable.squared_error()[-1] / DIMENSION, "<=", 0.1
    yield "ζ = 0.95: divergences", float(unstable.divergence is not None), "==", 1.0


@study.picture("tracking")
def tracking(runs):
    curves = {}
    for name in (*(f"Directed, 2 bits, μ = {mu}" for mu in (0.1, 0.05, 0.025)), "Directed, uncompressed, μ = 0.05"):
        rounds = runs[name].series("node_steps_per_node", "train_loss")[0]
        shown = rounds <= 1000
        curves[name] = (rounds[shown], runs[name].squared_error()[shown] / DIMENSION)
    return draw_curves(curves, "Rounds", "Squared deviation per coordinate")
