"""Synchronous and asynchronous methods against the slowness of an eighth of the nodes, on equal and on different data."""

from functools import cache

from gossamer.figures import Measure, draw_along, draw_phases
from gossamer.statistics import Costs
from gossamer.studies import Study

study = Study("Who should wait for slow nodes?", sweep="sweep.json", short={
    "seeds": 3, "axes": {"alpha": [0.05, 100], "slowdown": [1, 16]}})

WAITING = ("All-reduce SGD", "Local SGD, H = 8", "D-PSGD")
ASYNCHRONOUS = ("AD-PSGD", "SwarmSGD")


@cache
def coarse(sweep) -> Costs:
    return Costs(sweep, sweep.targets[0])


@cache
def fine(sweep) -> Costs:
    return Costs(sweep, sweep.targets[1])


def slowed(costs: Costs, method: str, alpha: float) -> float:
    """The time with slow nodes that take 16 times as long, over that with equal nodes."""
    labels = {"method": method, "alpha": alpha}
    return costs.ratio({**labels, "slowdown": 16}, {**labels, "slowdown": 1}).mean


@study.claim("To a loss of 0.4, slow nodes delay all nodes if these wait, and hardly if they do not")
def delay(sweep):
    for alpha in sweep.axis("alpha").labels:
        for method in WAITING:
            yield f"{method}, α = {alpha:g}: the factor by nodes 16 times as slow", \
                slowed(coarse(sweep), method, alpha), ">=", 10
        for method in ASYNCHRONOUS:
            yield f"{method}, α = {alpha:g}: the factor by nodes 16 times as slow", \
                slowed(coarse(sweep), method, alpha), "<=", 2


@study.claim("Then AD-PSGD is faster by a factor; without slow nodes it is not")
def gain(sweep):
    costs = coarse(sweep)
    for alpha in sweep.axis("alpha").labels:
        for method in WAITING:
            ratio = costs.ratio(*({"method": each, "alpha": alpha, "slowdown": 16} for each in (method, "AD-PSGD")))
            yield f"{method}, α = {alpha:g}, slow nodes: time over that of AD-PSGD", ratio.mean, ">=", 6
        ratio = costs.ratio(*({"method": each, "alpha": alpha, "slowdown": 1} for each in ("D-PSGD", "AD-PSGD")))
        yield f"D-PSGD, α = {alpha:g}, equal nodes: time over that of AD-PSGD, upper end of the interval", ratio.high, "<=", 1.1


@study.claim("Close to the minimum slow nodes cost asynchronous methods more, since steps on their data are rare")
def fine_target(sweep):
    for method in ASYNCHRONOUS:
        for alpha in (0.05, 100):
            yield f"{method}, α = {alpha:g}: the factor by slow nodes to 0.325, over that to 0.4", \
                slowed(fine(sweep), method, alpha) / slowed(coarse(sweep), method, alpha), ">=", 1.2
    for method in WAITING:
        yield f"{method}, α = 0.05: the same", \
            slowed(fine(sweep), method, 0.05) / slowed(coarse(sweep), method, 0.05), "<=", 1.01


@study.picture("time")
def time_picture(sweep):
    return draw_along(sweep, Measure.to(sweep.targets[0]), "slowdown", group=["method", "alpha"], log="xy")


@study.picture("fine")
def fine_picture(sweep):
    return draw_along(sweep, Measure.to(sweep.targets[1]), "slowdown", group=["method", "alpha"], log="xy")


@study.picture("phases")
def phases_picture(sweep):
    return draw_phases(sweep, Measure.to(sweep.targets[1]), ["slowdown", "alpha"], group=["method"])
