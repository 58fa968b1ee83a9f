"""gossamer table: the virtual time, the data sent and the node-steps that each run needed to reach a loss or an accuracy."""

from __future__ import annotations

import math
from argparse import ArgumentTypeError
from dataclasses import dataclass

from gossamer.support.command import Parser, command, note, write
from gossamer.support.errors import AnalysisError
from gossamer.support.wording import columns, readable_time, shortened, visible
from gossamer.traces.trace import Trace, read, remark_on_losses, print_warnings


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
        raise AnalysisError(f"{trace.path}: no sample has {self.keys[0]}, which the table is about")

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
    title = shortened(visible(trace.title))
    final = goal.shown(trace.series("time_s", goal.key(trace))[1][-1])
    reached = goal.crossing(trace)
    if reached is None:
        return [title, "not reached", "–", "–", final]
    sent, steps = reached.get("sent_bytes_per_node"), reached.get("node_steps_per_node")
    return [title, readable_time(reached["time_s"]), "–" if sent is None else f"{sent / 1e6:.2f} MB",
            "–" if steps is None else f"{steps:.0f}", final]


def table(traces: list[Trace], goal: Goal) -> str:
    """Lines of columns under a heading. Values are interpolated between the two records that enclose the crossing."""
    heading = [f"To a{'n' if goal.name[0] in 'aeiou' else ''} {goal.name} of {goal.shown(goal.target)}", "virtual time",
               "sent per node", "node-steps per node", "at the end"]
    return columns([heading] + [row(trace, goal) for trace in traces])


def target(text: str) -> float:
    """A loss, or an accuracy as a share or in percent."""
    try:
        value = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        value = math.nan
    if not -math.inf < value < math.inf:
        raise ArgumentTypeError(f'"{text}" is no number such as 0.5')
    return value


def arguments(argv: list[str]):
    to_file = "the table goes to the standard output: write it to a file by > FILE"
    parser = Parser("table", {"-o": to_file, "--out": to_file}, description="Prints " + __doc__.partition(": ")[2])
    parser.add_argument("traces", nargs="*", metavar="TRACE", help="what `gossamer run` left")
    targets = parser.add_mutually_exclusive_group()
    for name, (_, words, rises) in GOALS.items():
        targets.add_argument(f"--target-{name.replace('_', '-')}", type=target, metavar="SHARE" if rises else "LOSS",
                             help=f"{words}: {'at least' if rises else 'at most'} this")
    options = parser.parse_args(argv)
    if not options.traces:
        parser.error("no trace to read; expected such as: gossamer table quickstart.jsonl --target-loss 0.4")
    chosen = {name: value for name in GOALS if (value := getattr(options, f"target_{name}")) is not None}
    if not chosen:
        parser.error("no target; expected one of: " + ", ".join(f"--target-{name.replace('_', '-')}" for name in GOALS))
    (options.name, options.target), = chosen.items()
    if GOALS[options.name][2] and not 0 <= options.target <= 1:
        parser.error(f"an accuracy of {options.target:g}; expected a share from 0 to 1, or such as 90%")
    return options


@command("table")
def main(argv: list[str]) -> int:
    options = arguments(argv)
    traces = [read(path) for path in options.traces]
    print_warnings(traces)
    write(table(traces, goal(options.name, options.target)))
    if remark := remark_on_losses(traces):
        note(remark)
    return 0
