"""Where runs without noise end, and how fast they come there, on quadratics of which all nodes share the Hessian."""

from __future__ import annotations

import numpy as np

from gossamer.theory.comparison import Relation
from gossamer.theory.evidence import Evidence
from gossamer.theory.facts import EXACT, need
from gossamer.theory.formulas import rates
from gossamer.theory.predictions.measures import (at_rest, column, factor_per_step, of, own_error, resolution, second,
                                                   share_left, squared_distance)
from gossamer.theory.predictions.registry import Line, Predicted, level, prediction

LIAN = "Lian et al., NeurIPS 2017, arXiv:1705.09056"
MODES = {"nids": rates.nids, "exact_diffusion": rates.nids, "d2": rates.d2, "extra": rates.extra}


def _zero(facts) -> float:
    """A share of what was there at the start that is none."""
    return max(1e-12, resolution(facts.traces[0]).end)


@prediction("share of the squared error that an exact method leaves", "0: its fixed point is x* on all nodes",
            "fixed points of EXTRA, NIDS, exact diffusion, D², gradient tracking, LEAD, SCAFFOLD", Evidence.DERIVED)
def exact_methods(facts):
    facts.need_kind(*sorted(EXACT))
    facts.need_noise(False)
    need(facts.constant("mu") > 0, "f is not strongly convex")
    need(not facts.algorithm.get("inexact"), "several local steps make the method inexact")
    zero = _zero(facts)
    yield Predicted(0.0, share_left(own_error, zero), absolute=zero)


@prediction("share of ‖x̄ − x*‖² that is left", "0: with one Hessian the mean of the models has no bias",
            "x̄ ← x̄ − η ḡ", Evidence.DERIVED)
def unbiased_mean(facts):
    facts.need_plain_mean()
    facts.need_noise(False)
    facts.need_lockstep()
    need(facts.eta * float(facts.curvatures.max()) < 2 * (1 + facts.momentum), "the step size makes the mean model diverge")
    zero = _zero(facts)
    yield Predicted(0.0, share_left(squared_distance, zero), absolute=zero)


@prediction("factor of ‖x̄ − x*‖ in a step", "1 − η μ; with momentum the larger root of z² − (1 − η μ + β) z + β",
            "x̄ ← x̄ − η ḡ with one Hessian", Evidence.DERIVED)
def mean_rate(facts):
    facts.need_plain_mean()
    facts.need_noise(False)
    facts.need_lockstep()
    qs = 1 - facts.eta * facts.curvatures
    factors = rates.heavy_ball(qs, facts.momentum)
    predicted = float(factors.max())
    need(predicted < 1, f"diverges: the mean model grows by {predicted:.4g} in a step")
    start = float(column(facts.traces[0], "distance_to_optimum")[0][0])
    yield Predicted(predicted, factor_per_step(squared_distance, 0.5, second(factors)),
                    absolute=0.1 * (1 - predicted) + 1e-6,
                    lines=(Line("distance_to_optimum", "slowest mode, from the start",
                                lambda steps: start * predicted**steps),))


@prediction("factor of the error of all models in a round", "the largest root over the modes of W and of the Hessian",
            "characteristic polynomials of EXTRA, NIDS, exact diffusion, D², gradient tracking, LEAD", Evidence.DERIVED)
def exact_rate(facts):
    facts.need_kind(*MODES, "gradient_tracking", "lead")
    facts.need_noise(False)
    need(facts.algorithm.get("local_steps", 1) == 1, "there are several local steps in a round")
    mode = MODES.get(facts.kind)
    if facts.kind == "gradient_tracking":
        mode = rates.tracking_atc if facts.algorithm.get("form", "atc") == "atc" else rates.tracking
    if facts.kind == "lead":
        need((facts.algorithm.get("compressor") or {}).get("kind") == "identity", "messages are compressed")
        step = float(facts.algorithm.get("consensus_step", 1))
        mode = lambda lam, q: rates.nids(lam, q, step)  # noqa: E731
    qs = 1 - facts.eta * facts.curvatures
    factors = rates.factors_of(mode, facts.spectrum, qs)
    predicted = float(factors.max())
    need(predicted < 1, f"diverges: the largest root is {predicted:.4g}")
    yield Predicted(predicted, factor_per_step(own_error, 0.5, second(factors)), absolute=0.1 * (1 - predicted))


@prediction("stationary Γ of different nodes without noise",
            "η² n ζ*² times between the smallest and the largest squared gain of a mode of W",
            f"modes of the fixed point with one Hessian; {LIAN}, has the method", Evidence.DERIVED)
def bias(facts):
    facts.need_kind("d_psgd", "dmsgd", "all_reduce_sgd")
    facts.need_noise(False)
    need(facts.algorithm.get("local_steps", 1) == 1, "there are several local steps in a round")
    need(facts.kind != "all_reduce_sgd", "all models are equal")
    form = facts.algorithm.get("form", "awc" if facts.kind == "d_psgd" else "atc")
    need(form in ("awc", "atc"), f"there is no formula here for the form {form}")
    eta = facts.eta / (1 - facts.momentum)
    spread = facts.constant("zeta_star_squared")
    lam, a = np.meshgrid(facts.spectrum[1:], facts.curvatures)
    gain = 1 / (1 - lam + eta * a) if form == "awc" else lam / (1 - lam * (1 - eta * a))
    largest = eta**2 * facts.nodes * spread * float((gain**2).max())
    zero = resolution(facts.traces[0]).end * eta**2 * facts.nodes * spread  # of models that are equal
    yield Predicted(largest, at_rest(of("consensus_distance")), relation=Relation.AT_MOST, absolute=zero,
                    lines=(level("consensus_distance", "bound of the bias", largest),))
    least = eta**2 * facts.nodes * spread * float((gain**2).min())
    yield Predicted(least, at_rest(of("consensus_distance")), relation=Relation.AT_LEAST, words="by the smallest gain")


@prediction("factor of Γ in a step of overlap local SGD", "((1 − α)² (1 − η μ)^(2H))^(1/H) with the pullback α",
            "boundary matrix with one Hessian; Wang, Liang, Joshi, ICASSP 2020, arXiv:2002.09539, have the method",
            Evidence.DERIVED)
def pullback(facts):
    facts.need_kind("overlap_local_sgd")
    facts.need_noise(False)
    need(facts.momentum == 0, "momentum changes the step")
    alpha = float(facts.algorithm.get("pullback", 0.6))
    need(alpha < 1, "a pullback of 1 makes all models equal")
    slowest = float(np.abs(1 - facts.eta * facts.curvatures).max())
    predicted = ((1 - alpha) ** 2 * slowest ** (2 * facts.period)) ** (1 / facts.period)
    yield Predicted(predicted, factor_per_step(of("consensus_distance")), absolute=0.1 * (1 - predicted))
