"""Worst cases of algorithms, derived from their own programs, beside a textbook bound and beside a run.

`gossamer worstcase` proves the exact worst case of f(x̄) − f* after K rounds over all convex functions with the constants of the
experiment: L of its nodes, the distance R of the start from x*, and the heterogeneity ζ at x*. W is that of the ring. The run has one
problem of this class: quadratics of eight nodes."""

import json

import numpy as np

from gossamer.figures import draw_predictions
from gossamer.studies import Study

ROUNDS, STEP_SIZE = 12, 0.8
METHODS = {"All-reduce SGD": {"kind": "all_reduce_sgd"}, "D-PSGD": {"kind": "d_psgd", "form": "atc"},
           "Gradient tracking": {"kind": "gradient_tracking"}, "D²": {"kind": "d2"}}

study = Study("Worst cases beside a textbook bound and a run", base="experiment.json", short={})
for name, method in METHODS.items():
    algorithm = {**method, "step_size": STEP_SIZE}
    study.run(name, {"/algorithm": algorithm})
    study.ask(name, "worstcase", "experiment.json", "--set", f"/algorithm={json.dumps(algorithm)}", "--curve", f"K=1..{ROUNDS}",
              "--json")
study.ask("best steps", "worstcase", "experiment.json", "--rounds", "10", "--tune", "step_size", "--compare",
          "all_reduce_sgd,d_psgd,gradient_tracking,d2", "--json")


def rows(name: str) -> list[dict]:
    """The worst cases after 1, 2, … rounds."""
    return study.answers[name]["rows"]


def bounds(name: str) -> np.ndarray:
    return np.array([row["worst_case"] for row in rows(name)])


def measured(runs, name: str) -> np.ndarray:
    """f(x̄) − f* after 1, 2, … rounds. A record by node-steps sees a step before its round's averaging."""
    return runs[name].series("node_steps_per_node", "suboptimality")[1][2:2 + ROUNDS]


@study.claim("Every worst case has a certificate, and is attained by a problem of the class")
def proven(runs):
    found = [row for name in METHODS for row in rows(name)]
    yield "the least certificate", min(row["certificate"] for row in found), ">=", -1e-12
    yield "the largest gap to a problem that attains it", max(row["gap"] for row in found), "<=", 1e-6
    yield "worst cases that are exact for this ring", sum(row["exact"] for row in found), "==", len(METHODS) * ROUNDS


@study.claim("The worst case of all-reduce SGD is gradient descent's: L R²/(4 K η L + 2)")
def textbook(runs):
    # Drori, Teboulle, "Performance of first-order methods for smooth convex minimization: a novel approach", Mathematical
    # Programming 145, 2014, arXiv:1206.3209.
    of_class = rows("All-reduce SGD")[0]["class"]
    steps = np.arange(1, ROUNDS + 1)
    formula = of_class["L"] * of_class["R"] ** 2 / (4 * steps * STEP_SIZE * of_class["L"] + 2)
    yield "the largest relative difference", float(np.abs(bounds("All-reduce SGD") / formula - 1).max()), "<=", 1e-6


@study.claim("No run is worse than its worst case")
def shares(runs):
    for name in METHODS:
        yield f"{name}: the largest share of the worst case", float((measured(runs, name) / bounds(name)).max()), "<=", 1


@study.claim("With this step size D-PSGD has no guarantee that improves, the exact methods have one, and D² keeps the best")
def ranking(runs):
    yield "D-PSGD: the worst case after the last round over its least", bounds("D-PSGD")[-1] / bounds("D-PSGD").min(), ">=", 1.5
    last = {name: bounds(name)[-1] for name in METHODS}
    yield "after the last round, D-PSGD over gradient tracking", last["D-PSGD"] / last["Gradient tracking"], ">=", 2
    yield "gradient tracking over D²", last["Gradient tracking"] / last["D²"], ">=", 2
    yield "D² over all-reduce SGD", last["D²"] / last["All-reduce SGD"], "<=", 1.3


@study.table("The least worst case of f(x̄) − f* after 10 rounds, each with its best step size")
def best(runs):
    yield "algorithm", "step size", "worst case"
    for row in rows("best steps"):
        yield row["algorithm"]["kind"], row["best"]["value"], row["worst_case"]


@study.picture("curves")
def curves(runs):
    steps = np.arange(1, ROUNDS + 1)
    return draw_predictions({name: (steps, bounds(name)) for name in METHODS},
                            {name: (steps, measured(runs, name), np.zeros(ROUNDS)) for name in METHODS},
                            "Rounds K", "f(x̄) − f*", log="y", named="worst case")
