"""LEAD at two bits against its uncompressed limit, NIDS, and the compressed methods that stall."""

import numpy as np

from gossamer.figures import draw_curves
from gossamer.studies import Study

TWO_BITS = {"kind": "infinity_norm", "bits": 2, "block_size": 512}
ETA = 0.2

study = Study("LEAD: linear convergence at two bits", base="regression.json")
METHODS = {
    "LEAD, 2 bits": {"kind": "lead", "compressor": TWO_BITS},
    "NIDS": {"kind": "nids"},
    "D-PSGD": {"kind": "d_psgd", "form": "awc"},
    "CHOCO-SGD, 2 bits": {"kind": "choco_sgd", "consensus_step": 0.8, "compressor": TWO_BITS},
    "DeepSqueeze, 2 bits": {"kind": "deep_squeeze", "consensus_step": 0.2, "compressor": TWO_BITS},
    "QDGD, 2 bits": {"kind": "qdgd", "consensus_step": 0.2, "compressor": TWO_BITS},
}
for name, algorithm in METHODS.items():
    study.run(name, {"/algorithm": {"step_size": ETA, **algorithm}})
    study.run(f"Logistic: {name}", {"/algorithm": {"step_size": 0.4, **algorithm}}, base="logistic.json")


def errors(trace):
    """‖X − X*‖_F against rounds."""
    nodes = trace.header["topology"]["nodes"]
    return trace.series("node_steps_per_node", "train_loss")[0], np.sqrt(nodes * trace.squared_error())


def factor(trace) -> float:
    """The mean factor per round between ‖X − X*‖_F = 1e-2 and 1e-8."""
    rounds, distance = errors(trace)
    inside = (distance < 1e-2) & (distance > 1e-8)
    return float(np.exp(np.polyfit(rounds[inside], np.log(distance[inside]), 1)[0]))


@study.claim("LEAD at two bits converges to the minimum itself, linearly")
def linear(runs):
    rounds, distance = errors(runs["LEAD, 2 bits"])
    yield "‖X − X*‖ at the end", distance[-1], "<=", 1e-9
    inside = (distance < 1e-1) & (distance > 1e-8)
    fit = np.polyfit(rounds[inside], np.log10(distance[inside]), 1)
    residual = np.abs(np.polyval(fit, rounds[inside]) - np.log10(distance[inside])).max()
    yield "largest distance of log10 ‖X − X*‖ from a straight line over seven decades", residual, "<=", 0.35


@study.claim("Two bits cost LEAD little against NIDS, its uncompressed limit")
def as_fast(runs):
    compressed, exact = factor(runs["LEAD, 2 bits"]), factor(runs["NIDS"])
    yield "rounds for a digit, LEAD over NIDS", np.log(exact) / np.log(compressed), "<=", 1.15


@study.claim("Methods that descend on W's own penalty stall, compressed or not")
def stall(runs):
    for name in ("D-PSGD", "CHOCO-SGD, 2 bits", "DeepSqueeze, 2 bits", "QDGD, 2 bits"):
        distance = errors(runs[name])[1]
        yield f"{name}: ‖X − X*‖ at the end, over that of LEAD", distance[-1] / errors(runs["LEAD, 2 bits"])[1][-1], \
            ">=", 1e6
        yield f"{name}: at the end over half-way", distance[-1] / distance[len(distance) // 2], ">=", 0.5


def gradients(trace):
    """‖∇f(x̄)‖ against rounds: a measure of the distance to the minimum, which is not known."""
    return trace.series("node_steps_per_node", "gradient_norm")


@study.claim("The same for logistic regression whose nodes have one label each")
def logistic(runs):
    exact = runs["Logistic: LEAD, 2 bits"]
    yield "LEAD: ‖∇f(x̄)‖ at the end", gradients(exact)[1][-1], "<=", 1e-9
    yield "LEAD: Γ at the end", exact.samples[-1]["consensus_distance"], "<=", 1e-18
    for name in METHODS:
        if name not in ("LEAD, 2 bits", "NIDS"):
            yield f"{name}: Γ at the end", runs[f"Logistic: {name}"].samples[-1]["consensus_distance"], ">=", 1e-3


@study.claim("LEAD sends a twelfth of the bytes that NIDS sends")
def bytes_sent(runs):
    sent = {name: runs[name].samples[-1]["sent_bytes_per_node"] for name in ("LEAD, 2 bits", "NIDS")}
    # 200 coordinates: 4 bytes each; or five levels, 27 of which fit into 8 bytes (5^27 < 2^64), and one norm of 4 bytes.
    yield "bytes of LEAD over NIDS", sent["LEAD, 2 bits"] / sent["NIDS"], "==", (8 * 8 + 4) / 800


@study.picture("convergence")
def convergence(runs):
    return draw_curves({name: errors(runs[name]) for name in METHODS}, "Rounds", "$\\Vert X - X^*\\Vert_F$")


@study.picture("logistic")
def logistic_picture(runs):
    return draw_curves({name: gradients(runs[f"Logistic: {name}"]) for name in METHODS}, "Rounds",
                       "Gradient norm at the mean")
