"""Which graph, and which averaging period, on which network: training is made once, and timed on every network."""

from dataclasses import replace
from functools import cache

from gossamer.figures import Measure, draw_along, draw_phases
from gossamer.statistics import Costs
from gossamer.studies import Study
from gossamer.sweeps import retimed

TARGET = {"train_loss": 0.77}
TOPOLOGIES = {"name": "topology", "settings": {
    "all-reduce": {"/algorithm": {"kind": "slowmo", "slow_step_size": 1, "slow_momentum": 0}},
    "exponential": {"/topology": {"kind": "exponential"}},
    "4 random neighbors": {"/topology": {"kind": "random_regular", "degree": 4}},
    "one-peer exponential": {"/topology": {"kind": "one_peer_exponential"}},
    "ring": {"/topology": {"kind": "ring"}}}}
PERIODS = {"name": "H", "key": "/algorithm/local_steps", "values": [1, 4, 16, 64]}
SPOT = 1024  # nodes, with fewer topologies and periods
SIZES = {"name": "n", "values": [64, 256, SPOT]}
LATENCIES = {"key": "/network/latency", "values": [f"{value} ms" for value in (0.1, 0.3, 1, 3, 10, 30, 100)]}
BANDWIDTHS = {"key": "/network/bandwidth", "values": [f"{value} Gbit/s" for value in (0.1, 0.3, 1, 3, 10, 30, 100)]}
HOPELESS = [{"topology": "ring", "H": [16, 64]}, {"topology": "one-peer exponential", "H": 64}]  # more steps than runs have
ARMS = {"base": "experiment.json", "axes": [TOPOLOGIES, PERIODS, SIZES], "derive": {"/topology/nodes": "n"},
        "exclude": [*HOPELESS, {"n": SPOT, "H": [1, 16, 64]}, {"n": SPOT, "topology": "ring"}]}

TRAINING = {**ARMS, "title": "Node-steps of graphs and periods, with the best step size of each", "seeds": 5, "targets": TARGET,
            "tune": {"key": "/algorithm/step_size", "from": 0.03, "to": 3, "grid": 8, "tolerance": 1.25,
                     "objective": {"node_steps": TARGET}}}
TIMING = {**ARMS, "title": "Virtual time of graphs and periods on networks", "axes": [*ARMS["axes"], LATENCIES, BANDWIDTHS],
          "exclude": [*ARMS["exclude"], *({"n": SPOT, axis["key"].rpartition("/")[2]: axis["values"][1:3] + axis["values"][4:6]}
                                          for axis in (LATENCIES, BANDWIDTHS))],
          "set": {"/numerics": "off", "/stop/target_loss": None}}
CORNERS = [{**axis, "values": [axis["values"][0], axis["values"][-1]]} for axis in (LATENCIES, BANDWIDTHS)]
WHOLE = {"base": "experiment.json", "title": "Training on the networks at the corners", "targets": {"train_loss": 1},
         "axes": [TOPOLOGIES, {**PERIODS, "values": [1, 4]}, *CORNERS],
         "set": {"/algorithm/step_size": 0.5, "/stop/node_steps": 256, "/stop/target_loss": 1}}

FEWER = {"exclude": [], "axes": {"topology": ["all-reduce", "exponential", "one-peer exponential", "ring"], "H": [1, 4], "n": [64],
                                 "latency": ["0.1 ms", "100 ms"], "bandwidth": ["0.1 Gbit/s", "100 Gbit/s"]}}
study = Study("Which graph and which averaging period, on which network?",
              sweeps={"training": TRAINING, "timing": TIMING, "whole": WHOLE},
              short={"training": {**FEWER, "seeds": 2}, "timing": FEWER, "whole": {"axes": {"topology": ["all-reduce", "ring"]}}})


def only(sweep, **labels):
    """The cells with these labels, without those axes."""
    cells = [cell for cell in sweep.cells if labels.items() <= cell.labels.items()]
    return replace(sweep, axes=[axis for axis in sweep.axes if axis.name not in labels],
                   cells=[replace(cell, labels={name: each for name, each in cell.labels.items() if name not in labels})
                          for cell in cells])


@cache
def everywhere(sweeps):
    """All runs on all networks."""
    return retimed(sweeps["training"], sweeps["timing"])


@cache
def costs_of(sweeps) -> Costs:
    return Costs(everywhere(sweeps))


@cache
def times(sweeps) -> dict[tuple, float]:
    """The mean virtual time to the target by topology, H, n, latency and bandwidth."""
    costs = costs_of(sweeps)
    return {tuple(cell.labels.values()): costs.mean(**cell.labels) for cell in everywhere(sweeps).cells}


def sizes(sweeps) -> list[int]:
    """The numbers of nodes for which all topologies and periods were tried."""
    return [n for n in everywhere(sweeps).axis("n").labels if n != SPOT]


def corner(latency: int, bandwidth: int) -> tuple[str, str]:
    """A network by the ends of both axes: 0 is the first label, -1 the last."""
    return LATENCIES["values"][latency], BANDWIDTHS["values"][bandwidth]


def best(sweeps, n: int, network: tuple[str, str], topologies=TOPOLOGIES["settings"]) -> dict:
    """The labels of the topology and period with the least time, among some topologies."""
    found = {key: time for key, time in times(sweeps).items() if key[0] in topologies and key[2:] == (n, *network)}
    return dict(zip(("topology", "H", "n", "latency", "bandwidth"), min(found, key=found.get)))


def over_all_reduce(sweeps, n: int, network: tuple[str, str]):
    """The time of all-reduce over that of the best graph, both with their best periods: the mean ratio with its interval."""
    graphs = [name for name in TOPOLOGIES["settings"] if name != "all-reduce"]
    return costs_of(sweeps).ratio(best(sweeps, n, network, ["all-reduce"]), best(sweeps, n, network, graphs))


def time_of(sweeps, n: int, network: tuple[str, str], *topologies: str) -> float:
    """The least time of some topologies."""
    return times(sweeps)[tuple(best(sweeps, n, network, topologies).values())]


def is_whole(sweeps) -> bool:
    """Whether this is not the short form, which lacks long periods."""
    return 64 in everywhere(sweeps).axis("H").labels


@study.claim("Training on another network takes the node-steps of training here, and the time of these node-steps there")
def factors(sweeps):
    whole, timing = sweeps["whole"], only(sweeps["timing"], n=64)
    near, labels = corner(0, -1), ("topology", "H", "latency", "bandwidth")
    here = only(whole, latency=near[0], bandwidth=near[1])
    wanted = {tuple(cell.labels[name] for name in labels) for cell in whole.cells}
    timing = replace(timing, cells=[cell for cell in timing.cells if tuple(cell.labels[name] for name in labels) in wanted])
    derived, measured = Costs(retimed(here, timing)), Costs(whole)
    errors = [derived.mean(**cell.labels) / measured.mean(**cell.labels) - 1 for cell in timing.cells]
    yield "networks, graphs and periods", len(errors), ">=", 8
    yield "the largest error of a time", max(map(abs, errors)), "<=", 0.06


@study.claim("All-reduce is fastest where latency is low, gossip where it is high")
def who(sweeps):
    for n in everywhere(sweeps).axis("n").labels:
        yield f"n = {n}, 0.1 ms, 100 Gbit/s: time of all-reduce over that of the best graph", \
            over_all_reduce(sweeps, n, corner(0, -1)).mean, "<=", 0.98
        if is_whole(sweeps):
            yield f"n = {n}, 0.1 ms, 0.1 Gbit/s: the same", over_all_reduce(sweeps, n, corner(0, 0)).mean, "<=", 0.95
        yield f"n = {n}, 100 ms, 100 Gbit/s: the same, lower end of the interval", \
            over_all_reduce(sweeps, n, corner(-1, -1)).low, ">=", 1.5


@study.claim("At high latency many neighbors are better with much bandwidth, and one at a time with little")
def neighbors(sweeps):
    for n in everywhere(sweeps).axis("n").labels:
        for bandwidth, relation, bound in ((-1, "<=", 0.9), (0, ">=", 2)):
            network = corner(-1, bandwidth)
            many, one = (time_of(sweeps, n, network, name) for name in ("exponential", "one-peer exponential"))
            yield f"n = {n}, {', '.join(network)}: time of the exponential graph over that of the one-peer one", \
                many / one, relation, bound


@study.claim("The best period is 1 on the fastest network, and longer with little bandwidth")
def period(sweeps):
    for n in sizes(sweeps):
        yield f"n = {n}, 0.1 ms, 100 Gbit/s: the best H", best(sweeps, n, corner(0, -1))["H"], "==", 1
        yield f"n = {n}, 0.1 ms, 0.1 Gbit/s: the best H", best(sweeps, n, corner(0, 0))["H"], ">=", 4
        yield f"n = {n}, 100 ms, 0.1 Gbit/s: the best H", best(sweeps, n, corner(-1, 0))["H"], ">=", 4


@study.claim("The ring is nowhere the fastest")
def ring(sweeps):
    others = [name for name in TOPOLOGIES["settings"] if name != "ring"]
    networks = {key[3:] for key in times(sweeps)}
    for n in sizes(sweeps):
        ratios = [time_of(sweeps, n, each, "ring") / time_of(sweeps, n, each, *others) for each in networks]
        yield f"n = {n}: the least time over that of the fastest", min(ratios), ">=", 1.2


@study.claim("No graph with one period is good everywhere")
def nowhere(sweeps):
    found = times(sweeps)
    for n in sizes(sweeps):
        least = {network: min(time for key, time in found.items() if key[2:] == (n, *network))
                 for network in {key[3:] for key in found}}
        worst = {arm: max(found[*arm, n, *network] / time for network, time in least.items())
                 for arm in {key[:2] for key in found if key[2] == n}}
        yield f"n = {n}: the least of the largest factors over the fastest", min(worst.values()), ">=", 1.5


@study.picture("steps")
def steps_picture(sweeps):
    measure = Measure.to(sweeps["training"].targets[0], "node_steps")
    return draw_along(sweeps["training"], measure, "H", group=["topology", "n"], log="xy")


def add_phases(n: int, axis: str) -> None:
    """Pictures of who wins over latency and bandwidth, all other axes at their best."""
    study.picture(f"{axis}_{n}".lower())(lambda sweeps: draw_phases(
        only(everywhere(sweeps), n=n), Measure.to(sweeps["training"].targets[0]), ["latency", "bandwidth"], group=[axis]))


for n, axis in ((64, "topology"), (64, "H"), (256, "topology"), (256, "H")):
    add_phases(n, axis)
