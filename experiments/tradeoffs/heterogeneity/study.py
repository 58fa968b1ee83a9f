"""Methods with and without a correction for different data, each with its best step size, against how much data differ."""

from dataclasses import replace
from functools import cache

from gossamer.figures import Measure, draw_along, draw_phases
from gossamer.statistics import Costs
from gossamer.studies import Study

study = Study("Who copes with different data?", sweep="sweep.json", short={
    "seeds": 3, "exclude": [{"method": "Gradient tracking", "H": 4}],
    "axes": {"method": ["D-PSGD", "Gradient tracking", "LED", "FedAvg", "FedProx, μ = 1", "SCAFFOLD"], "alpha": [1, 100], "H": [1, 4]},
    "tune": {"key": "/algorithm/step_size", "from": 0.05, "to": 2, "tolerance": 1.5,
             "objective": {"time": {"train_loss": 0.668}}}})

CORRECTED = ("K-GT", "LED", "SCAFFOLD")
PLAIN = ("D-PSGD", "Local SGD", "FedAvg")
PROXIMAL = ("FedProx, μ = 0.1", "FedProx, μ = 1")


@cache
def costs_of(sweep) -> Costs:
    return Costs(sweep)


@cache
def with_best_periods(sweep):
    """The sweep in which each method has its best H, for each alpha."""
    return costs_of(sweep).tuned("H")


@cache
def best_costs(sweep) -> Costs:
    return Costs(with_best_periods(sweep))


def present(sweep, methods: tuple[str, ...]) -> list[str]:
    return [method for method in methods if method in sweep.axis("method").labels]


@study.claim("With 4 local steps, different data cost methods with a correction little, and others a factor")
def drift(sweep):
    costs = costs_of(sweep)
    for methods, relation, bound in ((CORRECTED, "<=", 2), (PLAIN, ">=", 5)):
        for method in present(sweep, methods):
            differing, equal = (costs.mean(method=method, alpha=alpha, H=4) for alpha in (1, 100))
            yield f"{method}: time with α = 1 over that with α = 100", differing / equal, relation, bound


@study.claim("On different data methods without a correction are best with 1 local step, those with one with more")
def periods(sweep):
    for methods, relation, steps in ((CORRECTED, ">=", 4), (PLAIN, "==", 1)):
        for method in present(sweep, methods):
            yield f"{method}, α = 1: the best H", costs_of(sweep).best("H", method=method, alpha=1), relation, steps


@study.claim("There the correction makes servers twice as fast, and gossip more; on equal data it gains nothing")
def gain(sweep):
    for plain, corrected, least in (("FedAvg", "SCAFFOLD", 2), ("D-PSGD", "LED", 3)):
        ratio = best_costs(sweep).ratio(*({"method": method, "alpha": 1} for method in (plain, corrected)))
        yield f"{plain}, α = 1, best H: time over that of {corrected}", ratio.mean, ">=", least
        ratio = costs_of(sweep).ratio(*({"method": method, "alpha": 100, "H": 4} for method in (plain, corrected)))
        yield f"{plain}, α = 100, H = 4: time over that of {corrected}", ratio.mean, "<=", 1.1


@study.claim("Gradient tracking does not feel different data, but takes twice the time of LED, which does not either")
def tracking(sweep):
    costs = costs_of(sweep)
    differing, equal, other = ({"method": method, "alpha": alpha, "H": 1}
                               for method, alpha in (("Gradient tracking", 1), ("Gradient tracking", 100), ("LED", 1)))
    yield "time with α = 1 over that with α = 100", costs.ratio(differing, equal).mean, "<=", 1.3
    yield "α = 1, H = 1: time over that of LED", costs.ratio(differing, other).mean, ">=", 2


@study.claim("FedProx is nowhere faster than FedAvg")
def proximal(sweep):
    for method in present(sweep, PROXIMAL):
        ratios = [best_costs(sweep).ratio(*({"method": each, "alpha": alpha} for each in (method, "FedAvg"))).mean
                  for alpha in sweep.axis("alpha").labels]
        yield f"{method}, best H: the least time over that of FedAvg", min(ratios), ">=", 0.98


def with_four_steps(sweep):
    """The cells with four local steps, and those of a method that has no others than one."""
    kept = [cell for cell in sweep.cells if cell.labels["H"] == 4 or cell.labels["method"] == "Gradient tracking"]
    cells = [replace(cell, labels={name: label for name, label in cell.labels.items() if name != "H"}) for cell in kept]
    return replace(sweep, axes=[axis for axis in sweep.axes if axis.name != "H"], cells=cells)


@study.picture("four")
def four_picture(sweep):
    return draw_along(with_four_steps(sweep), Measure.to(sweep.targets[0]), "alpha", group=["method"], log="xy")


@study.picture("best")
def best_picture(sweep):
    return draw_along(with_best_periods(sweep), Measure.to(sweep.targets[0]), "alpha", group=["method"], log="xy")


@study.picture("phases")
def phases_picture(sweep):
    return draw_phases(sweep, Measure.to(sweep.targets[0]), ["alpha", "H"], group=["method"])
