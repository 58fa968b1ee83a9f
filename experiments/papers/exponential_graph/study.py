"""Exponential graphs: exact averages in log2 n rounds, and how long a topology delays the linear speedup."""

import numpy as np

from gossamer.figures import draw_curves
from gossamer.studies import Study

study = Study("Exponential graphs: exact averages by one message a round, and short transients", base="quadratic.json")

CONSENSUS = {
    "Ring": {"kind": "ring", "nodes": 64},
    "Torus": {"kind": "torus", "rows": 8, "columns": 8},
    "Static exponential": {"kind": "exponential", "nodes": 64},
    "One-peer exponential": {"kind": "one_peer_exponential", "nodes": 64},
    "One-peer exponential, n = 48": {"kind": "one_peer_exponential", "nodes": 48},
    "Base-2": {"kind": "base_k", "nodes": 64, "degree": 1},
    "Base-2, n = 48": {"kind": "base_k", "nodes": 48, "degree": 1},
}
for name, topology in CONSENSUS.items():
    study.run(f"Consensus: {name}", {"/topology": topology}, base="consensus.json")

N = 16
TOPOLOGIES = {
    "Complete": {"kind": "complete", "nodes": N},
    "One-peer exponential": {"kind": "one_peer_exponential", "nodes": N},
    "Static exponential": {"kind": "exponential", "nodes": N},
    "Torus": {"kind": "torus", "rows": 4, "columns": 4},
    "Ring": {"kind": "ring", "nodes": N},
}
STEPS = [2.0**-k for k in range(1, 11)]  # η
REST = 8  # time constants 1/η before averages are taken, and while


def rounds(eta: float) -> int:
    return max(400, int(2 * REST / eta))


for name, topology in TOPOLOGIES.items():
    for eta in STEPS:
        study.run(f"{name}, η = {eta:g}",
                  {"/topology": topology, "/algorithm/step_size": eta, "/stop": {"node_steps": rounds(eta)},
                   "/record": {"every_node_steps": rounds(eta) // 200, "nodes": "none"}})


def gamma(trace) -> np.ndarray:
    """Γ after 0, 1, 2, … rounds over that at first. A record by node-steps sees a step before its round's averaging."""
    distances = trace.series("node_steps_per_node", "consensus_distance")[1]
    return distances[1:] / distances[1]


def excess(runs, name: str, eta: float) -> float:
    """The mean squared error of a node over that of the nodes' mean, once both rest: 1 is the linear speedup."""
    trace = runs[f"{name}, η = {eta:g}"]
    half = len(trace.samples) // 2
    mean = trace.series("node_steps_per_node", "distance_to_optimum")[1] ** 2
    return float(trace.squared_error()[half:].mean() / mean[half:].mean())


def transient(runs, name: str) -> float:
    """The time constant 1/η from which on a node's error is at most twice that of the nodes' mean, interpolated."""
    ratios = [excess(runs, name, eta) for eta in STEPS]
    above = [k for k, ratio in enumerate(ratios) if ratio > 2]
    if not above or above[-1] + 1 == len(STEPS):
        return np.inf if above else 1 / STEPS[0]
    k = above[-1]
    share = np.log(ratios[k] / 2) / np.log(ratios[k] / ratios[k + 1])
    return float((1 / STEPS[k]) * (STEPS[k] / STEPS[k + 1]) ** share)


@study.claim("One-peer exponential graphs average exactly in log2 n rounds where n is a power of two, and else never")
def exact(runs):
    yield "Γ after 6 rounds over that at first, n = 64", gamma(runs["Consensus: One-peer exponential"])[6], "<=", 1e-28
    yield "after 5 rounds", gamma(runs["Consensus: One-peer exponential"])[5], ">=", 1e-3
    yield "after 39 rounds, n = 48", gamma(runs["Consensus: One-peer exponential, n = 48"])[39], ">=", 1e-20


@study.claim("Base-(k+1) graphs average exactly for every n")
def base(runs):
    yield "Γ after 6 rounds over that at first, n = 64", gamma(runs["Consensus: Base-2"])[6], "<=", 1e-28
    # 48 = 32 + 16: at most 2 log2(48) + 2 rounds.
    yield "after 13 rounds, n = 48", gamma(runs["Consensus: Base-2, n = 48"])[13], "<=", 1e-28


@study.claim("A one-peer round lasts one message, a static exponential one as many as a node has neighbors")
def duration(runs):
    time = {name: runs[f"Consensus: {name}"].samples[-1]["time_s"] for name in CONSENSUS}
    # 100 kB at 10 Mbit/s are 80 ms, the latency is 1 ms; a card sends 6 of them one after the other.
    yield "40 rounds of one peer, in seconds", time["One-peer exponential"], "<=", 40 * 0.081 * (1 + 1e-9)
    yield "40 rounds of 6 peers, in seconds", time["Static exponential"], ">=", 40 * 6 * 0.080


@study.claim("The transient before the linear speedup is short on exponential graphs, and long on a ring")
def transients(runs):
    lengths = {name: transient(runs, name) for name in TOPOLOGIES}
    yield "static exponential, over complete", lengths["Static exponential"] / lengths["Complete"], "<=", 30
    yield "one-peer over static exponential", lengths["One-peer exponential"] / lengths["Static exponential"], "<=", 6
    yield "torus over static exponential", lengths["Torus"] / lengths["Static exponential"], ">=", 1
    yield "ring over static exponential", lengths["Ring"] / lengths["Static exponential"], ">=", 8


@study.picture("consensus")
def consensus_picture(runs):
    curves = {}
    for name in CONSENSUS:
        values = gamma(runs[f"Consensus: {name}"])
        curves[name] = (np.arange(len(values)), np.maximum(values, 1e-32))
    return draw_curves(curves, "Rounds", "Consensus distance $\\Gamma/\\Gamma_0$")


@study.picture("transient")
def transient_picture(runs):
    curves = {name: ([1 / eta for eta in STEPS], [excess(runs, name, eta) for eta in STEPS]) for name in TOPOLOGIES}
    return draw_curves(curves, "1/η", "Error of a node over that of the mean", markers=True, x_log=True)
