"""Overlap local SGD and CoCoD-SGD: communication that hides behind local steps, and stragglers."""

from math import factorial

import numpy as np

from gossamer.figures import draw_curves
from gossamer.studies import Study

study = Study("Overlap local SGD: all-reduces behind local steps", base="timing.json")

N = 16
PUBLISHED = (0.346, 0.015)  # communication over computation of ResNet-18: synchronous SGD, and overlapped with τ = 2


def all_reduce(payload: float, bits_per_second: float) -> float:
    """Seconds of an all-reduce around a ring without latency."""
    return 2 * (1 - 1 / N) * payload / (bits_per_second / 8)


# ResNet-18 over 40 Gbit/s: a step lasts so long that synchronous SGD has the published ratio.
PAYLOAD, STEPS = 44695848, 480
STEP = all_reduce(PAYLOAD, 40e9) / PUBLISHED[0]
METHODS = {
    "Synchronous SGD": lambda period: {"kind": "all_reduce_sgd"},
    "Local SGD": lambda period: {"kind": "local_sgd", "averaging_period": period},
    "Overlap local SGD": lambda period: {"kind": "overlap_local_sgd", "averaging_period": period},
    "CoCoD-SGD": lambda period: {"kind": "cocod_sgd", "averaging_period": period},
}
OVERLAPPED = ("Overlap local SGD", "CoCoD-SGD")
LAWS = {  # of a step, with the mean STEP
    "equal steps": {"kind": "constant", "step": f"{1e3 * STEP!r} ms"},
    "steps that vary by 10 %": {"kind": "lognormal", "mean": f"{1e3 * STEP!r} ms", "sigma": 0.1},
}
for law, compute in LAWS.items():
    for name, algorithm in METHODS.items():
        study.run(f"{name}, {law}", {"/algorithm": algorithm(2), "/compute": compute})

# Ten times less bandwidth: an all-reduce lasts longer than three steps.
PERIODS = (1, 2, 4, 8)
SLOWDOWN = 3
for name in ("Local SGD", *OVERLAPPED):
    for period in PERIODS:
        slow = {"/algorithm": METHODS[name](period), "/network/bandwidth": "4 Gbit/s", "/compute": LAWS["equal steps"]}
        study.run(f"{name}, 4 Gbit/s, τ = {period}", slow)
        study.run(f"{name}, one straggler, τ = {period}", {
            **slow, "/compute": {**LAWS["equal steps"], "stragglers": {"kind": "one_slow_node", "slowdown": SLOWDOWN}}})

# Steps of random length with a mean of one second, all-reduces of half a second.
RANDOM_PERIODS = (1, 4, 16)
RANDOM = {
    "exponential steps": {"kind": "exponential", "mean": "1 s"},
    "slow steps": {"kind": "constant", "step": "1 s", "stragglers": {"kind": "bimodal", "probability": 0.05, "slowdown": 4}},
}
for law, compute in RANDOM.items():
    for name in ("Local SGD", *OVERLAPPED):
        for period in RANDOM_PERIODS:
            study.run(f"{name}, {law}, τ = {period}", {"/algorithm": METHODS[name](period), "/compute": compute},
                      base="straggler.json")

PULLS = (0.2, 0.4, 0.6, 0.8)
for pull in PULLS:
    study.run(f"Pullback {pull}", {"/algorithm/pullback": pull}, base="pullback.json")

TRAINED = {name: algorithm(2) for name, algorithm in METHODS.items()}
for name, algorithm in TRAINED.items():
    study.run(f"Training: {name}", {"/algorithm": {**algorithm, "step_size": 0.1}, "/title": name}, base="training.json")


def recursion(durations: np.ndarray, duration: float) -> float:
    """The end of overlapped periods: T_i(s) = max(T_i(s−1) + Y_i(s), R(s−1)), R(s) = max_j T_j(s) + t; Y is periods × n."""
    ends, delivered = np.zeros(durations.shape[1]), 0.0
    for each in durations:
        ends = np.maximum(ends + each, delivered)
        delivered = ends.max() + duration
    return float(ends.max())


def blocking(durations: np.ndarray, duration: float) -> float:
    """The end of periods that wait for their all-reduce."""
    return float(np.sum(durations.max(axis=1) + duration))


def expected_end(name: str, durations: np.ndarray, duration: float) -> float:
    return recursion(durations, duration) if name in OVERLAPPED else blocking(durations, duration)


@study.claim("With equal steps the time is that of the recursion: a period lasts max(τ steps, all-reduce)")
def recursion_holds(runs):
    duration = all_reduce(PAYLOAD, 4e9)
    speeds = {"4 Gbit/s": np.ones(N), "one straggler": np.array([SLOWDOWN] + [1] * (N - 1))}
    for name in ("Local SGD", *OVERLAPPED):
        for case, slower in speeds.items():
            for period in PERIODS:
                durations = np.tile(period * STEP * slower, (STEPS // period, 1))
                seen = runs[f"{name}, {case}, τ = {period}"].end["time_s"]
                yield f"{name}, {case}, τ = {period}: relative error", \
                    abs(seen / expected_end(name, durations, duration) - 1), "<=", 1e-9


def communication(trace) -> float:
    """The time beyond that of the gradients, over that of the gradients."""
    return trace.end["time_s"] / (trace.samples[-1]["node_steps_per_node"] * STEP) - 1


@study.claim("With equal steps an all-reduce shorter than τ steps costs nothing; without overlap it costs 1/τ of itself")
def hidden(runs):
    law = "equal steps"
    yield "synchronous SGD: communication over computation, less 0.346", \
        abs(communication(runs[f"Synchronous SGD, {law}"]) - PUBLISHED[0]), "<=", 1e-9
    yield "local SGD, τ = 2: communication over computation, less 0.346/2", \
        abs(communication(runs[f"Local SGD, {law}"]) - PUBLISHED[0] / 2), "<=", 1e-9
    for name in OVERLAPPED:
        yield f"{name}, τ = 2: communication over computation", abs(communication(runs[f"{name}, {law}"])), "<=", 1e-9


def time_per_step(trace) -> tuple[float, float]:
    """Seconds, and their standard error by twenty parts of the run."""
    steps, times = trace.series("node_steps_per_node", "time_s")
    edges = np.linspace(0, len(steps) - 1, 21).astype(int)
    parts = np.diff(times[edges]) / np.diff(steps[edges])
    return float(times[-1] / steps[-1]), float(parts.std(ddof=1) / np.sqrt(len(parts)))


def drawn(law: str, period: int, periods: int) -> np.ndarray:
    """Durations of periods by a law of RANDOM; not those of the runs."""
    draws = np.random.default_rng(7)
    if law == "exponential steps":
        return draws.gamma(period, 1.0, (periods, N))
    return period + 3.0 * draws.binomial(period, 0.05, (periods, N))


def mean_maximum(law: str, period: int) -> float:
    """E max of n sums of `period` steps, exactly: ∫ 1 − F(t)ⁿ dt."""
    if law == "exponential steps":
        t = np.linspace(0, 20 * period, 400001)
        below = 1 - np.exp(-t) * sum(t**k / factorial(k) for k in range(period))
        return float(np.trapz(1 - below**N, t))
    q = 0.05
    mass = [factorial(period) / factorial(m) / factorial(period - m) * q**m * (1 - q) ** (period - m)
            for m in range(period + 1)]
    return period + 3 * float(np.sum(1 - np.cumsum(mass)[:-1] ** N))


@study.claim("With random steps the time of a step is E max/τ + t/τ if nodes wait, and that of the recursion if they do not")
def random_steps(runs):
    for law in RANDOM:
        for period in RANDOM_PERIODS:
            periods = 48000 // period
            ends = [recursion(part, 0.5) * 20 / 48000 for part in np.split(drawn(law, period, 20 * (periods // 20)), 20)]
            simulated = np.mean(ends), np.std(ends, ddof=1) / np.sqrt(20)
            for name in ("Local SGD", *OVERLAPPED):
                seen, error = time_per_step(runs[f"{name}, {law}, τ = {period}"])
                expected, its_error = ((mean_maximum(law, period) + 0.5) / period, 0.0) if name == "Local SGD" \
                    else simulated
                yield f"{name}, {law}, τ = {period}: {seen:.3f} s, distance from {expected:.3f} s in standard errors", \
                    abs(seen - expected) / np.hypot(error, its_error), "<=", 4


@study.claim("Overlap also absorbs stragglers: it saves more than the all-reduce")
def absorbs(runs):
    for law in RANDOM:
        for period in (4, 16):
            waiting, error = time_per_step(runs[f"Local SGD, {law}, τ = {period}"])
            for name in OVERLAPPED:
                seen, its_error = time_per_step(runs[f"{name}, {law}, τ = {period}"])
                yield f"{name}, {law}, τ = {period}: saved over the all-reduce", (waiting - seen) / (0.5 / period), ">", 1


@study.claim("A permanent straggler sets the pace, but its all-reduces still cost nothing")
def permanent(runs):
    for name in OVERLAPPED:
        seen = runs[f"{name}, one straggler, τ = 4"].end["time_s"] / STEPS / STEP
        yield f"{name}, τ = 4: time of a step over that of the straggler, less 1", abs(seen / SLOWDOWN - 1), "<=", 1e-9
    seen = runs["Local SGD, one straggler, τ = 4"].end["time_s"] / STEPS / STEP
    yield "Local SGD, τ = 4: the same, less t/(τ steps of it)", \
        abs(seen / SLOWDOWN - 1 - all_reduce(PAYLOAD, 4e9) / (4 * SLOWDOWN * STEP)), "<=", 1e-9


@study.claim("A pullback α shrinks the disagreement by (1 − α)² a period, and the step size to (1 − α) η")
def pullback(runs):
    for pull in PULLS:
        trace = runs[f"Pullback {pull}"]
        gamma, distance = trace.series("consensus_distance", "distance_to_optimum")
        steps = trace.series("node_steps_per_node", "time_s")[0]
        # Every model has the same curvature, so that differences shrink by (1 − η μ)² a step as well.
        inside = np.flatnonzero(gamma > 1e-18 * gamma[0])[2:]  # the first pull is to a node's own first model
        factor = np.exp(np.polyfit(inside, np.log(gamma[inside]), 1)[0])
        yield f"α = {pull}: factor of Γ a period over (1 − α)² (1 − η μ)^8, less 1", \
            abs(factor / ((1 - pull) ** 2 * (1 - 0.001) ** 8) - 1), "<=", 1e-6
        half = len(steps) // 2
        rate = -np.log(distance[-1] / distance[half]) / (steps[-1] - steps[half])
        yield f"α = {pull}: effective step size over (1 − α) η, less 1", abs(rate / (0.001 * (1 - pull)) - 1), "<=", 0.01


@study.claim("With τ = 2 the loss after as many steps is that of synchronous SGD, in at most 0.6 times the time")
def learns(runs):
    full = runs["Training: Synchronous SGD"]
    for name in OVERLAPPED:
        trace = runs[f"Training: {name}"]
        yield f"{name}: final loss over that of synchronous SGD", \
            trace.samples[-1]["train_loss"] / full.samples[-1]["train_loss"], "<=", 1.05
        yield f"{name}: time over that of synchronous SGD", trace.end["time_s"] / full.end["time_s"], "<=", 0.6


@study.table("Communication over computation of ResNet-18 on 40 Gbit/s, τ = 2")
def ratios(runs):
    yield "", *LAWS, "published"
    for name in METHODS:
        published = {"Synchronous SGD": PUBLISHED[0], "Overlap local SGD": PUBLISHED[1]}.get(name, "")
        yield name, *(round(communication(runs[f"{name}, {law}"]), 9) + 0.0 for law in LAWS), published


@study.picture("step_time")
def step_time_picture(runs):
    curves = {f"{name}, {law}": (RANDOM_PERIODS, [time_per_step(runs[f"{name}, {law}, τ = {period}"])[0]
                                                  for period in RANDOM_PERIODS])
              for law in RANDOM for name in ("Local SGD", "Overlap local SGD")}
    return draw_curves(curves, "Averaging period $\\tau$", "Time of a step (s)", markers=True, x_log=True, y_log=False)


@study.picture("training")
def training_picture(runs):
    return draw_curves({name: runs[f"Training: {name}"].series("time_s", "train_loss") for name in TRAINED},
                       "Virtual time (s)", "Training loss")
