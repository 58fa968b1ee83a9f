"""The sentences on what runs do not model, as far as their configurations leave it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

ALWAYS = ("Packets, the memory hierarchy of a node, disks, energy, and the time to load data are not modelled.",
          "A node computes one gradient at a time.")


@dataclass(frozen=True)
class Modelled:
    """What decides on the sentences: of one run."""

    configuration: dict
    world: str
    slowest: float  # the largest mean factor by which stragglers lengthen the steps of a node; 1 without any

    def at(self, path: str):
        """The value at a path such as "/network/jitter"; none if there is none."""
        value = self.configuration
        for key in path.strip("/").split("/"):
            value = value.get(key) if isinstance(value, dict) else None
        return value


def _is(path: str, value) -> Callable[[Modelled], bool]:
    return lambda run: run.at(path) == value


def _lacks(path: str) -> Callable[[Modelled], bool]:
    return lambda run: not run.at(path)


# Conditions on a run, and what it then leaves out.
SENTENCES: tuple[tuple[Callable[[Modelled], bool], str], ...] = (
    (_is("/numerics", "off"), "Nothing is learned: the runs are of time and bytes alone."),
    (_lacks("/faults"), "No node fails and no message is lost."),
    (lambda run: run.slowest <= 1, "No node is slower than the others."),
    (_is("/compute/draw", "per_node"), "The steps of a node all take the same time."),
    (_lacks("/compute/averaging"), "Averaging what was received takes no time, and neither does compression."),
    (_is("/network/jitter", 0), "Latencies do not vary from message to message."),
    (_is("/network/overhead", "0 s"), "Sending and receiving keep no processor busy."),
    (_is("/network/geometry", "none"), "Distances of nodes do not matter to latency."),
    (_is("/network/collectives", "formula"), "Messages of all-reduces are not played: a formula gives their duration."),
)


def limits(runs: list[Modelled]) -> list[dict]:
    """The sentences for the page, each with the number of runs that it is true of if it is not true of all."""
    simulated = [run for run in runs if run.world != "mpi"]
    found = [(sentence, sum(map(holds, simulated))) for holds, sentence in SENTENCES]
    found += [(sentence, len(simulated)) for sentence in ALWAYS]
    if len(simulated) < len(runs):
        found.append(("Runs on real ranks: their times are those of their machine.", len(runs) - len(simulated)))
    return [{"text": sentence, "count": "" if count == len(runs) else f"(in {count} of {len(runs)} runs)"}
            for sentence, count in found if count]
