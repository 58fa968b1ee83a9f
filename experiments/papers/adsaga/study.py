"""ADSAGA against IAG, asynchronous SGD and synchronous minibatch SAGA: iterations against staleness, and time."""

import numpy as np

from gossamer.figures import draw_curves
from gossamer.studies import Study

ACCURACY = 1e-6  # of ‖x − x*‖, over that at first
WORKERS = (1, 2, 4, 8, 16, 32, 64)  # the staleness is one less
ITERATIONS = 24000  # of the server, on average: it has n in the time of a step
# Step sizes η of a scan, a factor of √2 apart.
SCAN = {"ADSAGA": [0.16 / 2 ** (k / 2) for k in range(6)], "IAG": [0.08 / 2 ** (k / 2) for k in range(7)]}
N = 16  # workers of the comparison in time
COMPARED = {"Minibatch SAGA": [1.28 / 2 ** (k / 2) for k in range(7)]}

study = Study("ADSAGA: variance reduction without a barrier, and what staleness costs it", base="regression.json")


def add(name: str, kind: str, workers: int, eta: float, seconds: float) -> None:
    star = {"kind": "star", "nodes": workers + 1, "center": workers}
    study.run(name, {"/topology": star if kind != "minibatch_saga" else {"kind": "complete", "nodes": workers},
                     "/algorithm": {"kind": kind, "step_size": eta}, "/stop": {"virtual_time": f"{seconds:.12g} s"},
                     "/record": {"every": f"{seconds / 400:.12g} s", "nodes": "none", "local_nodes": 0,
                                 "gradient_norm": False}})


for method, etas in SCAN.items():
    for workers in WORKERS:
        for eta in etas:
            add(f"{method}, n = {workers}, η = {eta:.4g}", method.lower(), workers, eta, ITERATIONS / workers)
for eta in COMPARED["Minibatch SAGA"]:
    add(f"Minibatch SAGA, η = {eta:.4g}", "minibatch_saga", N, eta, 4 * ITERATIONS / N)
add("Asynchronous SGD", "asgd", N, 0.02, ITERATIONS / N)


def distances(trace, key: str = "node_steps") -> tuple[np.ndarray, np.ndarray]:
    """‖x − x*‖ over that at first, against gradients or time."""
    x, y = trace.series(key, "distance_to_optimum")
    return x, y / y[0]


def cost(trace, key: str) -> float:
    """Gradients or time to the accuracy; infinite if the run does not get there."""
    reached = trace.first_at_most("distance_to_optimum", ACCURACY * trace.samples[0]["distance_to_optimum"])
    return reached[key] if reached else np.inf


def best(runs, method: str, workers: int, key: str = "node_steps"):
    """The trace of the step size with the lowest cost."""
    if method == "Minibatch SAGA":
        traces = [runs[f"Minibatch SAGA, η = {eta:.4g}"] for eta in COMPARED[method]]
    else:
        traces = [runs[f"{method}, n = {workers}, η = {eta:.4g}"] for eta in SCAN[method]]
    return min(traces, key=lambda trace: cost(trace, key))


@study.claim("Methods that remember gradients converge to the optimum itself; asynchronous SGD stops before")
def exact(runs):
    for method in ("ADSAGA", "IAG", "Minibatch SAGA"):
        yield f"{method}, n = {N}: ‖x − x*‖ at the end over that at first", distances(best(runs, method, N))[1].min(), \
            "<=", 1e-11
    stalled = distances(runs["Asynchronous SGD"])[1]
    yield "asynchronous SGD: the least over the second half", stalled[len(stalled) // 2:].min(), ">=", 1e-3


@study.claim("ADSAGA converges linearly")
def linear(runs):
    for workers in WORKERS:
        iterations, values = distances(best(runs, "ADSAGA", workers))
        inside = (values < 1e-1) & (values > 1e-10)
        fit = np.polyfit(iterations[inside], np.log10(values[inside]), 1)
        off = np.abs(np.polyval(fit, iterations[inside]) - np.log10(values[inside])).max()
        yield f"n = {workers}: largest distance of log10 from a line over nine decades", off, "<=", 1


@study.claim("The best step size of every scan lies between others")
def scans(runs):
    for method, etas in {**SCAN, **COMPARED}.items():
        for workers in WORKERS if method in SCAN else (N,):
            eta = best(runs, method, workers).header["configuration"]["algorithm"]["step_size"]
            yield f"{method}, n = {workers}: over the smallest", eta / etas[-1], ">", 1.01
            yield "over the largest", eta / etas[0], "<", 0.99


@study.claim("Staleness n − 1 costs ADSAGA at most a factor of √n in iterations")
def staleness(runs):
    alone = cost(best(runs, "ADSAGA", 1), "node_steps")
    for workers in WORKERS[1:]:
        yield f"n = {workers}: iterations over those of one worker", \
            cost(best(runs, "ADSAGA", workers), "node_steps") / alone, "<=", np.sqrt(workers)


@study.claim("An iteration takes 1/n of a step, within four standard errors")
def iteration_time(runs):
    for workers in WORKERS:
        sample = best(runs, "ADSAGA", workers).samples[-1]
        off = abs(sample["time_s"] * workers / sample["node_steps"] - 1) * np.sqrt(sample["node_steps"])
        yield f"n = {workers}: standard errors apart", off, "<=", 4


@study.claim("In time ADSAGA is ahead of synchronous SAGA, which waits for the slowest, and of one worker")
def time(runs):
    mine = cost(best(runs, "ADSAGA", N, "time_s"), "time_s")
    yield "time of minibatch SAGA over that of ADSAGA", \
        cost(best(runs, "Minibatch SAGA", N, "time_s"), "time_s") / mine, ">", 1
    yield "time of one worker over that of ADSAGA", cost(best(runs, "ADSAGA", 1, "time_s"), "time_s") / mine, ">", 1


@study.picture("staleness")
def staleness_picture(runs):
    curves = {method: (WORKERS, [cost(best(runs, method, workers), "node_steps") for workers in WORKERS])
              for method in SCAN}
    alone = curves["ADSAGA"][1][0]
    curves["√n"] = (WORKERS, [alone * np.sqrt(workers) for workers in WORKERS])
    return draw_curves(curves, "Workers n (staleness n − 1)", "Iterations to 1e-6", markers=True, x_log=True)


@study.picture("time")
def time_picture(runs):
    curves = {method: distances(best(runs, method, N, "time_s"), "time_s") for method in ("ADSAGA", "IAG",
                                                                                     "Minibatch SAGA")}
    curves["Asynchronous SGD"] = distances(runs["Asynchronous SGD"], "time_s")
    end = 2 * cost(best(runs, "Minibatch SAGA", N, "time_s"), "time_s")
    shown = {name: (x[(x <= end) & (y > 1e-13)], y[(x <= end) & (y > 1e-13)]) for name, (x, y) in curves.items()}
    return draw_curves(shown, "Virtual time (step times)", "$\\Vert x - x^*\\Vert$, over that at first")
