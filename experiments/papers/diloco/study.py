"""Outer optimizers over local steps: identities, rates, bytes; and DES-LOC on Rosenbrock's function."""

import numpy as np

from gossamer.figures import draw_curves
from gossamer.studies import Study

study = Study("DiLoCo and its relatives: outer optimizers at equal bytes", base="softmax.json")

# Softmax regression, a round of H = 16 steps. Step sizes suit each method; none is finely tuned.
H = 16
SOFTMAX = {
    "All-reduce SGD": {"kind": "all_reduce_sgd", "step_size": 0.32},
    "Local SGD": {"kind": "local_sgd", "averaging_period": H, "step_size": 0.32},
    "DiLoCo": {"kind": "diloco", "averaging_period": H, "step_size": 0.02},
    "SlowMo": {"kind": "slowmo", "local_steps": H, "slow_step_size": 0.7, "slow_momentum": 0.9, "step_size": 0.02},
    "DiLoCo, AdamW": {"kind": "diloco", "averaging_period": H, "optimizer": "adamw", "step_size": 0.001},
    "MuLoCo": {"kind": "muloco", "averaging_period": H, "step_size": 0.02},
    "NoLoCo": {"kind": "noloco", "local_steps": H, "step_size": 0.16},
    "GASLoC, ring": {"kind": "gasloc", "local_steps": H, "acceleration": 0.3, "step_size": 0.32},
    "SparseLoCo": {"kind": "sparse_loco", "averaging_period": H, "chunk": 64, "k": 4, "step_size": 0.32},
    "Local Adam": {"kind": "local_adam", "averaging_period": H, "step_size": 0.01},
    "DES-LOC": {"kind": "des_loc", "model_period": H, "first_moment_period": 3 * H, "second_moment_period": 6 * H,
                "step_size": 0.01},
}
TOPOLOGIES = {"NoLoCo": {"kind": "random_groups", "nodes": 8, "size": 2}, "GASLoC, ring": {"kind": "ring", "nodes": 8}}
for name, algorithm in SOFTMAX.items():
    topology = {"/topology": TOPOLOGIES[name]} if name in TOPOLOGIES else {}
    study.run(name, {"/algorithm": algorithm, **topology})

# The same methods under other names.
SAME = {
    "DiLoCo, step 1, no momentum": {"kind": "diloco", "averaging_period": H, "outer_optimizer": "sgd",
                                    "step_size": 0.32},
    "DiLoCo, no look-ahead": {"kind": "diloco", "averaging_period": H,
                             "outer_optimizer": {"kind": "momentum", "step_size": 0.7}},
    "BMUF": {"kind": "bmuf", "averaging_period": H, "block_step_size": 0.7, "block_momentum": 0.9},
    "NoLoCo, complete graph": {"kind": "noloco", "local_steps": H, "outer_step_size": 0.7, "outer_momentum": 0.9},
    "GASLoC, complete graph": {"kind": "gasloc", "local_steps": H, "outer_step_size": 0.7, "acceleration": 0.9,
                               "mix": "all"},
}
for name, algorithm in SAME.items():
    study.run(name, {"/algorithm": {"step_size": 0.02, **algorithm}})
TWINS = [("DiLoCo, step 1, no momentum", "Local SGD"), ("DiLoCo, no look-ahead", "SlowMo"), ("BMUF", "SlowMo"),
         ("NoLoCo, complete graph", "SlowMo"), ("GASLoC, complete graph", "DiLoCo")]

# One curvature, full gradients: a round of local steps contracts by 1 − b.
OUTER = {"0.7, 0.9": (0.7, 0.9), "0.7, 0.5": (0.7, 0.5), "1, 0": (1.0, 0.0)}
ROUNDS = {"timid": (0.0025, 8), "strong": (0.1, 8)}  # η and H
RULES = {"Nesterov": True, "heavy ball": False}
for length, (eta, steps) in ROUNDS.items():
    for name, (lr, beta) in OUTER.items():
        for rule, nesterov in RULES.items():
            if beta == 0 and rule == "heavy ball":
                continue  # the same
            study.run(f"{length} rounds, {rule} {name}",
                      {"/algorithm": {"kind": "diloco", "step_size": eta, "averaging_period": steps,
                                      "outer_optimizer": {"kind": "nesterov" if nesterov else "momentum",
                                                          "step_size": lr, "momentum": beta}}}, base="rounds.json")

# b = 1 − 0.8 by two steps of one local step each: outer step sizes around the limits of stability, momentum 0.9.
LIMITS = {"plain": 3.8 / 2.8, "eager": 0.4159738692, "delayed": 0.2531378565}  # of (outer step size) b; eager for n = 4
SMALL_B = 0.2
for mode, limit in LIMITS.items():
    for side, factor in (("below", 0.95), ("above", 1.05)):
        study.run(f"{mode}, {side} the limit",
                  {"/algorithm": {"kind": "diloco", "step_size": SMALL_B, "averaging_period": 1,
                                  "outer_optimizer": {"kind": "nesterov", "step_size": factor * limit / SMALL_B},
                                  "mode": mode},
                   "/model/gradient_spread": 0, "/model/initial": {"kind": "normal", "stddev": 1},
                   "/stop": {"node_steps": 3000}, "/record": {"every_node_steps": 20, "nodes": "none", "local_nodes": 0}},
                  base="rounds.json")

# Bytes.
BYTES = {
    "Local Adam, K = 256": {"kind": "local_adam", "averaging_period": 256},
    "DES-LOC, K = 256, 768, 1536": {"kind": "des_loc", "model_period": 256, "first_moment_period": 768,
                                    "second_moment_period": 1536},
    "Adam, every step": {"kind": "all_reduce_sgd", "optimizer": "adam"},
    "DiLoCo, H = 512": {"kind": "diloco", "averaging_period": 512},
}
for name, algorithm in BYTES.items():
    study.run(name, {"/algorithm": algorithm}, base="bytes.json")

# The toy of DES-LOC: K_x = K_u = 192, K_v = 692, noise of 1.5. Its start, step size and first decay are not known.
NEVER = 10**9
TOY = {"Local Adam": (192, 192), "DES-LOC": (192, 692), "Moments kept": (NEVER, NEVER)}  # periods of both moments
SETTINGS = {"0.9": (0.9, 0.01), "0.99": (0.99, 0.05), "0.995": (0.995, 0.05)}  # β₁ and η
for decay, (first_decay, eta) in SETTINGS.items():
    for name, (first, second) in TOY.items():
        study.run(f"Toy, β₁ = {decay}: {name}",
                  {"/algorithm": {"kind": "des_loc", "model_period": 192, "first_moment_period": first,
                                  "second_moment_period": second, "bias_correction": True, "step_size": eta,
                                  "first_decay": first_decay}}, base="rosenbrock.json")
# These show their models right after averagings alone.
for moments in ("average", "reset"):
    study.run(f"Toy, rounds: {moments}", {"/algorithm/moments": moments}, base="rosenbrock.json")


def losses(trace) -> np.ndarray:
    return trace.series("time_s", "train_loss")[1]


def by_rounds(trace, length: str) -> np.ndarray:
    """‖x̄ − x*‖ after 0, 1, 2, … rounds over that at first. A record by node-steps sees a step before its round's end."""
    distances = trace.series("node_steps_per_node", "distance_to_optimum")[1]
    return distances[1:] / distances[1]


def predicted(length: str, name: str, nesterov: bool, rounds: int) -> np.ndarray:
    """|x| after 0, 1, 2, … rounds of the outer optimizer on D = b x, from x = 1."""
    eta, steps = ROUNDS[length]
    lr, beta = OUTER[name]
    b = 1 - (1 - eta) ** steps
    x, m, result = 1.0, 0.0, [1.0]
    for _ in range(rounds - 1):
        m = beta * m + b * x
        x -= lr * (b * x + beta * m if nesterov else m)
        result.append(abs(x))
    return np.array(result)


def rounds_to(runs, length: str, rule: str, name: str, target: float) -> int:
    """Rounds after which the distance stays below the target; a run that does not get there counts all of its rounds."""
    distances = by_rounds(runs[f"{length} rounds, {rule} {name}"], length)
    return int(np.max(np.nonzero(distances > target), initial=0)) + 1


def sent(runs, name: str) -> float:
    return runs[name].samples[-1]["sent_bytes_per_node"]


def late(trace) -> float:
    """The mean of f of the mean model over the second half of the run."""
    values = losses(trace)
    return float(values[len(values) // 2:].mean())


@study.claim("SlowMo and BMUF are DiLoCo without look-ahead; on a complete graph NoLoCo and GASLoC are DiLoCo, too")
def identities(runs):
    for one, other in TWINS:
        difference = np.abs(losses(runs[one]) / losses(runs[other]) - 1).max()
        yield f"{one} and {other}: largest relative difference of the losses", difference, "<=", 1e-9


@study.claim("With a sixteenth of its bytes, outer optimizers end at the loss of synchronous SGD")
def equal_loss(runs):
    synchronous = losses(runs["All-reduce SGD"])[-1]
    for name in ("Local SGD", "DiLoCo", "SlowMo", "DiLoCo, AdamW", "MuLoCo"):
        yield f"{name}: bytes of all-reduce SGD over its own", sent(runs, "All-reduce SGD") / sent(runs, name), "==", H
        yield f"{name}: loss over that of all-reduce SGD", losses(runs[name])[-1] / synchronous, "<=", 1.01


@study.claim("In a round NoLoCo sends one model, and GASLoC on a ring two")
def messages(runs):
    for name, models in (("NoLoCo", 1), ("GASLoC, ring", 2)):
        rounds = runs[name].samples[-1]["node_steps_per_node"] / H
        yield f"{name}: models sent in a round", sent(runs, name) / rounds / runs[name].header["payload_bytes"], "==", models


@study.claim("On one curvature models follow the recursion of the outer optimizer, round by round")
def recursion(runs):
    for length in ROUNDS:
        for name in OUTER:
            for rule, nesterov in RULES.items():
                if f"{length} rounds, {rule} {name}" not in runs:
                    continue
                measured = by_rounds(runs[f"{length} rounds, {rule} {name}"], length)
                theory = predicted(length, name, nesterov, len(measured))
                yield f"{length} rounds, {rule} {name}: largest difference", np.abs(measured - theory).max(), "<=", 1e-12


@study.claim("Outer momentum pays where a round contracts little, and costs rounds where it contracts much")
def timid(runs):
    for length, relation in (("timid", "<"), ("strong", ">")):
        with_momentum, without = (rounds_to(runs, length, "Nesterov", name, 1e-2) for name in ("0.7, 0.9", "1, 0"))
        yield f"{length} rounds: rounds to a hundredth with (0.7, 0.9), over those with (1, 0)", with_momentum / without, \
            relation, 1


@study.claim("Plain, eager and delayed outer steps are stable up to their limits of (outer step size) b")
def stability(runs):
    for mode, limit in LIMITS.items():
        below, above = (runs[f"{mode}, {side} the limit"].samples for side in ("below", "above"))
        yield f"{mode}, limit {limit:.4g}: distance at 0.95 of it, at the end over that at first", \
            below[-1]["distance_to_optimum"] / below[0]["distance_to_optimum"], "<=", 1e-3
        largest = max(sample["distance_to_optimum"] for sample in above if "distance_to_optimum" in sample)
        yield f"{mode}: largest distance at 1.05 of it, over that at first", largest / above[0]["distance_to_optimum"], \
            ">=", 1e3


@study.claim("DES-LOC sends half the bytes of Local Adam, and 170 times fewer than Adam with an all-reduce in every step")
def bytes_sent(runs):
    yield "DES-LOC over Local Adam", sent(runs, "DES-LOC, K = 256, 768, 1536") / sent(runs, "Local Adam, K = 256"), "==", \
        0.5
    yield "Adam over DES-LOC", sent(runs, "Adam, every step") / sent(runs, "DES-LOC, K = 256, 768, 1536"), ">=", 170
    yield "Adam over DiLoCo with H = 512", sent(runs, "Adam, every step") / sent(runs, "DiLoCo, H = 512"), "==", 512


@study.claim("On the toy DES-LOC lies on Local Adam, with three quarters of its bytes")
def toy(runs):
    for decay in SETTINGS:
        local, desynced = (runs[f"Toy, β₁ = {decay}: {name}"] for name in ("Local Adam", "DES-LOC"))
        yield f"β₁ = {decay}: f of DES-LOC over that of Local Adam, at least", late(desynced) / late(local), ">=", 0.7
        yield "at most", late(desynced) / late(local), "<=", 1.25
    # 6000 steps: 31 averages of the model and of the first moment, 8 of the second.
    sent_by = {name: sent(runs, f"Toy, β₁ = 0.99: {name}") for name in ("Local Adam", "DES-LOC")}
    yield "bytes over those of Local Adam", sent_by["DES-LOC"] / sent_by["Local Adam"], "==", (2 * 31 + 8) / (3 * 31)


@study.claim("On the toy moments that are reset end higher than moments that are averaged")
def reset(runs):
    yield "f after averagings with reset moments, over that with averaged ones", \
        late(runs["Toy, rounds: reset"]) / late(runs["Toy, rounds: average"]), ">=", 1.5


@study.picture("bytes")
def bytes_picture(runs):
    curves = {}
    for name in SOFTMAX:
        x, y = runs[name].series("sent_bytes_per_node", "train_loss")
        curves[name] = (x[x > 0] / 1e6, y[x > 0])
    return draw_curves(curves, "Sent per node (MB)", "Training loss", x_log=True)


@study.picture("toy")
def toy_picture(runs):
    curves = {}
    for decay in ("0.9", "0.99"):
        for name in TOY:
            steps, values = runs[f"Toy, β₁ = {decay}: {name}"].series("node_steps_per_node", "train_loss")
            parts = len(steps) // 15
            curves[f"{name}, β₁ = {decay}"] = ([part.mean() for part in np.array_split(steps[1:], parts)],
                                               [part.mean() for part in np.array_split(values[1:], parts)])
    return draw_curves(curves, "Steps", "$f(\\bar{x})$, means over 300 steps")
