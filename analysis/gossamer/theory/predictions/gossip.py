"""Averaging alone."""

from __future__ import annotations

import numpy as np

from gossamer.theory.comparison import Relation
from gossamer.theory.evidence import Evidence
from gossamer.theory.facts import need
from gossamer.theory.predictions.measures import Measured, column, factor_per_step, largest_factor_per_round, of, resolution, second
from gossamer.theory.predictions.registry import Line, Predicted, prediction

XIAO = 'Xiao, Boyd, "Fast linear iterations for distributed averaging", Systems & Control Letters 53, 2004'
BOYD = 'Boyd, Ghosh, Prabhakar, Shah, "Randomized gossip algorithms", IEEE Trans. Inf. Theory 52(6), 2006'


def _decay(facts, factor: float, words: str) -> tuple[Line, ...]:
    start = float(column(facts.traces[0], "consensus_distance")[0][0])
    return (Line("consensus_distance", words, lambda steps: start * factor ** (2 * steps)),)


@prediction("largest factor of √Γ in a round", "ρ = ‖W − 11ᵀ/n‖₂", XIAO, Evidence.DERIVED)
def contraction(facts):
    facts.need_kind("gossip")
    yield Predicted(facts.rho, largest_factor_per_round(of("consensus_distance"), 0.5), relation=Relation.AT_MOST,
                    relative=resolution(facts.traces[0]).relative,
                    lines=_decay(facts, facts.rho, "Γ(0) ρ^(2k)"))


@prediction("factor of √Γ in a round, in the long run", "ρ, if the start has a part along the slowest mode of W", XIAO,
            Evidence.DERIVED)
def asymptotic_contraction(facts):
    facts.need_kind("gossip")
    need(facts.rho > 1e-9, "one round averages exactly")
    facts.graph("second_eigenvalue", "eigenvalues of a symmetric W")
    yield Predicted(facts.rho, factor_per_step(of("consensus_distance"), 0.5, second(facts.spectrum[1:])), relative=0.01)


@prediction("factor of E Γ in an interaction", "at most 1 − λ₂/(2|E|) on regular graphs", BOYD, Evidence.DERIVED)
def random_pairs(facts):
    facts.need_kind("randomized_gossip")
    need(facts.topology.get("degree_min") == facts.topology.get("degree_max"), "the graph is not regular")
    need(facts.law.memoryless, f"ticks come by {facts.law.words}: initiators are not independent and uniform")
    edges, second = facts.graph("edges", "a number of edges"), facts.graph("laplacian_second", "λ₂ of the Laplacian")

    def measure(trace) -> Measured:
        count, gamma = column(trace, "interactions", "consensus_distance")
        inside = (gamma > 1e-20 * gamma[0]) & (count > 0)
        need(inside.sum() >= 10, "there are too few interactions")
        logs, made = np.log(gamma[inside] / gamma[0]), count[inside]
        return Measured(float(np.exp(logs @ made / (made @ made))))

    # The logarithm of Γ falls faster than E Γ: the typical run is below the mean.
    yield Predicted(1 - second / (2 * edges), measure, relation=Relation.AT_MOST)


@prediction("factor of √Γ in a round of CHOCO-Gossip without compression", "‖(1 − γ) I + γ W − 11ᵀ/n‖₂",
            "recursion with public copies that are the models; Koloskova, Stich, Jaggi, ICML 2019, arXiv:1902.00340, "
            "have the method",
            Evidence.DERIVED)
def choco(facts):
    facts.need_kind("choco_gossip")
    need((facts.algorithm.get("compressor") or {}).get("kind") in ("identity", "none"), "messages are compressed")
    step = float(facts.algorithm.get("consensus_step", 1))
    modes = 1 - step + step * facts.spectrum[1:]
    yield Predicted(float(np.abs(modes).max()), factor_per_step(of("consensus_distance"), 0.5, second(modes)),
                    relative=0.01)
