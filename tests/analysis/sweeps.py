"""Small sweeps made by hand, whose runs lose by a known law: the loss is 2 at first and halves every `half` seconds."""

import math
from pathlib import Path

from traces import HEADER, sample

from gossamer.sweeps import Axis, Cell, Run, Sweep, Target
from gossamer.traces import Trace

T_OF_TWO = math.tan(0.475 * math.pi)  # Student's quantile at 97.5 % with one degree of freedom: that of Cauchy's law
T_OF_THREE = 0.95 * math.sqrt(2 / (1 - 0.95**2))  # with two, where P(|T| <= t) = t/√(2 + t²)
HALF = Target("train_loss", 1.0)  # reached after `half` seconds
QUARTER = Target("train_loss", 0.5)  # reached after twice as long


def falling(half, end=4.0, every=0.5, title="Falling", nodes=(), topology=None, **quantities):
    """A trace of a loss that halves every `half` seconds, with 10 node-steps and 1000 bytes a second; `quantities` are
    functions of time."""
    header = {**{key: value for key, value in HEADER.items() if key != "record"}, "title": title, "topology": topology}
    samples = []
    for k in range(round(end / every) + 1):
        t = k * every
        usual = {"train_loss": 2 * 0.5 ** (t / half), "node_steps_per_node": 10 * t, "sent_bytes_per_node": 1000 * t}
        samples.append(sample(t, **{**usual, **{key: function(t) for key, function in quantities.items()}}))
    for each in samples:
        del each["record"]
    return Trace(Path(f"{title}.jsonl"), header, samples, list(nodes))


def sweep_of(axes, cells, targets=(HALF,), title="A sweep", folder=Path("folder")):
    """`axes` by their names, with their labels; `cells` by tuples of labels, with a list of traces: seeds 1, 2, …"""
    found = []
    for labels, traces in cells.items():
        labels = dict(zip(axes, labels))
        runs = [Run(labels, seed, Path(f"{'-'.join(map(str, labels.values()))}-{seed}.jsonl"), _trace=trace)
                for seed, trace in enumerate(traces, start=1)]
        found.append(Cell(labels, runs))
    axes = [Axis(name, tuple(labels)) for name, labels in axes.items()]
    return Sweep(title, axes, found, list(targets), None, (0.5, 1.0), folder)
