"""Checks of virtual time: closed forms of rounds, collectives, overlap and order statistics."""

from __future__ import annotations

import math

import numpy as np

from gossamer.statistics.intervals import deviation
from gossamer.theory.comparison import Comparison, exactly, on_average, worst
from gossamer.theory.evidence import Evidence
from gossamer.theory.formulas import times
from gossamer.theory.validation.check import Experiment, check
from gossamer.theory.validation.laboratory import Made

NANOSECOND = 0.5e-9  # half of one: times are sums of many doubles
LATENCY, BANDWIDTH, PAYLOAD = 2e-3, 1e9, 400_000  # seconds, bit/s, bytes
PER_BYTE = 8 / BANDWIDTH
MESSAGE = times.message(PAYLOAD, LATENCY, PER_BYTE)
NETWORK = {"kind": "alpha_beta", "latency": "2 ms", "bandwidth": "1 Gbit/s", "payload": "400 kB"}
STEP = 10e-3
STEPS = {"kind": "constant", "step": "10 ms"}
DUTTA = "Dutta et al., AISTATS 2018, arXiv:1803.01113"


def timed(algorithm: str | dict, topology: dict, steps: int, compute: dict, network: dict, **options) -> Experiment:
    options.setdefault("record", {"every_node_steps": steps, "nodes": "none"})
    return Experiment(algorithm, topology, compute=compute, network=network,
                      stop=options.pop("stop", {"node_steps": steps}), **options)


def end_of(made: Made) -> float:
    return made.trace.end["time_s"]


def in_time(predicted: float, measured: float) -> Comparison:
    return exactly(predicted, measured, 1e-9, NANOSECOND)


def per_step(predicted: float, made: Made, parts: int = 20) -> Comparison:
    """Of the time of a node-step, with a standard error by means over parts of the run."""
    steps, moments = made.trace.series("node_steps_per_node", "time_s")
    edges = np.linspace(0, len(steps) - 1, parts + 1).astype(int)
    found = np.diff(moments[edges]) / np.diff(steps[edges])
    return Comparison(predicted, float(moments[-1] / steps[-1]), deviation(found.tolist()) / math.sqrt(parts))


@check("Rounds overlap messages in AWC form and wait for them in ATC form",
       "max and sum of latency + bytes/bandwidth and a step", Evidence.DERIVED)
def rounds(short):
    ring, count = {"kind": "ring", "nodes": 8}, 50
    slow = {**NETWORK, "latency": "20 ms"}
    cases = {(form, name): (network, message) for form in ("awc", "atc")
             for name, network, message in (("short messages", NETWORK, MESSAGE),
                                            ("long messages", slow, MESSAGE + 18e-3))}
    runs = yield {key: timed({"kind": "d_psgd", "form": key[0]}, ring, count, STEPS, network) for key,
                  (network, _) in cases.items()}
    for (form, name), (_, message) in cases.items():
        each = max(STEP, message) if form == "awc" else STEP + message
        yield f"{form}, {name}: the end of {count} rounds (s)", in_time(count * each, end_of(runs[form, name]))


@check("A slow node's delay spreads by one hop a round",
       "F_i(k + 1) = c_i + max F_j(k) over neighbors j and i itself, in CTA form", Evidence.DERIVED)
def slow_node(short):
    nodes, slowdown, end = 12, 3, 40.5
    compute = {"kind": "constant", "step": "1 s", "stragglers": {"kind": "one_slow_node", "node": 0, "slowdown": slowdown}}
    runs = yield {"run": timed({"kind": "d_psgd", "form": "cta"}, {"kind": "ring", "nodes": nodes}, 1, compute, {},
                               stop={"virtual_time": f"{end} s"},
                               record={"every": f"{end} s"})}
    measured = [node["node_steps"] for node in runs["run"].trace.nodes]
    predicted = [times.steps_behind_slow_node(min(node, nodes - node), slowdown, end) for node in range(nodes)]
    yield f"ring of {nodes}, slowdown {slowdown}: rounds that each node has finished", worst(predicted, measured, 0)
    yield f"ring of {nodes}, slowdown {slowdown}: rounds of the node opposite", exactly(predicted[nodes // 2],
                                                                                        measured[nodes // 2])


@check("A straggler costs asynchronous methods its own share alone", "Σ ⌊T/c_i⌋ gradients by time T", Evidence.DERIVED)
def own_share(short):
    nodes, slowdown, end = 8, 4, 100.5
    compute = {"kind": "constant", "step": "1 s", "stragglers": {"kind": "one_slow_node", "node": 0, "slowdown": slowdown}}
    cases = {"AD-PSGD": {"kind": "ad_psgd"}, "SwarmSGD": {"kind": "swarm_sgd", "local_steps": 1}}
    runs = yield {name: timed(algorithm, {"kind": "complete", "nodes": nodes}, 1, compute, {},
                              stop={"virtual_time": f"{end} s"},
                              record={"every": f"{end} s"}) for name, algorithm in cases.items()}
    predicted = (nodes - 1) * math.floor(end) + math.floor(end / slowdown)
    for name in cases:
        yield f"{name}: gradients", exactly(predicted, runs[name].last("node_steps")[0])


@check("All-reduces take what their formulas say, computed and played",
       "rings: 2(n − 1)(a + N b/n); recursive doubling: log₂ n (a + N b); halving and doubling: 2 log₂ n a + "
       "2(1 − 1/n) N b", Evidence.DERIVED)
def all_reduces(short):
    nodes, count = 8, 10
    kinds = ("ring", "recursive_doubling", "rabenseifner", "binomial_tree")
    runs = yield {(kind, way): timed("all_reduce_sgd", {"kind": "complete", "nodes": nodes}, count, STEPS,
                                     {**NETWORK, "all_reduce": kind, "collectives": way})
                  for kind in kinds for way in ("formula", "played")}
    for kind in kinds:
        each = STEP + times.all_reduce(kind, nodes, PAYLOAD, LATENCY, PER_BYTE)
        for way in ("formula", "played"):
            yield f"{kind}, {way}: the end of {count} rounds (s)", in_time(count * each, end_of(runs[kind, way]))


@check("Bytes are counted to the byte", "rounds · degree · bytes of a message; ⌊K/H⌋ all-reduces of 2(n − 1)/n models",
       Evidence.DERIVED)
def bytes_sent(short):
    nodes, count, dimension = 8, 24, 100
    ring = {"kind": "ring", "nodes": nodes}
    model = {"kind": "quadratic", "dimension": dimension}
    inner = {"kind": "choco_sgd", "consensus_step": 0.1}
    cases = {"D-PSGD on a ring": ({"kind": "d_psgd"}, count * 2 * 4 * dimension),
             "D-PSGD, H = 3": ({"kind": "d_psgd", "local_steps": 3}, count // 3 * 2 * 4 * dimension),
             "gradient tracking": ({"kind": "gradient_tracking"}, (2 * count - 1) * 2 * 4 * dimension),
             "CHOCO-SGD, infinity norm, 2 bits": ({**inner, "compressor": {"kind": "infinity_norm", "bits": 2}}, None)}
    runs = yield {name: Experiment({"step_size": 0.01, **algorithm}, ring, model, stop={"node_steps": count},
                                   network={"kind": "alpha_beta", "latency": "1 ms"}) for name,
                  (algorithm, _) in cases.items()}
    for name, (_, predicted) in cases.items():
        made = runs[name]
        if predicted is None:  # nominal: b bits a coordinate and a norm of 32 bits
            bits = made.trace.header["compressor"]["nominal_bits"]
            yield f"{name}: nominal bits of a message", exactly(2 * dimension + 32, bits)
            continue
        yield f"{name}: bytes per node", exactly(predicted, made.last("sent_bytes_per_node")[0])


@check("Synchronous SGD waits for the slowest of n steps: order statistics of the laws of step times",
       "E X_(n:n) of exponential, shifted exponential, uniform, Pareto, Weibull, lognormal, gamma and bimodal times",
       Evidence.DERIVED)
def slowest(short):
    count = 2000 if short else 20000
    delay = times.all_reduce("ring", 8, PAYLOAD, LATENCY, PER_BYTE)
    laws = {"exponential": ({"kind": "exponential", "mean": "1 s"}, times.exponential(1.0)),
            "shifted exponential": ({"kind": "shifted_exponential", "shift": "1 s", "tail": "1 s"},
                                    times.exponential(1.0, 1.0)),
            "uniform": ({"kind": "uniform", "low": "0.5 s", "high": "1.5 s"}, times.uniform(0.5, 1.5)),
            "Pareto, shape 4": ({"kind": "pareto", "mean": "1 s", "shape": 4}, times.pareto(1.0, 4.0)),
            "Weibull, shape 2": ({"kind": "weibull", "mean": "1 s", "shape": 2}, times.weibull(1.0, 2.0)),
            "lognormal": ({"kind": "lognormal", "mean": "1 s", "sigma": 0.5}, times.lognormal(1.0, 0.5)),
            "gamma, shape 4": ({"kind": "gamma", "mean": "1 s", "shape": 4}, times.gamma(1.0, 4.0)),
            "bimodal": ({"kind": "constant", "step": "1 s", "stragglers": {"kind": "bimodal", "probability": 0.05,
                                                                           "slowdown": 4}},
                        times.bimodal(1.0, 0.05, 4.0))}
    runs = yield {(name, nodes): timed("all_reduce_sgd", {"kind": "complete", "nodes": nodes}, count, compute,
                                       {**NETWORK, "all_reduce": "ring"}, record={"every_node_steps": count // 40,
                                                                                  "nodes": "none"})
                  for name, (compute, _) in laws.items() for nodes in ((8, 64) if name == "exponential" else (8,))}
    for (name, nodes), made in runs.items():
        reduce = delay if nodes == 8 else times.all_reduce("ring", nodes, PAYLOAD, LATENCY, PER_BYTE)
        yield f"{name}, {nodes} nodes: time of a round (s)", per_step(laws[name][1].largest(nodes) + reduce, made)


@check("Local SGD waits for the slowest sum of H steps", "E max of n sums of H times, over H", Evidence.DERIVED)
def slowest_sums(short):
    nodes, periods = 16, 400 if short else 4000
    exponential, slow = {"kind": "exponential", "mean": "1 s"}, {"kind": "constant", "step": "1 s", "stragglers": {
        "kind": "bimodal", "probability": 0.05, "slowdown": 4}}
    cases = {("exponential", 5): (exponential, times.slowest_sum(times.exponential(1.0), 5, nodes)),
             ("exponential", 10): (exponential, times.slowest_sum(times.exponential(1.0), 10, nodes)),
             ("bimodal", 8): (slow, times.slowest_bimodal_sum(1.0, 0.05, 4.0, 8, nodes))}
    runs = yield {(law, period): timed({"kind": "local_sgd", "averaging_period": period},
                                       {"kind": "complete", "nodes": nodes},
                                       period * periods, compute, {},
                                       record={"every_node_steps": period * periods // 40, "nodes": "none"})
                  for (law, period), (compute, _) in cases.items()}
    for (law, period), (_, predicted) in cases.items():
        yield f"{law}, H = {period}: time of a step (s)", per_step(predicted / period, runs[law, period])


@check("An update of K-sync SGD and its relatives lasts as long as order statistics say", f"{DUTTA}, section 3",
       Evidence.PAPER)
def k_sync(short):
    workers, seconds = 8, 2000 if short else 20000
    star = {"kind": "star", "nodes": workers + 1, "center": workers}
    laws = {"exponential": ({"kind": "exponential", "mean": "1 s"}, times.exponential(1.0)),
            "uniform": ({"kind": "uniform", "low": "0.5 s", "high": "1.5 s"}, times.uniform(0.5, 1.5))}
    cases = {}
    for law, (compute, found) in laws.items():
        for kept in (2, 6):
            cases[f"K-sync, {law}, K = {kept}"] = ("k_sync", compute, kept, workers, found.order(kept, workers))
            cases[f"K-batch-async, {law}, K = {kept}"] = ("k_batch_async", compute, kept, kept, kept * found.mean / workers)
    for kept in (2, 6):
        compute, found = laws["exponential"]
        cases[f"K-batch-sync, exponential, K = {kept}"] = ("k_batch_sync", compute, kept, workers, kept / workers)
        cases[f"K-async, exponential, K = {kept}"] = ("k_async", compute, kept, kept, found.order(kept, workers))
    runs = yield {name: timed({"kind": kind, "gradients": kept}, star, 1, compute, {},
                              stop={"virtual_time": f"{seconds} s"},
                              record={"every": f"{seconds // 40} s", "nodes": "none"})
                  for name, (kind, compute, kept, _, _) in cases.items()}
    for name, (_, _, kept, down, predicted) in cases.items():
        # Of messages: K gradients up, and models down to those that were waited for.
        moments, messages = runs[name].trace.series("time_s", "messages")
        edges = np.linspace(0, len(moments) - 1, 21).astype(int)
        found = np.diff(moments[edges]) / (np.diff(messages[edges]) / (kept + down))
        yield f"{name}: time of an update (s)", on_average(predicted, found.tolist())


@check("Overlapped all-reduces follow T_i(s) = max(T_i(s − 1) + Y_i(s), R(s − 1))",
       "Wang, Liang, Joshi, ICASSP 2020, arXiv:2002.09539, have the method", Evidence.DERIVED)
def overlap(short):
    nodes, count, latency = 4, 24, "40 ms"
    network = {**NETWORK, "latency": latency, "all_reduce": "recursive_doubling"}
    delay = times.all_reduce("recursive_doubling", nodes, PAYLOAD, 40e-3, PER_BYTE)
    speeds = {"equal nodes": [1.0] * nodes, "one slow node": [3.0] + [1.0] * (nodes - 1)}
    methods = {"overlap local SGD": "overlap_local_sgd", "CoCoD-SGD": "cocod_sgd"}
    runs = yield {(method, case, period): timed(
        {"kind": kind, "averaging_period": period}, {"kind": "complete", "nodes": nodes}, count,
        {**STEPS, "stragglers": {"kind": "one_slow_node", "node": 0, "slowdown": speeds[case][0]}}
        if speeds[case][0] > 1 else STEPS,
        network) for method, kind in methods.items() for case in speeds for period in (2, 12)}
    for method, case, period in runs:
        durations = np.tile(period * STEP * np.array(speeds[case]), (count // period, 1))
        yield f"{method}, {case}, H = {period}: the end (s)", in_time(
            float(times.overlapped(durations, delay).max()), end_of(runs[method, case, period]))


@check("Rounds of nodes with different exponential rates", "Σ over subsets S of (−1)^{|S|+1}/Σ_{i∈S} u_i", Evidence.DERIVED)
def rates(short):
    count = 3000 if short else 30000
    compute = {"kind": "exponential", "mean": "1 s", "stragglers": {"kind": "node_speeds", "speeds": [1, 2, 3]}}
    runs = yield {"run": timed("all_reduce_sgd", {"kind": "complete", "nodes": 3}, count, compute, {},
                               record={"every_node_steps": count // 40, "nodes": "none"})}
    yield "rates 1, 2, 3: time of a round (s)", per_step(times.slowest_of_rates([1, 2, 3]), runs["run"])
