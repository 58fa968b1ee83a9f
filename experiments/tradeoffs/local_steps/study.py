"""The best number of local steps between two averagings, against the latency of the network."""

from dataclasses import replace
from functools import cache

from gossamer.figures import Measure, draw_along, draw_curves
from gossamer.statistics import Costs
from gossamer.studies import Study

study = Study("How many local steps, on which network?", sweep="sweep.json", short={
    "seeds": 3, "axes": {"method": ["SwarmSGD"], "latency": ["0.1 ms", "5 ms", "100 ms"], "H": [1, 4, 32]}})


def methods(sweep):
    return sweep.axis("method").labels


@cache
def costs_of(sweep) -> Costs:
    return Costs(sweep)


def best(sweep, method: str) -> tuple[list[float], list[int]]:
    """Latencies in milliseconds, and the best H of each."""
    costs, axis = costs_of(sweep), sweep.axis("latency")
    return [1e3 * axis.number(label) for label in axis.labels], \
        [costs.best("H", method=method, latency=label) for label in axis.labels]


@study.claim("The best H grows with the latency, and never falls")
def grows(sweep):
    for method in methods(sweep):
        found = best(sweep, method)[1]
        yield f"{method}: the best H at the highest latency over that at the lowest", found[-1] / found[0], ">=", 16
        yield f"{method}: the smallest step of the best H", min(b - a for a, b in zip(found, found[1:])), ">=", 0


@study.claim("SwarmSGD: the best H is 1 at 0.1 ms, 4 at 5 ms and 32 at 100 ms")
def headline(sweep):
    for latency, steps in (("0.1 ms", 1), ("5 ms", 4), ("100 ms", 32)):
        yield f"the best H at {latency}", costs_of(sweep).best("H", method="SwarmSGD", latency=latency), "==", steps


@study.claim("An H that is best at one end of the latencies is not at the other")
def nowhere(sweep):
    costs, ends = costs_of(sweep), [sweep.axis("latency").labels[place] for place in (0, -1)]
    for method in methods(sweep):
        few, many = (costs.best("H", method=method, latency=end) for end in ends)
        for latency, wrong, right, least in ((ends[0], many, few, 1.2), (ends[1], few, many, 4)):
            labels = {"method": method, "latency": latency}
            ratio = costs.ratio({**labels, "H": wrong}, {**labels, "H": right})
            yield f"{method}, {latency}: time with H = {wrong} over that with H = {right}, lower end of the interval", \
                ratio.low, ">=", least


def time_of(sweep, method: str):
    """Time against H with a line for each latency, and rings around the best H."""
    costs = costs_of(sweep)
    shown = replace(sweep, axes=[axis for axis in sweep.axes if axis.name != "method"],
                    cells=[cell for cell in sweep.cells if cell.labels["method"] == method])
    figure = draw_along(shown, Measure.to(sweep.targets[0]), "H", group=["latency"], log="xy")
    for latency in sweep.axis("latency").labels:
        steps = costs.best("H", method=method, latency=latency)
        figure.axes[0].plot([steps], [costs.mean(method=method, latency=latency, H=steps)], linestyle="none", marker="o",
                            markersize=9, markerfacecolor="none", markeredgecolor="black", zorder=5)
    return figure


@study.picture("swarm_sgd")
def swarm_picture(sweep):
    return time_of(sweep, "SwarmSGD")


@study.picture("local_sgd")
def local_picture(sweep):
    return time_of(sweep, methods(sweep)[-1])


@study.picture("best")
def best_picture(sweep):
    figure = draw_curves({method: best(sweep, method) for method in methods(sweep)}, "Latency (ms)",
                         "Best number of local steps H", markers=True, x_log=True)
    steps = sweep.axis("H").labels
    figure.axes[0].set_yticks(steps, map(str, steps))
    figure.axes[0].minorticks_off()
    return figure
