"""Stationary variances and potentials of runs with noise."""

from __future__ import annotations

import numpy as np

from gossamer.theory.comparison import Relation
from gossamer.theory.evidence import Evidence
from gossamer.theory.facts import need
from gossamer.theory.formulas import bounds, floors, potential
from gossamer.theory.predictions.measures import at_rest, of, own_error, resolution, squared_distance
from gossamer.theory.predictions.registry import Predicted, level, prediction

MODES = {"atc": floors.atc, "awc": floors.awc, "cta": floors.cta}
SWARM = "Nadiradze et al., NeurIPS 2021, arXiv:1910.12308"


def _need_mean(facts) -> None:
    """That x̄ ← x̄ − η ḡ, with noise, also if momenta stay on nodes that mix them alike, and that it is stable."""
    if facts.kind != "dmsgd":
        facts.need_plain_mean()
        need(facts.momentum == 0 or facts.kind == "all_reduce_sgd", "momenta stay on their nodes")
    facts.need_noise(True)
    facts.need_lockstep()
    largest = facts.eta * float(facts.curvatures.max())
    need(largest < 2 * (1 + facts.momentum), f"η L = {largest:.3g} makes the mean model diverge")


@prediction("stationary E ‖x̄ − x*‖²", "Σ_ν (η s²/n)(1 + β)/((1 − β) ν (2(1 + β) − η ν)) over the curvatures ν",
            "second moments of x̄ ← x̄ − η ḡ with one Hessian, whatever W and H", Evidence.DERIVED)
def variance_of_mean(facts):
    _need_mean(facts)
    value = sum(floors.of_mean(facts.nodes, facts.eta, float(nu), facts.noise, facts.momentum) for nu in facts.curvatures)
    yield Predicted(value, at_rest(squared_distance),
                    lines=(level("distance_to_optimum", "√ of the stationary variance", value**0.5),))


@prediction("stationary E f(x̄) − f*", "½ Σ_ν ν Var(x̄ along ν)", "second moments of x̄ ← x̄ − η ḡ with one Hessian",
            Evidence.DERIVED)
def suboptimality_floor(facts):
    _need_mean(facts)
    value = sum(float(nu) / 2 * floors.of_mean(facts.nodes, facts.eta, float(nu), facts.noise, facts.momentum)
                for nu in facts.curvatures)
    yield Predicted(value, at_rest(of("suboptimality")), lines=(level("suboptimality", "floor", value),))


@prediction("linear speed-up: the variance of one node over that of the mean of n", "n",
            "second moments with one Hessian", Evidence.DERIVED)
def speed_up(facts):
    need(facts.momentum == 0, "momentum changes the variance")
    _need_mean(facts)
    one = sum(floors.of_mean(1, facts.eta, float(nu), facts.noise) for nu in facts.curvatures)
    measure = at_rest(squared_distance)

    def ratio(trace):
        found = measure(trace)
        return type(found)(one / found.value, one / found.value**2 * found.error)

    yield Predicted(float(facts.nodes), ratio)


def _modes(facts) -> np.ndarray:
    """The variances of D-PSGD's models by the modes of W, summed over the curvatures."""
    facts.need_kind("d_psgd")
    facts.need_noise(True)
    need(facts.algorithm.get("local_steps", 1) == 1, "there are several local steps in a round")
    modes = MODES[facts.algorithm.get("form", "awc")]
    _need_mean(facts)
    is_awc = facts.algorithm.get("form", "awc") == "awc"
    need(not is_awc or facts.spectrum[-1] - facts.eta * float(facts.curvatures.max()) > -1,
         f"η = {facts.eta:.3g} makes D-PSGD diverge")
    return sum(modes(facts.spectrum, facts.eta, float(nu), facts.noise) for nu in facts.curvatures)


def _need_equal_nodes(facts) -> None:
    need(facts.model.get("gradient_spread") == 0, "nodes differ (gradient_spread), which adds a bias")


@prediction("stationary E Γ of D-PSGD", "n · the mean over modes of W, less the mean mode",
            "second moments with one Hessian and equal nodes", Evidence.DERIVED)
def gamma_of_d_psgd(facts):
    modes = _modes(facts)
    _need_equal_nodes(facts)
    value = float(modes[1:].sum())
    zero = resolution(facts.traces[0]).end * float(modes.sum())  # of models that are equal
    yield Predicted(value, at_rest(of("consensus_distance")), absolute=zero,
                    lines=(level("consensus_distance", "stationary E Γ", value),))


@prediction("stationary (1/n) Σ E ‖x_i − x*‖²",
            "(1/n) Σ_k of the variances of the modes: ATC λ²η²s²/(1 − λ²(1 − ην)²), AWC "
            "η²s²/(1 − (λ − ην)²)", "second moments with one Hessian and equal nodes", Evidence.DERIVED)
def own_variance(facts):
    modes = _modes(facts)
    _need_equal_nodes(facts)
    yield Predicted(float(modes.sum()) / facts.nodes, at_rest(own_error))


# ----------------------------------------------------------------------------------------------------------------------
# Asynchronous averaging of pairs.

def _injected(facts) -> tuple[str, float]:
    """The variant, and v, of methods whose interactions are those of independent uniform initiators."""
    facts.need_kind("swarm_sgd", "ad_psgd")
    need(facts.algorithm.get("momentum", 0) == 0, "momentum correlates steps")
    need((facts.algorithm.get("compressor") or {"kind": "none"}).get("kind") == "none", "messages are compressed")
    variant = "ad_psgd" if facts.kind == "ad_psgd" else facts.algorithm.get("variant", "nb1")
    need(variant in ("nb1", "ad_psgd"),
         f"at an instant of time some interactions of the variant {variant} are further than others")
    steps = facts.period if facts.kind == "swarm_sgd" else 1
    is_memoryless = steps == 1 or facts.algorithm.get("steps") == "geometric"
    need(facts.law.memoryless and is_memoryless,
         "initiators are independent and uniform only with exponential steps and H = 1 or geometric")
    need(facts.link[0] == 0, "messages take time, in which models move")
    facts.need_noise(True)
    return variant, facts.eta**2 * facts.noise * len(facts.curvatures) * steps


@prediction("stationary E Γ of pairs on noise alone",
            "c v (n − 1) on the complete graph, c = 1 − 1/n or 1/2 − 1/n; v = η² σ² H",
            f"second moments over random pairs; {SWARM}, has the method", Evidence.DERIVED)
def gamma_of_pairs(facts):
    variant, v = _injected(facts)
    edges = facts.graph("edges", "a number of edges")
    need(edges == facts.nodes * (facts.nodes - 1) / 2, "the graph is not complete")
    _need_equal_nodes(facts)
    _need_flat(facts)
    value = potential.complete(variant, facts.nodes, v)
    yield Predicted(value, at_rest(of("consensus_distance")), relative=0.02,
                    lines=(level("consensus_distance", "stationary E Γ", value),))


@prediction("stationary E Γ of pairs on noise alone, any regular graph", "at most c v 2|E|/λ₂",
            f"second moments over random pairs; {SWARM}, has the method", Evidence.DERIVED)
def bound_of_pairs(facts):
    variant, v = _injected(facts)
    need(facts.topology.get("degree_min") == facts.topology.get("degree_max"), "the graph is not regular")
    _need_equal_nodes(facts)
    edges, second = facts.graph("edges", "a number of edges"), facts.graph("laplacian_second", "λ₂ of the Laplacian")
    value = potential.bound(variant, facts.nodes, int(edges), second, v)
    yield Predicted(value, at_rest(of("consensus_distance")), relation=Relation.AT_MOST, relative=0.02)


@prediction("largest E Γ of SwarmSGD", "at most (40 r/λ₂ + 80 r²/λ₂²) n η² H² M²", f"{SWARM}, lemma on the potential",
            Evidence.MEMORY)
def theorem_of_swarm(facts):
    facts.need_kind("swarm_sgd")
    value = bounds.swarm_potential(facts.graph("degree_mean", "degrees"), facts.graph("laplacian_second", "λ₂"),
                                   facts.nodes, facts.eta,
                                   facts.period, facts.constant("M_squared"))
    yield Predicted(value, at_rest(of("consensus_distance")), relation=Relation.AT_MOST,
                    remark="M² is that at the start",
                    lines=(level("consensus_distance", "bound (from memory)", value),))


def _need_flat(facts) -> None:
    """That curvature moves models little between two interactions, in comparison with averaging."""
    pull = 2 * facts.eta * float(facts.curvatures.max()) * facts.period
    need(pull <= 0.02, f"curvature keeps models together, too: 2 η L H = {pull:.2g}, expected at most 0.02")
