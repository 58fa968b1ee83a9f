"""The outputs of runs: traces, and timelines of single nodes."""

from gossamer.traces.timeline import Timeline, read as read_timeline
from gossamer.traces.trace import Trace, TraceError, read

__all__ = ["Timeline", "Trace", "TraceError", "read", "read_timeline"]
