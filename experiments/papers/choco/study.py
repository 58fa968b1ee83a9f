"""CHOCO: average consensus, and SGD, by compressed differences."""

import numpy as np

from gossamer.figures import draw_curves
from gossamer.studies import Study

study = Study("CHOCO: compressed gossip that converges, with two orders of magnitude fewer bytes", base="logistic.json")

# Average consensus, n = 25, d = 2000: consensus steps from a scan, the largest that converges without wavering.
GOSSIP = {
    "Exact gossip": ({"kind": "gossip"}, 1000),
    "CHOCO, QSGD of 8 bits": ({"kind": "choco_gossip", "consensus_step": 1,
                               "compressor": {"kind": "qsgd", "levels": 127, "rescaled": True}}, 1000),
    "CHOCO, top 1 %": ({"kind": "choco_gossip", "consensus_step": 0.046,
                        "compressor": {"kind": "top_k", "fraction": 0.01}}, 24000),
    "CHOCO, random 1 %": ({"kind": "choco_gossip", "consensus_step": 0.011,
                           "compressor": {"kind": "random_k", "fraction": 0.01}}, 80000),
}
for name, (algorithm, rounds) in GOSSIP.items():
    study.run(f"Consensus: {name}", {"/algorithm": algorithm, "/stop": {"node_steps": rounds},
                                     "/record": {"every_node_steps": rounds // 200, "nodes": "none"}},
              base="consensus.json")

# SGD, n = 9, d = 500: one step size for all.
TOP = {"kind": "top_k", "fraction": 0.01}
SIGN = {"kind": "scaled_sign"}
COARSE = {"kind": "qsgd", "levels": 1, "rescaled": False}
SGD = {
    "D-PSGD": {"kind": "d_psgd", "form": "atc"},
    "CHOCO-SGD, top 1 %": {"kind": "choco_sgd", "consensus_step": 0.05, "compressor": TOP},
    "CHOCO-SGD, sign": {"kind": "choco_sgd", "consensus_step": 0.3, "compressor": SIGN},
    "DCD-PSGD, QSGD of one level": {"kind": "dcd_psgd", "compressor": COARSE},
    "ECD-PSGD, QSGD of one level": {"kind": "ecd_psgd", "compressor": COARSE},
    "CHOCO-SGD, QSGD of one level": {"kind": "choco_sgd", "consensus_step": 0.05,
                                     "compressor": {**COARSE, "rescaled": True}},
}
for name, algorithm in SGD.items():
    study.run(name, {"/algorithm": {"step_size": 0.02, **algorithm}})


def consensus(trace):
    """Γ against rounds and against bytes that a node has sent."""
    rounds, gamma = trace.series("node_steps_per_node", "consensus_distance")
    return rounds, gamma, trace.series("sent_bytes_per_node", "consensus_distance")[0]


def bytes_to(trace, share: float) -> float:
    """Bytes per node until Γ is below that share of what it was."""
    _, gamma, sent = consensus(trace)
    return float(sent[np.argmax(gamma < share * gamma[0])]) if (gamma < share * gamma[0]).any() else np.inf


def loss(trace) -> float:
    return trace.samples[-1].get("train_loss", np.inf) if trace.divergence is None else np.inf


def bytes_to_loss(trace, target: float) -> float:
    reached = trace.first_at_most("train_loss", target)
    return reached["sent_bytes_per_node"] if reached else np.inf


@study.claim("CHOCO-Gossip converges linearly, however coarse the compressor")
def linear(runs):
    for name in GOSSIP:
        rounds, gamma, _ = consensus(runs[f"Consensus: {name}"])
        yield f"{name}: Γ at the end, over that at first", gamma[-1] / gamma[0], "<=", 1e-10
        # From a tenth of the start on, while above rounding.
        inside = (gamma < 1e-1 * gamma[0]) & (gamma > 1e-18 * gamma[0])
        fit = np.polyfit(rounds[inside], np.log10(gamma[inside]), 1)
        off = np.abs(np.polyval(fit, rounds[inside]) - np.log10(gamma[inside])).max()
        yield f"{name}: largest distance of log10 Γ from a line over {-np.log10(gamma[inside][-1] / gamma[0]):.0f} " \
            "decades", off, "<=", 0.1 * -np.log10(gamma[inside][-1] / gamma[0])


@study.claim("With 8 bits CHOCO-Gossip needs as many rounds as exact gossip, and a third of the bytes")
def eight_bits(runs):
    exact, compressed = (runs[f"Consensus: {name}"] for name in ("Exact gossip", "CHOCO, QSGD of 8 bits"))
    yield "bytes to a Γ of 1e-8 of the start, over those of exact gossip", \
        bytes_to(compressed, 1e-8) / bytes_to(exact, 1e-8), "<=", 0.34


@study.claim("CHOCO-SGD reaches the loss of D-PSGD with one or two orders of magnitude fewer bytes")
def fewer_bytes(runs):
    target = 1.05 * loss(runs["D-PSGD"])
    for name, share in (("CHOCO-SGD, top 1 %", 1 / 20), ("CHOCO-SGD, sign", 1 / 15)):
        yield f"{name}: bytes to 1.05 times the final loss of D-PSGD, over those of D-PSGD", \
            bytes_to_loss(runs[name], target) / bytes_to_loss(runs["D-PSGD"], target), "<=", share


@study.claim("Where compression is coarse DCD-PSGD and ECD-PSGD fail, and CHOCO-SGD does not")
def coarse(runs):
    exact = loss(runs["D-PSGD"])
    yield "CHOCO-SGD: loss over that of D-PSGD", loss(runs["CHOCO-SGD, QSGD of one level"]) / exact, "<=", 1.2
    for name in ("DCD-PSGD", "ECD-PSGD"):
        yield f"{name}: loss over that of D-PSGD", loss(runs[f"{name}, QSGD of one level"]) / exact, ">=", 5


@study.picture("consensus")
def consensus_picture(runs):
    curves = {}
    for name in GOSSIP:
        _, gamma, sent = consensus(runs[f"Consensus: {name}"])
        kept = gamma > 1e-20 * gamma[0]
        curves[name] = (sent[kept] / 1e6, gamma[kept] / gamma[0])
    return draw_curves(curves, "Sent per node (MB)", "Consensus distance $\\Gamma/\\Gamma_0$")


@study.picture("sgd")
def sgd_picture(runs):
    curves = {}
    for name in SGD:
        if name.startswith(("DCD", "ECD")):
            continue  # they leave the picture at once
        sent, losses = runs[name].series("sent_bytes_per_node", "train_loss")
        curves[name] = (sent[1:] / 1e6, losses[1:])
    return draw_curves(curves, "Sent per node (MB)", "Training loss", x_log=True)
