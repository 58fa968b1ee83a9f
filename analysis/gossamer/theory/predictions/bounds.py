"""Bounds of theorems on gradients and losses."""

from __future__ import annotations

import numpy as np

from gossamer.theory.comparison import Relation
from gossamer.theory.evidence import Evidence
from gossamer.theory.facts import EVERY_STEP, need
from gossamer.theory.formulas import bounds
from gossamer.theory.predictions.measures import Measured, at_rest, column, largest_factor_per_round, mean_over_steps, of
from gossamer.theory.predictions.registry import Line, Predicted, level, prediction


def _gap(facts) -> float:
    """f(x̄_0) − f*."""
    return float(np.mean([column(trace, "train_loss")[0][0] for trace in facts.traces])) - facts.constant("f_star")


def _spread(facts) -> float:
    """The mean of Γ/n over all runs."""
    return float(np.mean([mean_over_steps(of("consensus_distance"))(trace).value for trace in facts.traces])) / facts.nodes


@prediction("mean over the run of E ‖∇f(x̄)‖²", "at most 2 (f(x̄_0) − f*)/(η K) + L² mean Γ/n + L η σ²/n",
            'descent lemma on the mean; the form of the theorem in Jiang, Agrawal, "Adaptive periodic averaging", '
            'arXiv:2007.06134', Evidence.DERIVED)
def descent(facts):
    facts.need_plain_mean()
    need(facts.momentum == 0, "momentum changes the step")
    need(facts.kind in EVERY_STEP and facts.algorithm.get("local_steps", 1) == 1,
         "records see models only after several steps, not Γ between them")
    facts.need_lockstep()
    L = facts.smoothness
    need(facts.eta * L <= 1, f"η L = {facts.eta * L:.3g}, expected at most 1")
    steps = float(column(facts.traces[0], "node_steps_per_node")[0][-1])
    value = bounds.descent(_gap(facts), L, facts.eta, steps, _spread(facts), facts.sigma_squared, facts.nodes)
    yield Predicted(value, mean_over_steps(lambda trace: column(trace, "gradient_norm")[0] ** 2), relation=Relation.AT_MOST,
                    relative=0.02,  # the mean is taken over records
                    lines=(level("gradient_norm", "√ of the bound of the mean square", value**0.5),))


@prediction("mean over the run of E ‖∇f(x̄)‖², D-PSGD",
            "at most 8 L (f(0) − f*)/K + (8 (f(0) − f*) + 4 L) σ/√(K n), η = 1/(2L + σ √(K/n))",
            "Lian et al., NeurIPS 2017, arXiv:1705.09056, corollary of the theorem", Evidence.MEMORY)
def d_psgd(facts):
    facts.need_kind("d_psgd")
    L, sigma2 = facts.smoothness, facts.sigma_squared
    steps = float(column(facts.traces[0], "node_steps_per_node")[0][-1])
    eta = 1 / (2 * L + (sigma2 * steps / facts.nodes) ** 0.5)
    need(0.5 <= facts.eta / eta <= 2, f"is about η = {eta:.3g}, and this η is {facts.eta:.3g}")
    value = bounds.d_psgd(_gap(facts), L, steps, sigma2, facts.nodes)
    yield Predicted(value, mean_over_steps(lambda trace: column(trace, "gradient_norm")[0] ** 2), relation=Relation.AT_MOST)


@prediction("E F − F* of K-sync SGD at rest", "at most η L σ²/(2 μ K), if η ≤ 1/(2L)",
            'Dutta, Joshi, Ghosh, Dube, Nagpurkar, "Slow and stale gradients can win the race", AISTATS 2018, '
            'arXiv:1803.01113', Evidence.PAPER)
def k_sync(facts):
    facts.need_kind("k_sync", "all_reduce_sgd")
    facts.need_noise(True)
    need(facts.momentum == 0, "momentum changes the step")
    need(str(facts.model.get("kind")).startswith("quadratic"),
         "needs gradients whose variance does not grow with the gradient")
    L, mu = facts.constant("L"), facts.constant("mu")
    need(facts.eta <= 1 / (2 * L) * (1 + 1e-9), f"η is {facts.eta:.3g}, expected at most 1/(2L) = {1 / (2 * L):.3g}")
    kept = facts.nodes if facts.kind == "all_reduce_sgd" else int(facts.algorithm.get("gradients", 4))
    need(facts.kind == "all_reduce_sgd" or facts.model.get("gradient_spread") == 0 or kept == facts.nodes,
         "nodes differ: the first K gradients are no unbiased gradient of f")
    value = bounds.sync_error(0.0, L, mu, facts.eta, 10**9, facts.sigma_squared, kept)
    lines = [level("suboptimality", "bound of the floor", value)]
    if facts.kind == "all_reduce_sgd":
        gap = _gap(facts)
        lines = [Line("suboptimality", "bound", lambda steps: value + (1 - facts.eta * mu) ** steps * (gap - value))]
    yield Predicted(value, at_rest(of("suboptimality")), relation=Relation.AT_MOST, lines=tuple(lines))


@prediction("mean over the run of E ‖∇f(x̄)‖², AD-PSGD",
            "at most 20 L (f(x_0) − f*)/K + 2 (f(x_0) − f* + L) √(σ² + 6 ζ²)/√K, K gradients in all, "
            "η = n/(10 L + √(σ² + 6 ζ²) √K)", "Lian et al., ICML 2018, arXiv:1710.06952, corollary", Evidence.MEMORY)
def ad_psgd(facts):
    facts.need_kind("ad_psgd")
    L, noise = facts.smoothness, facts.sigma_squared + 6 * facts.constant("zeta_squared_start")
    gradients = float(column(facts.traces[0], "node_steps")[0][-1])
    eta = facts.nodes / (10 * L + (noise * gradients) ** 0.5)
    need(0.5 <= facts.eta / eta <= 2, f"is about η = {eta:.3g}, and this η is {facts.eta:.3g}")
    gap = _gap(facts)
    value = 20 * L * gap / gradients + 2 * (gap + L) * (noise / gradients) ** 0.5
    yield Predicted(value, mean_over_steps(lambda trace: column(trace, "gradient_norm")[0] ** 2), relation=Relation.AT_MOST,
                    remark="ζ² is that at the start")


@prediction("mean over the run of E ‖∇f(x̄)‖², SwarmSGD",
            "at most 4 (f(x_0) − f*)/(H √T) + 2304 H² max(1, L²) M² (r²/λ₂² + 1)/√T, T interactions, "
            "η = n/√T", "Nadiradze et al., NeurIPS 2021, arXiv:1910.12308, theorem for geometric H", Evidence.MEMORY)
def swarm(facts):
    facts.need_kind("swarm_sgd")
    L, count = facts.smoothness, float(column(facts.traces[0], "interactions")[0][-1])
    eta = facts.nodes / count**0.5
    need(0.5 <= facts.eta / eta <= 2, f"is about η = n/√T = {eta:.3g}, and this η is {facts.eta:.3g}")
    ratio = facts.graph("degree_mean", "degrees") / facts.graph("laplacian_second", "λ₂ of the Laplacian")
    noise = 2304 * facts.period**2 * max(1, L**2) * facts.constant("M_squared") * (ratio**2 + 1)
    value = (4 * _gap(facts) / facts.period + noise) / count**0.5
    yield Predicted(value, mean_over_steps(lambda trace: column(trace, "gradient_norm")[0] ** 2), relation=Relation.AT_MOST,
                    remark="M² is that at the start")


def _need_descent(facts) -> float:
    """That the mean model makes steps of gradient descent with η ≤ 1/L; returns η."""
    facts.need_kind("all_reduce_sgd")
    facts.need_noise(False)
    need(facts.momentum == 0 and not facts.algorithm.get("weight_decay"), "momentum or weight decay changes the step")
    L = facts.smoothness
    need(facts.eta * L <= 1 + 1e-9, f"η L = {facts.eta * L:.3g}, expected at most 1")
    return facts.eta


@prediction("largest factor of f(x) − f* in a step of gradient descent", "at most 1 − η μ, if η ≤ 1/L",
            "descent lemma and the Polyak–Łojasiewicz inequality, which μ-strongly convex functions have", Evidence.DERIVED)
def gradient_descent(facts):
    eta = _need_descent(facts)
    has_mu = str(facts.model["kind"]).startswith(("quadratic", "linear")) or facts.model.get("l2", 0) > 0
    need(has_mu, "without l2 there is no strong convexity that holds for all models")
    star = facts.constant("f_star")

    def gaps(trace) -> np.ndarray:
        found = column(trace, "train_loss")[0] - star
        return np.where(found > 1e-9 * found[0], found, 0.0)  # f* has rounding

    yield Predicted(1 - eta * facts.constant("mu"), largest_factor_per_round(gaps, 1.0), relation=Relation.AT_MOST,
                    relative=1e-6)


@prediction("f(x) − f* at the end of gradient descent", "at most ‖x_0 − x*‖²/(2 η K), if f is convex and η ≤ 1/L",
            "descent lemma and convexity", Evidence.DERIVED)
def convex_descent(facts):
    eta = _need_descent(facts)
    steps = float(column(facts.traces[0], "node_steps_per_node")[0][-1])
    star, distance = facts.constant("f_star"), facts.constant("distance_start_squared")

    def gap(trace) -> Measured:
        return Measured(float(column(trace, "train_loss")[0][-1]) - star)

    key, level_of = ("suboptimality", 0.0) if facts.traces[0].has("suboptimality") else ("train_loss", star)
    words = "‖x_0 − x*‖²/(2 η k)" if key == "suboptimality" else "f* + ‖x_0 − x*‖²/(2 η k)"
    bound = Line(key, words, lambda k: level_of + distance / (2 * eta * np.maximum(k, 1.0)))
    yield Predicted(distance / (2 * eta * steps), gap, relation=Relation.AT_MOST, lines=(bound,))
