"""A table of the virtual time, the data sent and the node-steps that each run needed to reach a loss or an accuracy."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

from trace import Trace, TraceError, read, remark_on_losses, tell_warnings


def readable_time(seconds: float) -> str:
    shown = float(f"{seconds:.5g}")  # what rounds up to the next unit is shown in it
    for least, factor, unit in ((3 * 3600, 3600, "h"), (180, 60, "min"), (1, 1, "s"), (1e-3, 1e-3, "ms")):
        if shown >= least:
            return f"{seconds / factor:.2f} {unit}"
    return f"{seconds * 1e6:.2f} µs" if seconds else "0 s"


@dataclass(frozen=True)
class Goal:
    """A target of a quantity that falls or rises to it."""

    keys: tuple[str, ...]  # the first that a trace knows is meant
    name: str
    target: float
    rises: bool = False

    def key(self, trace: Trace) -> str:
        for key in self.keys:
            if trace.has(key):
                return key
        raise TraceError(f"{trace.path}: no sample has {self.keys[0]}, which the table is about")

    def crossing(self, trace: Trace) -> dict | None:
        find = trace.first_at_least if self.rises else trace.first_at_most
        return find(self.key(trace), self.target)

    def shown(self, value: float) -> str:
        return f"{100 * value:.4g} %" if self.rises else f"{value:.4g}"


GOALS = {
    "loss": (("train_loss",), "training loss", False),
    "accuracy": (("test_accuracy", "train_accuracy"), "accuracy", True),
    "local_loss": (("local_train_loss_mean",), "mean loss of own models", False),
    "local_accuracy": (("local_test_accuracy_mean", "local_train_accuracy_mean"), "mean accuracy of own models", True),
}


def goal(name: str, target: float) -> Goal:
    keys, words, rises = GOALS[name]
    return Goal(keys, words, target, rises)


def row(trace: Trace, goal: Goal) -> list[str]:
    final = goal.shown(trace.series("time_s", goal.key(trace))[1][-1])
    reached = goal.crossing(trace)
    if reached is None:
        return [trace.title, "not reached", "–", "–", final]
    return [trace.title, readable_time(reached["time_s"]), f"{reached['sent_bytes_per_node'] / 1e6:.2f} MB",
            f"{reached['node_steps_per_node']:.0f}", final]


def table(traces: list[Trace], goal: Goal) -> str:
    """Lines of columns under a heading. Values are interpolated between the two records that enclose the crossing."""
    heading = [f"To a{'n' if goal.name[0] in 'aeiou' else ''} {goal.name} of {goal.shown(goal.target)}", "virtual time",
               "sent per node", "node-steps per node", "at the end"]
    rows = [heading] + [row(trace, goal) for trace in traces]
    widths = [max(len(line[column]) for line in rows) for column in range(len(heading))]
    lines = ["  ".join([line[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])])
             for line in rows]
    return "\n".join([lines[0], "─" * len(lines[0])] + lines[1:])


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("traces", nargs="+", metavar="TRACE")
    targets = parser.add_mutually_exclusive_group(required=True)
    for name, (_, words, rises) in GOALS.items():
        targets.add_argument(f"--target-{name.replace('_', '-')}", type=float, metavar="SHARE" if rises else "LOSS",
                             help=f"{words}: {'at least' if rises else 'at most'} this")
    options = parser.parse_args(argv)
    name = next(name for name in GOALS if getattr(options, f"target_{name}") is not None)
    try:
        traces = [read(path) for path in options.traces]
        tell_warnings(traces)
        print(table(traces, goal(name, getattr(options, f"target_{name}"))))
        if remark := remark_on_losses(traces):
            print(remark, file=sys.stderr)
    except TraceError as error:
        print(f"{error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
