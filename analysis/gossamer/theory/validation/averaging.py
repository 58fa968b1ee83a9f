"""Checks of averaging alone: contraction, finite time, random pairs, random rounds."""

from __future__ import annotations

import math

import numpy as np

from gossamer.theory.comparison import at_most, exactly, on_average, worst
from gossamer.theory.evidence import Evidence
from gossamer.theory.formulas import gossip as formulas, graphs
from gossamer.theory.validation.check import check
from gossamer.theory.validation.problems import gossip

GRAPHS = {  # name: block, W, and ρ in closed form
    "ring of 8": ({"kind": "ring", "nodes": 8}, graphs.metropolis(8, graphs.ring(8)), (1 + 2 * math.cos(math.pi / 4)) / 3),
    "ring of 16": ({"kind": "ring", "nodes": 16}, graphs.metropolis(16, graphs.ring(16)),
                   (1 + 2 * math.cos(math.pi / 8)) / 3),
    "torus of 5 x 5": ({"kind": "torus", "rows": 5, "columns": 5}, graphs.metropolis(25, graphs.torus(5, 5)),
                       (3 + 2 * math.cos(2 * math.pi / 5)) / 5),
    "hypercube of 16": ({"kind": "hypercube", "dimension": 4}, graphs.metropolis(16, graphs.hypercube(4)), 3 / 5),
    "star of 16": ({"kind": "star", "nodes": 16}, graphs.metropolis(16, graphs.star(16)), 1 - 1 / 16),
    "path of 8": ({"kind": "path", "nodes": 8}, graphs.metropolis(8, graphs.path(8)),
                  1 - 4 / 3 * math.sin(math.pi / 16) ** 2),
}
ROUNDS = 12
BOYD = 'Boyd, Ghosh, Prabhakar, Shah, "Randomized gossip algorithms", IEEE Trans. Inf. Theory 52(6), 2006'


def start_of(nodes: int, dimension: int = 4, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(nodes, dimension))


def gammas(trace) -> np.ndarray:
    return trace.series("consensus_distance")[0]


@check("Gossip contracts by ρ from an eigenvector of W, and by no less from any start",
       'Xiao, Boyd, "Fast linear iterations for distributed averaging", Systems & Control Letters 53, 2004',
       Evidence.DERIVED)
def contraction(short):
    stop = {"node_steps": ROUNDS}
    runs = yield {(name, start): gossip(vectors, "gossip", block, stop=stop) for name, (block, W, _) in GRAPHS.items()
                  for start, vectors in (("eigenvector", graphs.second_vector(W)[:, None]), ("random", start_of(len(W))))}
    for name, (_, W, rho) in GRAPHS.items():
        gamma = gammas(runs[name, "eigenvector"].trace)
        yield f"{name}: ρ, in closed form", exactly(rho, (gamma[-1] / gamma[0]) ** (1 / (2 * ROUNDS)))
        yield f"{name}: ρ, of W", exactly(graphs.contraction(W), (gamma[-1] / gamma[0]) ** (1 / (2 * ROUNDS)))
        yield f"{name}: Γ after {ROUNDS} rounds at most ρ^{2 * ROUNDS} Γ", at_most(
            graphs.contraction(W) ** (2 * ROUNDS) * gamma[0], gamma[-1])
        gamma = gammas(runs[name, "random"].trace)
        yield f"{name}: largest factor of √Γ in a round", at_most(
            graphs.contraction(W), math.sqrt((gamma[1:] / gamma[:-1]).max()))


@check("The directed exponential graph contracts by ‖W − 11ᵀ/n‖₂",
       'Ying, Yuan, Chen, Hu, Pan, Yin, "Exponential graph is provably efficient", NeurIPS 2021, arXiv:2110.13363',
       Evidence.DERIVED)
def exponential(short):
    nodes, hops = 8, 3
    W = np.zeros((nodes, nodes))
    for node in range(nodes):
        W[node, [node, *((node + 2**power) % nodes for power in range(hops))]] = 1 / (hops + 1)
    start = np.linalg.svd(W - 1 / nodes)[2][0][:, None]
    runs = yield {"run": gossip(start, "gossip", {"kind": "exponential", "nodes": nodes}, stop={"node_steps": 1})}
    gamma = gammas(runs["run"].trace)
    yield "8 nodes: 1 − 2/(1 + log₂ n)", exactly(1 - 2 / (1 + hops), math.sqrt(gamma[-1] / gamma[0]))


@check("Graphs of finite time average exactly after a period",
       'Ying et al., NeurIPS 2021, arXiv:2110.13363; Takezawa et al., "Beyond exponential graph", NeurIPS 2023, '
       'arXiv:2305.11420', Evidence.DERIVED)
def finite_time(short):
    cases = {"one-peer exponential, 16 nodes": ({"kind": "one_peer_exponential", "nodes": 16}, 16, 4),
             "one-peer hypercube, 16 nodes": ({"kind": "one_peer_hypercube", "dimension": 4}, 16, 4)}
    lengths = {(1, 5): 5, (1, 6): 4, (1, 7): 5, (2, 7): 4, (3, 7): 3, (2, 25): 6, (3, 25): 5}
    for (degree, nodes), period in lengths.items():
        cases[f"base-{degree + 1}, {nodes} nodes"] = ({"kind": "base_k", "nodes": nodes, "degree": degree}, nodes, period)
    runs = yield {name: gossip(start_of(nodes), "gossip", block, stop={"node_steps": period})
                  for name, (block, nodes, period) in cases.items()}
    for name, (_, _, period) in cases.items():
        gamma = gammas(runs[name].trace)
        yield f"{name}: Γ after {period} rounds over Γ", exactly(0, gamma[-1] / gamma[0], absolute=1e-28)


@check("Doubly stochastic averaging keeps the mean of the models", "sums of the columns of W", Evidence.DERIVED)
def mean_is_kept(short):
    cases = {"star, rounds": ("gossip", {"kind": "star", "nodes": 9}), "path, rounds": ("gossip",
                                                                                        {"kind": "path", "nodes": 9}),
             "complete graph, random pairs": ("randomized_gossip", {"kind": "complete", "nodes": 9}),
             "ring, compressed": ({"kind": "choco_gossip", "consensus_step": 0.3, "compressor": {"kind": "top_k", "k": 1}},
                                  {"kind": "ring", "nodes": 9})}
    start = start_of(9)
    runs = yield {name: gossip(start, algorithm, block, stop={"node_steps": 20}) for name,
                  (algorithm, block) in cases.items()}
    for name in cases:
        yield name, worst(start.mean(axis=0), runs[name].models.mean(axis=0), 1e-13)


@check("Random pairs average as fast as the covariance recursion says", BOYD, Evidence.DERIVED)
def random_pairs(short):
    nodes, seeds = 8, tuple(range(1, 61 if short else 601))
    cases = {"complete": graphs.complete(nodes), "ring": graphs.ring(nodes), "star": graphs.star(nodes)}
    start = start_of(nodes, 1)
    runs = yield {name: gossip(start, "randomized_gossip", {"kind": name, "nodes": nodes}, seeds=seeds,
                               compute={"kind": "exponential", "mean": "1 s"}, stop={"virtual_time": "1 s"},
                               record={"every": "1 s", "nodes": "none", "local_nodes": 0}) for name in cases}
    for name, edges in cases.items():
        expected = formulas.after_pairs(start, edges, 60)
        made = [int(count) for count in runs[name].last("interactions")]
        ratios = [gamma / expected[count] for gamma, count in zip(runs[name].last("consensus_distance"), made)]
        yield f"{name} graph of {nodes}: Γ over its expectation after as many interactions", on_average(1, ratios)
        yield f"{name} graph of {nodes}: interactions of {nodes} Poisson clocks", on_average(nodes, made)


@check("Random rounds average as fast as their second moments say",
       'Wang et al., "MATCHA", arXiv:1905.09435; Song et al., NeurIPS 2022, arXiv:2210.07881', Evidence.DERIVED)
def random_rounds(short):
    seeds, rounds = tuple(range(1, 41 if short else 401)), 3
    halves = [graphs.laplacian(8, graphs.ring(8)[side::2]) for side in (0, 1)]
    matcha = {"kind": "matcha", "of": {"kind": "ring", "nodes": 8}, "budget": 0.5, "probabilities": "uniform"}
    alpha = best_weight(halves)
    start = {"matcha": start_of(8, 3), "od_equidyn": start_of(17, 3)}
    runs = yield {"matcha": gossip(start["matcha"], "gossip", matcha, stop={"node_steps": rounds}, seeds=seeds),
                  "od_equidyn": gossip(start["od_equidyn"], "gossip", {"kind": "od_equidyn", "nodes": 17, "eta": 0.5},
                                       stop={"node_steps": rounds}, seeds=seeds)}
    trace = runs["matcha"].trace
    yield "MATCHA on a ring of 8: expected factor of Γ in a round", exactly(
        formulas.matcha_contraction(halves, [0.5, 0.5], alpha), trace.header["topology"]["consensus_factor"] ** 2, 1e-6)
    expected = formulas.after_random_rounds(start["matcha"], *formulas.matcha_rounds(halves, [0.5, 0.5], alpha), rounds)
    yield f"MATCHA on a ring of 8: Γ after {rounds} rounds", on_average(expected[-1],
                                                                        runs["matcha"].last("consensus_distance"))
    yield f"EquiDyn, 17 nodes: Γ after {rounds} rounds", on_average(
        formulas.equidyn_factor(17, 0.5) ** rounds * formulas.gamma(start["od_equidyn"]),
        runs["od_equidyn"].last("consensus_distance"))


def best_weight(laplacians: list[np.ndarray]) -> float:
    """α of MATCHA, which minimizes the contraction, a convex function of it: by sections in the golden ratio."""
    low, high, ratio = 0.0, 1.0, (math.sqrt(5) - 1) / 2
    while high - low > 1e-12:
        first, second = high - ratio * (high - low), low + ratio * (high - low)
        if formulas.matcha_contraction(laplacians, [0.5, 0.5], first) < formulas.matcha_contraction(laplacians,
                                                                                                    [0.5, 0.5], second):
            high = second
        else:
            low = first
    return (low + high) / 2
