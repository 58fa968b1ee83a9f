"""What the page says of each run: its end, its command, its facts, its timeline."""

from __future__ import annotations

import shlex
from collections import Counter
from pathlib import Path

from gossamer.quantities import X, scaled
from gossamer.support.wording import readable_time, visible
from gossamer.sweeps import Run, label_text
from gossamer.sweeps.plain import differing_paths, settings_of, with_parts_as_blocks
from gossamer.traces.timeline import Timeline
from gossamer.traces.trace import Trace

MOST_ROWS = 16  # of a timeline
MOST_BARS = 700


def described(run: Run, trace: Trace | None) -> dict:
    """Facts of a run for the page. Its curve, its cell and the settings that differ are added by others."""
    if trace is None:
        words = f"Failed: {run.message}" if run.message else "Has not run yet."
        return {"seed": str(run.seed), "end": visible(words), "command": "", "hash": None, "warnings": []}
    return {"seed": str(run.seed), "end": end_of(trace), "command": visible(command_of(trace)),
            "hash": (trace.end or {}).get("hash"), "warnings": [visible(text) for text in trace.header.get("warnings", ())]}


def end_of(trace: Trace) -> str:
    if trace.divergence:
        where = f" on node {trace.divergence['node']:g}" if "node" in trace.divergence else ""
        when = readable_time(trace.divergence.get("time_s", 0))
        return visible(f"Diverged{where} at {when}: {trace.divergence.get('what', '')}").rstrip(": ")
    if trace.end is None:
        return f"Was cut off; its last record is at {readable_time(trace.samples[-1]['time_s'])}."
    reason = str(trace.end.get("reason", "")).replace("_", " ")
    when = readable_time(trace.end.get("time_s", trace.samples[-1]["time_s"]))
    return visible(f"Ended at {when} of virtual time (limit: {reason}).")


def command_of(trace: Trace) -> str:
    """The command line that repeats it. A run on real ranks needs its mpirun."""
    if trace.header.get("world") == "mpi":
        return str((trace.header.get("provenance") or {}).get("command", ""))
    return f"gossamer run {shlex.quote(str(trace.path))} --out again.jsonl"




# ----------------------------------------------------------------------------------------------------------------------
# Settings that differ.

class Settings:
    """Collects the settings of runs, and finds those that are not the same in all."""

    def __init__(self):
        self.rows: list[dict] = []

    def add(self, trace: Trace | None) -> None:
        self.rows.append(settings_of(trace) if trace else {})

    def differences(self) -> tuple[list[list[str]], list[list[str]]]:
        """The paths of settings that differ, each with its most frequent value; for each run its own values of them."""
        known = with_parts_as_blocks([row for row in self.rows if row])
        paths = differing_paths(known) if known else []
        usual = [[path, Counter(_text(row, path) for row in known).most_common(1)[0][0]] for path in paths]
        filled = iter(known)
        rows = [next(filled) if given else {} for given in self.rows]
        return usual, [[_text(row, path) for path in paths] if row else [] for row in rows]


def _text(row: dict, path: str) -> str:
    return visible(label_text(row[path])) if path in row else "–"


# ----------------------------------------------------------------------------------------------------------------------
# Timelines.

def timeline_for(trace: Trace, timelines: list[Timeline]) -> Timeline | None:
    """The timeline that the command of a run has written, or that lies beside its trace, or has its title."""
    words = str((trace.header.get("provenance") or {}).get("command", "")).split()
    named = [Path(word).name for before, word in zip(words, words[1:]) if before == "--timeline"]
    beside = (f"{trace.path.stem}.timeline", f"{trace.path.stem}-timeline")
    for timeline in timelines:
        if timeline.path.name in named or timeline.path.stem in beside:
            return timeline
    alike = [timeline for timeline in timelines if timeline.title == trace.title]
    return alike[0] if len(alike) == 1 else None


def window_of(timeline: Timeline) -> dict:
    """The first part of a timeline that a page can show: up to so many rows and bars."""
    rows = timeline.rows[:MOST_ROWS]
    bars = sorted((each for each in timeline.slices if each[0] < len(rows)), key=lambda each: each[2])
    begin = min(each[2] for each in bars) if bars else 0.0
    end = bars[MOST_BARS][2] if len(bars) > MOST_BARS else max((each[3] for each in bars), default=1.0)
    shown = [each for each in bars if each[2] < end]
    divisor, unit = scaled(X["time"], end)
    digits = lambda time: float(f"{min(time, end) / divisor:.6g}")  # noqa: E731
    cut = len(rows) < len(timeline.rows) or len(shown) < len(bars)
    remark = (f"The first {len(rows)} of {len(timeline.rows)} nodes, up to {readable_time(end)}; gossamer plot draws all."
              if cut else "")
    return {"rows": rows, "unit": unit, "begin": digits(begin), "end": digits(end), "remark": remark,
            "bars": [[row, activity, digits(first), digits(last)] for row, activity, first, last in shown]}
