"""Checks of runs against the exact moments of the same program, which need no formula."""

from __future__ import annotations

from gossamer.theory.comparison import Comparison
from gossamer.theory.evidence import Evidence
from gossamer.theory.moments import compared
from gossamer.theory.validation.check import Experiment, check

RING = {"kind": "ring", "nodes": 6}
UNEVEN = {"kind": "lognormal", "mean": "10 ms", "sigma": 0.5}
METHODS = {
    "AD-PSGD": ({"kind": "ad_psgd"}, RING), "SwarmSGD": ({"kind": "swarm_sgd", "local_steps": 2}, RING),
    "D-PSGD": ({"kind": "d_psgd"}, RING), "gradient tracking": ({"kind": "gradient_tracking"}, RING),
    "local SGD": ({"kind": "local_sgd", "averaging_period": 4}, {"kind": "complete", "nodes": 6}),
    "asynchronous SGD": ({"kind": "asgd"}, {"kind": "star", "nodes": 7, "center": 6}),
    "push-sum": ({"kind": "sgp"}, {"kind": "directed_ring", "nodes": 6}),
}


@check("Means over runs lie around the exact moments of the same program, asynchronous ones included",
       "linear programs on quadratics with additive noise", Evidence.DERIVED)
def exact_moments(short):
    seeds = tuple({"all": 1, "batches": batch} for batch in range(1, 13 if short else 61))
    model = {"kind": "quadratic", "dimension": 4, "hessian_spread": 0.5, "noise": 1}
    runs = yield {name: Experiment({"step_size": 0.1, **algorithm}, block, model, compute=UNEVEN, seeds=seeds, moments=True,
                                   network={"kind": "alpha_beta", "latency": "2 ms"}, stop={"virtual_time": "600 ms"},
                                   record={"every": "30 ms", "nodes": "none", "gradient_norm": True})
                  for name, (algorithm, block) in METHODS.items()}
    for name, made in runs.items():
        worst = compared(made.traces, made.moments)
        yield f"{name}: {worst.key} at {worst.time:.4g} s, the worst of {worst.records} numbers", Comparison(
            worst.expected, worst.measured, tolerance=worst.room)
