"""SwarmSGD and the methods that its paper compares it with: loss per step, per byte and per second; scaling; Γ against H and λ₂."""

import numpy as np

from gossamer.figures import draw_curves, draw_traces
from gossamer.studies import Study

study = Study("SwarmSGD: no rounds, local steps, eight bits", base="softmax.json")

EIGHT_BITS = {"kind": "lattice", "colors": 256, "y_max": 1, "hash": True}
COMPARED = {
    "SwarmSGD": {"kind": "swarm_sgd", "local_steps": 2},
    "SwarmSGD, 8 bits": {"kind": "swarm_sgd", "local_steps": 2, "compressor": EIGHT_BITS},
    "SwarmSGD, blocking": {"kind": "swarm_sgd", "local_steps": 2, "variant": "blocking"},
    "AD-PSGD": {"kind": "ad_psgd"},
    "D-PSGD": {"kind": "d_psgd"},
    "SGP": {"kind": "sgp"},
    "Local SGD": {"kind": "local_sgd", "averaging_period": 8},
    "All-reduce SGD": {"kind": "all_reduce_sgd"},
}
for name, algorithm in COMPARED.items():
    study.run(name, {"/algorithm": {"step_size": 0.1, **algorithm}})
LOCAL_STEPS = (1, 2, 4, 8)
for steps in LOCAL_STEPS:
    study.run(f"SwarmSGD, H = {steps}", {"/algorithm/local_steps": steps})

SIZES = (8, 16, 32, 64, 128, 256, 512)
SCALED = {
    "SwarmSGD": {"kind": "swarm_sgd", "local_steps": 3},
    "AD-PSGD": {"kind": "ad_psgd"},
    "D-PSGD": {"kind": "d_psgd"},
    "Local SGD": {"kind": "local_sgd", "averaging_period": 3},
    "All-reduce SGD": {"kind": "all_reduce_sgd"},
}
for name, algorithm in SCALED.items():
    for nodes in SIZES:
        study.run(f"{name} on {nodes}", {"/algorithm": algorithm, "/topology/nodes": nodes}, base="timing.json")

N, ETA, DIMENSION = 16, 0.1, 50
GRAPHS = {"complete": {"kind": "complete", "nodes": N}, "torus": {"kind": "torus", "rows": 4, "columns": 4},
          "ring": {"kind": "ring", "nodes": N}}
LAMBDA = {"complete": N, "torus": 2.0, "ring": 2 - 2 * np.cos(2 * np.pi / N)}  # of D − A, the second smallest
DEGREE = {"complete": N - 1, "torus": 4, "ring": 2}
for graph, topology in GRAPHS.items():
    for steps in LOCAL_STEPS:
        study.run(f"Noise, {graph}, H = {steps}",
                  {"/topology": topology,
                   "/algorithm": {"kind": "swarm_sgd", "step_size": ETA, "local_steps": steps, "steps": "geometric"},
                   "/record": {"every_node_steps": 12, "nodes": "none"}}, base="noise.json")


def seconds_to(trace, target: float) -> float:
    reached = trace.first_at_most("train_loss", target)
    return reached["time_s"] if reached else np.inf


def gamma(trace) -> tuple[float, float]:
    """Stationary Γ, and its standard error by means over twenty parts of the run's second half: by then the models have
    been at rest around the minimum, which their curvature of 0.01 pulls them to in 1/(0.01 η) = 1000 steps, for long."""
    values = trace.series("time_s", "consensus_distance")[1]
    parts = np.array_split(values[len(values) // 2:], 20)
    means = np.array([part.mean() for part in parts])
    return float(means.mean()), float(means.std(ddof=1) / np.sqrt(len(means)))


@study.claim("Where some nodes are slow, SwarmSGD needs less time than whoever waits for them")
def per_second(runs):
    target = 1.1 * runs["All-reduce SGD"].samples[-1]["train_loss"]
    swarm = seconds_to(runs["SwarmSGD"], target)
    for name in ("D-PSGD", "SGP", "All-reduce SGD"):
        yield f"time of {name} to a loss of {target:.3g}, over that of SwarmSGD", \
            seconds_to(runs[name], target) / swarm, ">=", 1.5


@study.claim("Eight bits send a quarter of the bytes for the same loss, and no message is read amiss")
def eight_bits(runs):
    plain, coded = (runs[name].samples[-1] for name in ("SwarmSGD", "SwarmSGD, 8 bits"))
    yield "loss, over that of SwarmSGD", coded["train_loss"] / plain["train_loss"], "<=", 1.02
    yield "bytes an interaction, over those of SwarmSGD", \
        coded["sent_bytes"] / coded["interactions"] / (plain["sent_bytes"] / plain["interactions"]), "<=", 0.2515
    yield "messages read amiss", coded["decode_failures"], "==", 0


@study.claim("A step of SwarmSGD takes as long on 512 nodes as on 8; one of all-reduce SGD takes ever longer")
def scaling(runs):
    for name, most in (("SwarmSGD", 1.25), ("AD-PSGD", 1.25)):
        yield f"{name}: time on 512 nodes over that on 8", \
            runs[f"{name} on 512"].end["time_s"] / runs[f"{name} on 8"].end["time_s"], "<=", most
    yield "All-reduce SGD: time on 512 nodes over that on 8", \
        runs["All-reduce SGD on 512"].end["time_s"] / runs["All-reduce SGD on 8"].end["time_s"], ">=", 2


@study.claim("Γ of noise is v (n − 1)²/n on the complete graph, within four standard errors")
def potential(runs):
    for steps in LOCAL_STEPS:
        v = ETA**2 * DIMENSION * steps  # E ‖η · the sum of H gradients‖²
        mean, error = gamma(runs[f"Noise, complete, H = {steps}"])
        yield f"H = {steps}: distance from theory in standard errors", abs(mean - v * (N - 1) ** 2 / N) / error, "<=", 4


@study.claim("Γ grows with H and with 1/λ₂, and stays below c v n r/λ₂")
def graphs(runs):
    for graph in GRAPHS:
        one, eight = (gamma(runs[f"Noise, {graph}, H = {steps}"])[0] for steps in (1, 8))
        # Curvature takes a share of 2 η ν H a step of all nodes, averaging one of λ₂/r at least.
        curvature = 2 * ETA * 0.01 * 8 * DEGREE[graph] / LAMBDA[graph]
        yield f"{graph}: Γ at H = 8 over that at H = 1, less 8, in eighths", abs(eight / one / 8 - 1), "<=", \
            0.03 + curvature
        bound = (1 - 1 / N) * ETA**2 * DIMENSION * N * DEGREE[graph] / LAMBDA[graph]
        yield f"{graph}: Γ at H = 1 over its bound", one / bound, "<=", 1.02
    order = [gamma(runs[f"Noise, {graph}, H = 1"])[0] for graph in ("complete", "torus", "ring")]
    yield "torus over complete", order[1] / order[0], ">", 1
    yield "ring over torus", order[2] / order[1], ">", 1


@study.picture("seconds")
def seconds_picture(runs):
    return draw_traces([runs[name] for name in COMPARED], "time", ["loss", "consensus"])


@study.picture("bytes")
def bytes_picture(runs):
    return draw_traces([runs[name] for name in COMPARED], "bytes", ["loss"])


@study.picture("steps")
def steps_picture(runs):
    return draw_traces([runs[name] for name in COMPARED], "node_steps", ["loss"])


@study.picture("local_steps")
def local_steps_picture(runs):
    return draw_traces([runs[f"SwarmSGD, H = {steps}"] for steps in LOCAL_STEPS], "bytes", ["loss", "consensus"])


@study.picture("scaling")
def scaling_picture(runs):
    curves = {name: (SIZES, [1e3 * runs[f"{name} on {nodes}"].end["time_s"] / 200 for nodes in SIZES])
              for name in SCALED}
    return draw_curves(curves, "Nodes", "Time of a node-step (ms)", markers=True, x_log=True)


@study.picture("gamma")
def gamma_picture(runs):
    curves = {graph: (LOCAL_STEPS, [gamma(runs[f"Noise, {graph}, H = {steps}"])[0] for steps in LOCAL_STEPS])
              for graph in GRAPHS}
    return draw_curves(curves, "Local steps H", "Consensus distance $\\Gamma$", markers=True, x_log=True)
