"""What each run needed to reach a training loss: virtual time, data sent and node-steps, as a table."""

from __future__ import annotations

import argparse
import sys

from trace import Trace, TraceError, read


def readable_time(seconds: float) -> str:
    shown = float(f"{seconds:.5g}")  # what rounds up to the next unit is shown in it
    for least, factor, unit in ((3 * 3600, 3600, "h"), (180, 60, "min"), (1, 1, "s"), (1e-3, 1e-3, "ms")):
        if shown >= least:
            return f"{seconds / factor:.2f} {unit}"
    return f"{seconds * 1e6:.2f} µs" if seconds else "0 s"


def row(trace: Trace, target: float) -> list[str]:
    losses = trace.series("time_s", "train_loss")[1]
    if losses.size == 0:
        raise TraceError(f"{trace.path}: no sample has train_loss, which the table is about")
    final = f"{losses[-1]:.4g}"
    reached = trace.first_at_most("train_loss", target)
    if reached is None:
        return [trace.title, "not reached", "–", "–", final]
    return [trace.title, readable_time(reached["time_s"]), f"{reached['sent_bytes_per_node'] / 1e6:.2f} MB",
            f"{reached['node_steps_per_node']:.0f}", final]


def table(traces: list[Trace], target: float) -> str:
    """Lines of columns under a heading. A value is that of the first record at which the target is reached."""
    heading = [f"To a training loss of {target:g}", "virtual time", "sent per node", "node-steps per node", "final loss"]
    rows = [heading] + [row(trace, target) for trace in traces]
    widths = [max(len(line[column]) for line in rows) for column in range(len(heading))]
    lines = ["  ".join([line[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])])
             for line in rows]
    return "\n".join([lines[0], "─" * len(lines[0])] + lines[1:])


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("traces", nargs="+", metavar="TRACE")
    parser.add_argument("--target-loss", type=float, required=True)
    options = parser.parse_args(argv)
    try:
        print(table([read(path) for path in options.traces], options.target_loss))
    except TraceError as error:
        print(f"{error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
