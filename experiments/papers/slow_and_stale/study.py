"""Synchronous, asynchronous and what lies between: the time of a server step, and the error that it leaves."""

import numpy as np

from gossamer.figures import draw_curves
from gossamer.studies import Study

N, KS = 8, (1, 2, 4, 8)
MEAN = {"exponential": 1.0, "shifted exponential": 2.0, "Pareto": 2.0}
LAWS = {
    "exponential": {"kind": "exponential", "mean": "1 s"},
    "shifted exponential": {"kind": "shifted_exponential", "shift": "1 s", "tail": "1 s"},
    "Pareto": {"kind": "pareto", "mean": "2 s", "shape": 2},  # at least 1 s
}
FAMILY = {"K-sync": "k_sync", "K-batch-sync": "k_batch_sync", "K-async": "k_async", "K-batch-async": "k_batch_async"}
MODELS_DOWN = {"K-sync": lambda k: N, "K-batch-sync": lambda k: N, "K-async": lambda k: k, "K-batch-async": lambda k: k}

study = Study("K-sync SGD and its relatives: the error-runtime trade-off", base="quadratic.json")
for law, compute in LAWS.items():
    for name, kind in FAMILY.items():
        for k in KS:
            study.run(f"{law}: {name}, K = {k}", {"/compute": compute, "/algorithm": {"kind": kind, "gradients": k}},
                      base="timing.json")

# One step size for all: sync is K-sync with all workers, async K-batch-async with K = 1.
ETA, NOISE, DIMENSION = 0.02, 1.0, 20
EIGENVALUES = 0.2 * 5 ** np.linspace(0, 1, DIMENSION)  # μ = 0.2, L = 1
COMPARED = {
    "Sync": ("K-sync", 8),
    "K-sync, K = 4": ("K-sync", 4),
    "K-batch-sync, K = 4": ("K-batch-sync", 4),
    "K-async, K = 4": ("K-async", 4),
    "K-batch-async, K = 4": ("K-batch-async", 4),
    "Async": ("K-batch-async", 1),
}
for name, (variant, k) in COMPARED.items():
    study.run(name, {"/algorithm": {"kind": FAMILY[variant], "step_size": ETA, "gradients": k}})

MANY, TOO_LARGE = 40, 0.6
for name, rule in {"constant": {}, "distance": {"rule": "distance", "distance_scale": 0.005 * TOO_LARGE}}.items():
    study.run(f"40 workers, {name}",
              {"/topology": {"kind": "star", "nodes": MANY + 1, "center": MANY},
               "/algorithm": {"kind": "asgd", "step_size": TOO_LARGE, **rule},
               "/stop": {"virtual_time": "200 s"}, "/record": {"every": "1 s", "nodes": "none"}})


def step_time(runs, law: str, name: str, k: int) -> tuple[float, int]:
    """The mean time of a server step, and the number of steps. A step is K gradients up and some models down."""
    sample = runs[f"{law}: {name}, K = {k}"].samples[-1]
    steps = sample["messages"] / (k + MODELS_DOWN[name](k))
    return sample["time_s"] / steps, int(steps)


def order_statistic(law: str, k: int) -> float:
    """The mean of the K-th smallest of N step times."""
    if law == "Pareto":  # shape 2, at least 1
        return float(np.prod([(N - i) / (N - i - 0.5) for i in range(k)]))
    return (law == "shifted exponential") + sum(1 / (N - i) for i in range(k))


def spread(law: str, k: int) -> float:
    """The standard deviation of the K-th smallest, over its mean."""
    if law == "Pareto":
        square = float(np.prod([(N - i) / (N - i - 1) for i in range(k)]))
        return np.sqrt(square / order_statistic(law, k) ** 2 - 1)
    return np.sqrt(sum(1 / (N - i) ** 2 for i in range(k))) / order_statistic(law, k)


def errors(trace) -> tuple[np.ndarray, np.ndarray]:
    """F − F* against time."""
    return trace.series("time_s", "suboptimality")


def floor(trace) -> tuple[float, float]:
    """F − F* at rest, and its standard error by means over twenty parts of the run's second half, each of more than two
    of the longest time constants 1/(2 η μ) of F."""
    values = errors(trace)[1]
    means = np.array([part.mean() for part in np.array_split(values[len(values) // 2:], 20)])
    return float(means.mean()), float(means.std(ddof=1) / np.sqrt(len(means)))


def time_to(trace, error: float) -> float:
    reached = trace.first_at_most("suboptimality", error)
    return reached["time_s"] if reached else np.inf


@study.claim("A step of K-sync lasts as long as the K-th smallest of n step times, within four standard errors")
def k_sync_time(runs):
    for law in LAWS:
        for k in KS:
            if law == "Pareto" and k == N:
                continue  # the largest of Pareto times with shape 2 has no variance
            measured, steps = step_time(runs, law, "K-sync", k)
            off = abs(measured / order_statistic(law, k) - 1) * np.sqrt(steps) / spread(law, k)
            yield f"{law}, K = {k}: {measured:.4g} s, {order_statistic(law, k):.4g} s in theory; standard errors apart", \
                off, "<=", 4


@study.claim("With exponential times K-batch-sync takes K/(n u), and K-async as long as K-sync")
def exponential_time(runs):
    for k in KS:
        measured, steps = step_time(runs, "exponential", "K-batch-sync", k)
        yield f"K-batch-sync, K = {k}: standard errors from {k / N:g} s", abs(measured * N / k - 1) * np.sqrt(k * steps), \
            "<=", 4
        measured, steps = step_time(runs, "exponential", "K-async", k)
        off = abs(measured / order_statistic("exponential", k) - 1) * np.sqrt(steps) / spread("exponential", k)
        yield f"K-async, K = {k}: standard errors from {order_statistic('exponential', k):.4g} s", off, "<=", 4


@study.claim("K-batch-async takes K E[X]/n, whatever the law")
def any_law(runs):
    for law in ("exponential", "shifted exponential"):
        for k in KS:
            measured, steps = step_time(runs, law, "K-batch-async", k)
            off = abs(measured * N / (k * MEAN[law]) - 1) * np.sqrt(k * steps) * MEAN[law]  # deviation 1 s
            yield f"{law}, K = {k}: standard errors from {k * MEAN[law] / N:g} s", off, "<=", 4


@study.claim("Where new takes longer than used, K-async takes at most as long as K-sync")
def new_longer(runs):
    for k in KS:
        measured, steps = step_time(runs, "shifted exponential", "K-async", k)
        most = 1 + 4 * spread("shifted exponential", k) / np.sqrt(steps)
        yield f"shifted exponential, K = {k}: over the K-th smallest", \
            measured / order_statistic("shifted exponential", k), "<=", most


@study.claim("Synchronous SGD takes n H_n times as long for a step as asynchronous SGD")
def ratio(runs):
    sync, steps = step_time(runs, "exponential", "K-sync", N)
    asynchronous, _ = step_time(runs, "exponential", "K-batch-async", 1)
    theory = N * sum(1 / i for i in range(1, N + 1))
    yield f"{sync / asynchronous:.5g}, {theory:.5g} in theory; standard errors apart", \
        abs(sync / asynchronous / theory - 1) * np.sqrt(steps) / spread("exponential", N), "<=", 4


@study.claim("Fresh gradients end at the error of a noisy quadratic, below the paper's bound ηLσ²/(2μK)")
def fresh_floor(runs):
    for name in ("Sync", "K-sync, K = 4", "K-batch-sync, K = 4"):
        k = COMPARED[name][1]
        theory = float(np.sum(ETA * NOISE**2 / (2 * k * (2 - ETA * EIGENVALUES))))
        mean, error = floor(runs[name])
        yield f"{name}: {mean:.4g}, {theory:.4g} in theory; standard errors apart", abs(mean - theory) / error, "<=", 4
        yield f"{name}: error over the bound", mean / (ETA * NOISE**2 * DIMENSION / (2 * 0.2 * k)), "<=", 1


@study.claim("Asynchronous SGD is first at a coarse error, and cannot reach a fine one")
def trade_off(runs):
    start = errors(runs["Sync"])[1][0]
    coarse = start / 5
    times = {name: time_to(runs[name], coarse) for name in COMPARED}
    for name in COMPARED:
        if name != "Async":
            yield f"time of {name} to a fifth of the first error, over that of Async", times[name] / times["Async"], ">", 1
    yield "Sync over K-sync", times["Sync"] / times["K-sync, K = 4"], ">", 1
    yield "K-sync over K-batch-sync", times["K-sync, K = 4"] / times["K-batch-sync, K = 4"], ">", 1
    yield "floor of Async over that of K-batch-async", floor(runs["Async"])[0] / floor(runs["K-batch-async, K = 4"])[0], \
        ">=", 3
    yield "floor of Async over that of Sync", floor(runs["Async"])[0] / floor(runs["Sync"])[0], ">=", 6


@study.claim("With 40 workers a constant step size diverges, and steps by the distance that the model has moved do not")
def distance_rule(runs):
    constant, bounded = (errors(runs[f"40 workers, {name}"])[1] for name in ("constant", "distance"))
    yield "constant: error at the end over that at first", constant[-1] / constant[0], ">=", 1e3
    yield "distance: error at the end over that at first", bounded[-1] / bounded[0], "<=", 1


@study.picture("runtime")
def runtime(runs):
    curves = {name: (KS, [step_time(runs, "shifted exponential", name, k)[0] for k in KS]) for name in FAMILY}
    return draw_curves(curves, "K", "Time of a server step (s)", markers=True, x_log=True)


@study.picture("trade_off")
def trade_off_picture(runs):
    curves = {}
    for name in COMPARED:
        times, values = errors(runs[name])
        kept = times <= 600
        curves[name] = (times[kept], values[kept])
    return draw_curves(curves, "Virtual time (s)", "$F - F^*$")
