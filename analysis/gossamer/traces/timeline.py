"""Reads timelines, which `gossamer run --timeline` writes and experiments/formats/timeline.md describes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from gossamer.support.errors import AnalysisError
from gossamer.support.inputs import Source, open_source
from gossamer.support.shapes import AMOUNT, FROM_ZERO, NAME, NUMBER, TEXT, mismatch, parse
from gossamer.support.wording import shown

A_TIMELINE = "a timeline, as `gossamer run --timeline` writes it"
SHAPE = {"traceEvents": [{"ph": TEXT}], "otherData": {"title?": TEXT}}
THREAD = {"tid": NAME, "args": {"name": TEXT, "slowdown?": NUMBER}}
END = {"tid": NAME, "id": NAME, "ts": NUMBER, "cat?": TEXT}
EVENTS = {"X": {"tid": NAME, "cat": TEXT, "ts?": NUMBER, "dur": FROM_ZERO}, "s": END, "f": END,
          "C": {"ts?": NUMBER, "args": {"bytes?": AMOUNT}}}


@dataclass
class Timeline:
    """The content of a timeline file, in seconds; rows are counted from the top."""

    path: Path
    title: str = ""
    rows: list[str] = field(default_factory=list)
    slices: list[tuple[int, str, float, float]] = field(default_factory=list)  # row, activity, begin, end
    arrows: list[tuple[int, float, int, float]] = field(default_factory=list)  # row and time of either end
    lost: list[tuple[int, float, int, float]] = field(default_factory=list)  # the same, of messages that do not arrive
    in_flight: list[tuple[float, float]] = field(default_factory=list)  # since when, bytes
    known_slowdowns: dict[int, float] = field(default_factory=dict)  # of rows whose nodes the run's configuration slows down

    @property
    def end(self) -> float:
        return max(end for _, _, _, end in self.slices)

    def slowdowns(self) -> dict[int, float]:
        """How many times as long as others' each row's steps take: as the run's configuration has it, or else as measured."""
        return self.known_slowdowns or self._measured_slowdowns()

    def _measured_slowdowns(self) -> dict[int, float]:
        """How many times as long as the median row's each row's steps take, by medians; of rows with at least two
        steps. The first and the last slice of a row may be cut off, so they count only if there are no others."""
        slices: dict[int, list[float]] = {}
        for row, activity, begin, end in self.slices:
            if activity == "compute":
                slices.setdefault(row, []).append(end - begin)
        steps = {row: median(durations[1:-1] or durations) for row, durations in slices.items() if len(durations) > 1}
        usual = median(steps.values()) if steps else 0.0
        return {row: duration / usual for row, duration in steps.items()} if usual > 0 else {}

    def between(self, begin: float, end: float) -> Timeline:
        """The part of it that such a window shows."""
        inside = [(row, activity, max(first, begin), min(last, end))
                  for row, activity, first, last in self.slices if first < end and last > begin]
        arrows, lost = ([arrow for arrow in some if arrow[1] < end and arrow[3] > begin]
                        for some in (self.arrows, self.lost))
        return Timeline(self.path, self.title, self.rows, inside, arrows, lost, self.in_flight, self.known_slowdowns)


def read(path: str | Path) -> Timeline:
    """Reads a file of `gossamer run --timeline`. Throws AnalysisError if the file is something else."""
    return read_source(open_source(path, A_TIMELINE))


def read_source(source: Source) -> Timeline:
    """Reads a timeline from a file's content. Throws AnalysisError if it is none."""
    content = parse(source.text, source.path, A_TIMELINE)
    facts = content.get("otherData") if isinstance(content, dict) else None
    if not isinstance(facts, dict) or facts.get("program") != "gossamer" or "traceEvents" not in content:
        raise AnalysisError(f"{source.path}: is no timeline of Gossamer, expected {A_TIMELINE}")
    if wrong := mismatch(content, SHAPE) or _wrong_event(content["traceEvents"]):
        raise AnalysisError(f"{source.path}: {wrong}")
    timeline = Timeline(source.path, facts.get("title") or source.path.stem)
    _fill(timeline, content["traceEvents"])
    if not timeline.slices:
        raise AnalysisError(f"{source.path}: shows nothing: the run ended before the timeline's first instant")
    return timeline


def _wrong_event(events: list[dict]) -> str | None:
    """The error of the first event that cannot be drawn; none if all can."""
    named = {event["tid"] for event in events if _is_name(event)}
    for number, event in enumerate(events):
        path, shape = f"/traceEvents/{number}", EVENTS.get(event["ph"])
        if shape and (wrong := mismatch(event, shape, path)):
            return wrong
        if shape and "tid" in shape and event["tid"] not in named:
            return f"{path}/tid is {shown(event['tid'])}, expected a thread that an event thread_name names"
    return None


def _is_name(event: dict) -> bool:
    return event["ph"] == "M" and event.get("name") == "thread_name" and not mismatch(event, THREAD)


def _fill(timeline: Timeline, events: list[dict]) -> None:
    names = {event["tid"]: event["args"]["name"] for event in events if _is_name(event)}
    threads = sorted(names, key=lambda thread: (isinstance(thread, str), thread))
    timeline.rows = [names[thread] for thread in threads]
    rows = {thread: place for place, thread in enumerate(threads)}
    timeline.known_slowdowns = {rows[event["tid"]]: event["args"]["slowdown"] for event in events
                                if _is_name(event) and "slowdown" in event["args"]}
    tails = {}
    for event in events:
        time = event.get("ts", 0) / 1e6
        if event["ph"] == "X":
            timeline.slices.append((rows[event["tid"]], event["cat"], time, time + event["dur"] / 1e6))
        elif event["ph"] == "C" and "bytes" in event["args"]:
            timeline.in_flight.append((time, event["args"]["bytes"]))
        elif event["ph"] == "s":
            tails[event["id"]] = rows[event["tid"]], time
    # The events of different rows are in no order.
    for event in events:
        if event["ph"] == "f" and event["id"] in tails:
            arrows = timeline.lost if event.get("cat") == "lost" else timeline.arrows
            arrows.append((*tails[event["id"]], rows[event["tid"]], event["ts"] / 1e6))
