"""ADPSGD against constant periods, QSGD and full communication: training loss, variance of the models, time."""

import numpy as np

from gossamer.figures import draw_curves, draw_traces
from gossamer.studies import Study

study = Study("ADPSGD: periods that keep the variance of the models proportional to the step size", base="training.json")

TRAINED = {  # a law that never moves is CPSGD, and its trace has the variance, too
    "ADPSGD": {},
    "CPSGD, period 8": {"/algorithm/first_period": 8, "/algorithm/low": 0, "/algorithm/high": 1e9},
}
for name, settings in TRAINED.items():
    study.run(name, {**settings, "/record/every_node_steps": 1})
OTHERS = {"Full communication": {"kind": "all_reduce_sgd", "optimizer": {"kind": "momentum", "momentum": 0.9}},
          "QSGD, 8 bits": {"kind": "qsgd", "levels": 127, "bucket_size": 512, "momentum": 0.9}}
STEP_SIZE = {"kind": "step_decay", "base": 0.1, "steps": [800, 1600], "factor": 0.1}
for name, algorithm in OTHERS.items():
    study.run(name, {"/algorithm": {**algorithm, "step_size": STEP_SIZE}})
# The seed decides the data, the initial models and the minibatches.
SEEDS = (2, 3)
for seed in SEEDS:
    for name, settings in TRAINED.items():
        study.run(f"{name}, seed {seed}", {**settings, "/seed": seed, "/record/every_node_steps": 40})

# Noise on n nodes around the minimum of λ/2 ‖x‖²: E Γ after j steps is (n − 1) d η² φ(j), see `growth`.
study.run("Noise", base="noise.json")
N, D, LAMBDA, ETA, FIRST, SAMPLED, DROP = 16, 1000, 0.2, 0.1, 4, 80, 120

# Models of the paper with their parameters: GoogLeNet and VGG16 for CIFAR-10, the others for ImageNet.
PARAMETERS = {"GoogLeNet": 6166250, "VGG16": 14728266, "ResNet-50": 25557032, "AlexNet": 61100840}
PUBLISHED = {100: (1.14, 1.27), 10: (1.46, 1.95)}  # the lowest and the highest speedup over full communication, by Gbit/s
PERIOD = 8  # of ADPSGD, on average


def all_reduce(payload: float, gigabits: float) -> float:
    """Seconds of an all-reduce around a ring of 16 without latency."""
    return 2 * (1 - 1 / N) * payload / (gigabits * 1e9 / 8)


def ratio(speedup: float) -> float:
    """All-reduce over step at which a period of 8 gives this speedup: (1 + r)/(1 + r/8)."""
    return (speedup - 1) / (1 - speedup / PERIOD)


# Step times are not published. This one gives GoogLeNet the lowest published speedup at 10 Gbit/s. The bandwidth that
# the network of 100 Gbit/s has in effect gives it the lowest one there.
STEP = all_reduce(4 * PARAMETERS["GoogLeNet"], 10) / ratio(PUBLISHED[10][0])
EFFECTIVE = 10 * ratio(PUBLISHED[10][0]) / ratio(PUBLISHED[100][0])
FITTED = f"{EFFECTIVE:.3g} Gbit/s"
NETWORKS = {"100 Gbit/s": 100.0, FITTED: EFFECTIVE, "10 Gbit/s": 10.0}
for model, parameters in PARAMETERS.items():
    for network, gigabits in NETWORKS.items():
        times = {"/network/payload": f"{4 * parameters} B", "/network/bandwidth": f"{gigabits!r} Gbit/s",
                 "/compute/step": f"{1e3 * STEP!r} ms"}
        study.run(f"{model}, {network}, full", times, base="timing.json")
        study.run(f"{model}, {network}, periods of 8", {
            **times, "/algorithm": {"kind": "adpsgd", "first_period": PERIOD, "sample_until": PERIOD}}, base="timing.json")


def averagings(trace):
    """The steps after which models were averaged, and S = Γ/n just before. The trace has a record for each step."""
    steps, gamma = trace.series("node_steps_per_node", "consensus_distance")
    averaged = gamma > 1e-8 * gamma.max()  # else Γ is rounding
    return steps[averaged], gamma[averaged] / N


def growth(steps: int, eta: float) -> float:
    """φ(j) = 1 + ρ² + … + ρ^{2(j − 1)} with ρ = 1 − η λ."""
    return float(np.sum((1 - eta * LAMBDA) ** (2 * np.arange(steps))))


def final_loss(trace) -> float:
    return trace.samples[-1]["train_loss"]


def bytes_sent(trace) -> float:
    return trace.samples[-1]["sent_bytes_per_node"]


def periods_per_averaging(trace) -> float:
    """Steps per all-reduce of models, by the bytes."""
    payload = trace.header["payload_bytes"]
    sums = 2 * (1 - 1 / N) * (payload + 8)  # a model and a number
    return trace.samples[-1]["node_steps_per_node"] * sums / bytes_sent(trace)


@study.claim("ADPSGD ends with a lower training loss than a constant period of 8, and sends less")
def less_for_more(runs):
    for suffix in ("", *(f", seed {seed}" for seed in SEEDS)):
        adaptive, constant = runs[f"ADPSGD{suffix}"], runs[f"CPSGD, period 8{suffix}"]
        yield f"loss over that of CPSGD{suffix}", final_loss(adaptive) / final_loss(constant), "<=", 0.95
        yield f"bytes over those of CPSGD{suffix}", bytes_sent(adaptive) / bytes_sent(constant), "<=", 0.95


@study.claim("Its variance follows the step size: where η falls to a hundredth, S/η falls less than with a constant period")
def follows(runs):
    kept = {}
    for name in TRAINED:
        steps, variance = averagings(runs[name])
        kept[name] = variance[steps > 2000].mean() / 0.001 / (variance[(steps > 600) & (steps <= 800)].mean() / 0.1)
    yield "S/η in the last sixth over that before η falls: ADPSGD over CPSGD", \
        kept["ADPSGD"] / kept["CPSGD, period 8"], ">=", 2


@study.claim("On noise S/η is (1 − 1/n) d η φ(4) in the sampling phase, within four standard errors")
def sampling(runs):
    steps, variance = averagings(runs["Noise"])
    seen = variance[steps <= SAMPLED] / ETA
    expected = (1 - 1 / N) * D * ETA * growth(FIRST, ETA)
    error = expected * np.sqrt(2 / ((N - 1) * D) / len(seen))  # Γ is χ² with (n − 1) d degrees of freedom
    yield "distance from theory in standard errors", abs(seen.mean() - expected) / error, "<=", 4


@study.claim("If η falls to a tenth, the period grows by one an averaging up to the least with η φ(H) ≥ 0.7 of before")
def climb(runs):
    steps = averagings(runs["Noise"])[0]
    periods = np.diff(steps, prepend=0)
    yield "periods other than 4 before the fall", np.sum(periods[steps <= DROP] != FIRST), "==", 0
    goal = next(h for h in range(1, 1000) if ETA / 10 * growth(h, ETA / 10) >= 0.7 * ETA * growth(FIRST, ETA))
    # At the goal itself the variance exceeds the threshold by less than its standard deviation.
    yield "last period", periods[-1], ">=", goal
    yield "last period", periods[-1], "<=", goal + 1
    climbing = periods[(steps > DROP) & (periods > FIRST)]
    yield "largest increase from one period to the next", np.diff(climbing).max(), "==", 1


@study.claim("Times are those of the cost model: (1 + r)/(1 + r/H), r the all-reduce over the step")
def cost_model(runs):
    for model, parameters in PARAMETERS.items():
        for network, gigabits in NETWORKS.items():
            r = all_reduce(4 * parameters, gigabits) / STEP
            # ADPSGD also averages a number of 8 bytes.
            s = all_reduce(8, gigabits) / STEP
            yield f"{model}, {network}: error of the speedup", \
                abs(speedup(runs, model, network) / ((1 + r) / (1 + (r + s) / PERIOD)) - 1), "<=", 1e-6
    adaptive, full = runs["ADPSGD"], runs["Full communication"]
    r = all_reduce(adaptive.header["payload_bytes"], 10) / 0.065
    yield "ADPSGD that learns: error of the speedup with its mean period", abs(
        per_step(full) / per_step(adaptive) / ((1 + r) / (1 + r / periods_per_averaging(adaptive))) - 1), "<=", 1e-3


def per_step(trace) -> float:
    return trace.end["time_s"] / trace.samples[-1]["node_steps_per_node"]


def speedup(runs, model: str, network: str) -> float:
    return per_step(runs[f"{model}, {network}, full"]) / per_step(runs[f"{model}, {network}, periods of 8"])


@study.claim("If GoogLeNet has the lowest published speedups, its step time gives VGG16 the highest")
def published(runs):
    for network, gigabits in ((FITTED, 100), ("10 Gbit/s", 10)):
        yield f"VGG16, {network}: speedup over the highest published at {gigabits} Gbit/s, less 1", \
            abs(speedup(runs, "VGG16", network) / PUBLISHED[gigabits][1] - 1), "<=", 0.05


@study.claim("ADPSGD sends less than half of what QSGD sends, and its steps take half the time")
def quantized(runs):
    adaptive, quantized, full = (runs[name] for name in ("ADPSGD", "QSGD, 8 bits", "Full communication"))
    dimension = quantized.header["problem"]["dimension"]
    share = (8 * dimension + 32 * -(-dimension // 512)) / (32 * dimension)  # of 255 levels; a norm for 512 coordinates
    yield "payload of ADPSGD a step, over that of QSGD", 1 / periods_per_averaging(adaptive) / share, "<=", 0.5
    # Codes cannot be added on the way: a node passes on those of all others, n/2 times the share of full communication.
    yield "bytes of QSGD around a ring, over n/2 times the share of its codes in those of full communication, less 1", \
        abs(bytes_sent(quantized) / bytes_sent(full) / (N / 2 * share) - 1), "<=", 0.01
    yield "time of a step of ADPSGD, over that of QSGD", per_step(adaptive) / per_step(quantized), "<=", 0.55


@study.table("Speedup over full communication with periods of 8, and step times by which it would be what is published")
def speedups(runs):
    yield "", "payload (MB)", *NETWORKS, "step for 1.46 (ms)", "for 1.95 (ms)"
    for model, parameters in PARAMETERS.items():
        implied = (1e3 * all_reduce(4 * parameters, 10) / ratio(bound) for bound in PUBLISHED[10])
        yield model, 4e-6 * parameters, *(speedup(runs, model, network) for network in NETWORKS), *implied
    yield "published, lowest", "", PUBLISHED[100][0], PUBLISHED[100][0], PUBLISHED[10][0], "", ""
    yield "published, highest", "", PUBLISHED[100][1], PUBLISHED[100][1], PUBLISHED[10][1], "", ""


@study.table("Training, 2400 steps")
def training(runs):
    target = final_loss(runs["ADPSGD"])
    yield "", "loss", "steps per averaging", "GB per node", "time (s)", f"time to {target:.3g} (s)"
    for name in ("ADPSGD", "CPSGD, period 8", "Full communication", "QSGD, 8 bits"):
        trace = runs[name]
        reached = trace.first_at_most("train_loss", target)
        yield name, final_loss(trace), periods_per_averaging(trace) if name in TRAINED else 1.0, \
            1e-9 * bytes_sent(trace), trace.end["time_s"], reached["time_s"] if reached else "never"


@study.picture("loss")
def loss_picture(runs):
    return draw_traces([runs[name] for name in ("ADPSGD", "CPSGD, period 8", "Full communication", "QSGD, 8 bits")],
                       "node_steps", ["loss"])


@study.picture("variance")
def variance_picture(runs):
    return draw_curves({name: averagings(runs[name]) for name in TRAINED}, "Node-steps per node",
                       "Variance S of the models")


@study.picture("periods")
def periods_picture(runs):
    curves = {}
    for name, title in (("ADPSGD", "Perceptron"), ("Noise", "Noise")):
        steps = averagings(runs[name])[0]
        curves[title] = (steps, np.diff(steps, prepend=0))
    return draw_curves(curves, "Node-steps per node", "Averaging period H", y_log=False)
