"""Expected times of steps, rounds and updates under the laws of time."""

from __future__ import annotations

from gossamer.theory.evidence import Evidence
from gossamer.theory.facts import need
from gossamer.theory.formulas import times
from gossamer.theory.predictions.measures import Measured, column, last, time_per_step, time_per_update
from gossamer.theory.predictions.registry import Predicted, prediction

DUTTA = "Dutta et al., AISTATS 2018, arXiv:1803.01113"
CLOSE = 2e-3  # a share: the first and the last round of a run are not as the others
LOCAL = ("local_sgd", "cpsgd")


@prediction("seconds of a step of synchronous SGD", "E X_(n:n) + the all-reduce", "order statistics", Evidence.DERIVED)
def synchronous(facts):
    facts.need_kind("all_reduce_sgd")
    yield Predicted(facts.law.largest(facts.nodes) + facts.all_reduce, time_per_step, relative=CLOSE)


@prediction("seconds of a step of local SGD", "(E max of n sums of H steps + the all-reduce)/H", "order statistics",
            Evidence.DERIVED)
def local(facts):
    facts.need_kind(*LOCAL)
    slowest = times.slowest_sum(facts.law, facts.period, facts.nodes)
    if slowest is None and facts.law.words == "bimodal steps":
        compute = facts.configuration["compute"]
        probability, slowdown = (compute["stragglers"][key] for key in ("probability", "slowdown"))
        step = facts.law.mean / (1 + (slowdown - 1) * probability)
        slowest = times.slowest_bimodal_sum(step, probability, slowdown, facts.period, facts.nodes)
    need(slowest is not None, f"there is no formula for the largest of sums of {facts.law.words}")
    yield Predicted((slowest + facts.all_reduce) / facts.period, time_per_step, relative=CLOSE)


@prediction("speed-up of local SGD over synchronous SGD in time", "(1 + r)/(1 + r/H), r the all-reduce over a step",
            "equal steps",
            Evidence.DERIVED)
def speed_up(facts):
    facts.need_kind(*LOCAL)
    need(facts.law.words == "equal steps", "steps are not equal")
    step, delay = facts.law.mean, facts.all_reduce
    ratio = delay / step

    def measure(trace):
        found = time_per_step(trace)
        return type(found)((step + delay) / found.value, (found.error or 0) * (step + delay) / found.value**2)

    yield Predicted((1 + ratio) / (1 + ratio / facts.period), measure, relative=CLOSE)


@prediction("seconds of a round of D-PSGD", "AWC: max(step, message); ATC and CTA: step + message",
            "equal steps, equal messages", Evidence.DERIVED)
def d_psgd(facts):
    facts.need_kind("d_psgd")
    need(facts.law.words == "equal steps",
         "with random steps delays spread from neighbor to neighbor, and there is no closed form")
    form = facts.algorithm.get("form", "awc")
    work = facts.period * facts.law.mean
    each = max(work, facts.message) if form == "awc" else work + facts.message
    yield Predicted(each / facts.period, time_per_step, relative=CLOSE)


@prediction("seconds of a step with overlapped all-reduces", "max(H steps, all-reduce)/H",
            "equal steps; Wang, Liang, Joshi, ICASSP 2020, "
            "arXiv:2002.09539, have the method", Evidence.DERIVED)
def overlap(facts):
    facts.need_kind("overlap_local_sgd", "cocod_sgd")
    need(facts.law.words == "equal steps", "with random steps there is a recursion, and no closed form")
    yield Predicted(max(facts.period * facts.law.mean, facts.all_reduce) / facts.period, time_per_step, relative=0.02)


@prediction("seconds of an update of the K-sync family",
            "K-sync E X_(K:n); K-batch-async K E X/n; exponential: K-batch-sync K E X/n, K-async "
            "E X_(K:n)", f"{DUTTA}, section 3", Evidence.PAPER)
def k_sync(facts):
    facts.need_kind("k_sync", "k_batch_sync", "k_async", "k_batch_async", "asgd")
    # Messages take 2 per gradient: they are part of an update only if they take time.
    need(facts.message <= 1e-6 * facts.law.mean, "messages take time, which the formula leaves out")
    kept = 1 if facts.kind == "asgd" else int(facts.algorithm.get("gradients", 4))
    workers, law = facts.nodes, facts.law
    if facts.kind in ("k_batch_sync", "k_async"):
        need(law.memoryless, f"steps are no exponential times ({law.words})")
    value = law.order(kept, workers) if facts.kind in ("k_sync", "k_async") else kept * law.mean / workers
    down = workers if facts.kind in ("k_sync", "k_batch_sync") else kept
    yield Predicted(value, time_per_update(kept + down), relative=CLOSE)


@prediction("seconds of a node-step of asynchronous pairwise methods", "E X: nobody waits",
            "non-blocking exchanges that take no time", Evidence.DERIVED)
def asynchronous(facts):
    facts.need_kind("ad_psgd", "swarm_sgd")
    need(facts.kind == "ad_psgd" or facts.algorithm.get("variant", "nb1") == "nb1", "some wait for their partners")
    need(facts.message <= 1e-3 * facts.law.mean, "messages take time, for which an initiator waits")
    yield Predicted(facts.law.mean, time_per_step, relative=0.02)


@prediction("interactions over those of n Poisson clocks", "1: there are n T/E X by time T",
            "superposition of Poisson clocks", Evidence.DERIVED)
def interactions(facts):
    facts.need_kind("randomized_gossip", "swarm_sgd", "ad_psgd")
    need(facts.kind != "swarm_sgd" or facts.algorithm.get("variant", "nb1") == "nb1", "some wait for their partners")
    need(facts.law.memoryless, f"interactions come by {facts.law.words}")
    need(facts.message <= 1e-3 * facts.law.mean, "messages take time")
    need("node_steps" not in (facts.configuration.get("stop") or {}),
         "nodes stop one after another, each after its own steps")
    rate = facts.nodes / (facts.law.mean * (facts.period if facts.kind == "swarm_sgd" else 1))

    def measure(trace) -> Measured:
        moments, count = column(trace, "time_s", "interactions")
        expected = rate * moments[-1]
        need(expected >= 20, "there are too few interactions")
        return Measured(float(count[-1] / expected), expected**-0.5)

    yield Predicted(1.0, measure)


@prediction("bytes that a node sends", "rounds · degree · bytes of a model",
            "D-PSGD sends its model to each neighbor in each round", Evidence.DERIVED)
def bytes_sent(facts):
    facts.need_kind("d_psgd")
    facts.need_simulation()
    need(not facts.topology.get("directed"), "the graph is directed")
    need(facts.topology.get("period") is None and facts.topology.get("matchings") is None,
         "neighbors change from round to round")
    end = facts.traces[0].end or {}
    need(end.get("reason") == "node_steps", "the run ended within a round")
    rounds = float(column(facts.traces[0], "node_steps_per_node")[0][-1]) / facts.period
    yield Predicted(rounds * facts.graph("degree_mean", "degrees") * facts.payload, last("sent_bytes_per_node"))
