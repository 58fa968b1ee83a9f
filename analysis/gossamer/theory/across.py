"""Predictions about cells beside each other: the best averaging period, and the length of the transient."""

from __future__ import annotations

import math

import numpy as np

from gossamer.statistics.intervals import mean
from gossamer.theory.comparison import Relation, Verdict
from gossamer.theory.evidence import Evidence
from gossamer.theory.facts import PERIODS, DoesNotApply, Facts, OtherAlgorithm, computing, need
from gossamer.theory.formulas import bounds
from gossamer.theory.rows import Row, Rows
from gossamer.traces.trace import Trace

BEST = ("best averaging period H at the end of the run",
        "√(2 (f(x_0) − f*) D/(η³ L² σ² T)), the minimum of a bound over H; D the all-reduce",
        'Wang, Joshi, "Adaptive communication strategies", SysML 2019, arXiv:1810.08313: the bound from memory, its '
        'minimum derived',
        Evidence.MEMORY)
TRANSIENT = ("steps until the error is below twice that of synchronous SGD",
             "of the order ρ⁴ n³/(1 − ρ)² with equal nodes, ρ⁴ n³/(1 − ρ)⁴ "
             "with different ones; constants are unknown",
             "rate of D-PSGD; Chen et al., ICML 2021, arXiv:2105.09080, abstract", Evidence.ABSTRACT)
FACTOR = 2.0  # that periods, which are tried in powers of 2, leave open
CLOSE = 1.1  # a factor of f − f* that is no difference


def add_comparisons(found: list[Rows]) -> None:
    """Adds the rows to the cells that they are about."""
    _add(found, BEST, _best_period)
    _add(found, TRANSIENT, _transient)


def _add(found: list[Rows], texts: tuple, compare) -> None:
    for cell in found:
        try:
            with computing():
                cell.rows.append(compare(found, cell))
        except DoesNotApply as reason:
            cell.rows.append(Row(*texts, Verdict.NOT_APPLICABLE, reason=str(reason),
                                 is_of_others=isinstance(reason, OtherAlgorithm)))


def _without_period(cell: Rows) -> dict:
    configuration = dict(cell.traces[0].configuration)
    algorithm = dict(configuration.get("algorithm") or {})
    algorithm.pop(PERIODS.get(algorithm.get("kind"), ""), None)
    return {**configuration, "algorithm": algorithm, "seed": None, "title": None, "stop": None, "record": None}


def _best_period(found: list[Rows], cell: Rows) -> Row:
    facts = Facts(cell.traces)
    facts.need_kind("local_sgd", "cpsgd")
    alike = [other for other in found if _without_period(other) == _without_period(cell)]
    need(len(alike) >= 3, "needs runs with at least three periods beside each other")
    need(alike[0] is cell, "see the first of these cells")
    end = min(trace.samples[-1]["time_s"] for other in alike for trace in other.traces)
    gap = float(cell.traces[0].samples[0]["train_loss"]) - facts.constant("f_star")
    predicted = max(1.0, bounds.best_period(gap, facts.all_reduce, facts.eta, facts.constant("L"),
                                            facts.sigma_squared, end))
    star = facts.constant("f_star")
    losses = {Facts(other.traces).period: mean([_loss_before(trace, end) for trace in other.traces]) - star
              for other in alike}
    best = min(losses, key=losses.get)
    nearest = min(losses, key=lambda period: abs(math.log(period / predicted)))
    as_good = losses[nearest] <= CLOSE * losses[best]
    is_near = abs(math.log(best / nearest)) <= math.log(FACTOR) * (1 + 1e-9)
    verdict = Verdict.AGREES if as_good or is_near else Verdict.VIOLATED
    return Row(*BEST, verdict, predicted, Relation.EQUAL, float(best),
               reason=f"of the periods that were tried {nearest} is nearest, and leaves "
                      f"{losses[nearest] / losses[best]:.3g} times the f − f* of the "
               f"best; agrees within a factor of {FACTOR:g} of H, or of {CLOSE:g} of f − f*")


def _loss_before(trace: Trace, time: float) -> float:
    """The mean over the last tenth of that time."""
    moments, losses = trace.series("time_s", "train_loss")
    inside = (moments >= 0.9 * time) & (moments <= time * (1 + 1e-9))
    return float(losses[inside].mean()) if inside.any() else float(np.interp(time, moments, losses))


def _transient(found: list[Rows], cell: Rows) -> Row:
    facts = Facts(cell.traces)
    facts.need_kind("d_psgd")
    facts.need_noise(True)
    others = [other for other in found if Facts(other.traces).kind == "all_reduce_sgd"
              and other.traces[0].configuration.get("model") == cell.traces[0].configuration.get("model")
              and Facts(other.traces).nodes == facts.nodes
              and Facts(other.traces).algorithm.get("step_size") == facts.algorithm.get("step_size")]
    need(bool(others), "needs runs of all_reduce_sgd with the same model, step size and number of nodes beside these")
    spread = facts.constant("zeta_star_squared")
    predicted = bounds.transient_steps(facts.nodes, facts.rho, spread > 1e-12)
    steps, ours = _errors(cell)
    _, theirs = _errors(others[0])
    length = min(len(ours), len(theirs))
    above = np.flatnonzero(ours[:length] > 2 * theirs[:length])
    measured = float(steps[0])
    if len(above):
        measured = float(steps[above[-1] + 1]) if above[-1] + 1 < length else math.inf
    need(math.isfinite(measured),
         f"after {steps[length - 1]:g} steps the error is still above twice that of synchronous SGD; theory's order "
         f"is {predicted:.3g}")
    return Row(*TRANSIENT, Verdict.WITHIN if measured <= 10 * predicted else Verdict.VIOLATED, predicted,
               Relation.AT_MOST, measured,
               reason="only orders of magnitude are compared: violated means ten times as long")


def _errors(cell: Rows) -> tuple[np.ndarray, np.ndarray]:
    """(1/n) Σ ‖x_i − x*‖² over node-steps, the mean over seeds."""
    length = min(len(trace.samples) for trace in cell.traces)
    for trace in cell.traces:
        need(trace.has("distance_to_optimum", "consensus_distance"), "no sample has the distance to the optimum")
    steps = cell.traces[0].series("node_steps_per_node")[0][:length]
    return steps, np.mean([trace.squared_error()[:length] for trace in cell.traces], axis=0)
