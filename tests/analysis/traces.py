"""Small traces made by hand, whose values are known."""

import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path

ANALYSIS = Path(__file__).resolve().parents[2] / "analysis"
sys.path.insert(0, str(ANALYSIS))

HEADER = {"record": "header", "schema": 1, "program": "gossamer", "version": "0.1.0", "world": "simulation",
          "title": "Ring of 4", "seed": 1}

END = {"record": "end", "reason": "virtual_time"}


def sample(time_s, **values):
    return {"record": "sample", "time_s": time_s, **values}


class WithFolder(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name, *records, end="\n"):
        """A file with one line for each record: objects as JSON, texts as they are."""
        lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
        path = self.folder / name
        path.write_text("\n".join(lines) + end, encoding="utf-8")
        return path


def legend_names(figure):
    """The names in all legends of a figure."""
    from matplotlib.legend import Legend

    return [text.get_text() for legend in figure.findobj(Legend) for text in legend.get_texts()]


def outcome(main, *words):
    """The exit code of a command, and its messages without the names of folders."""
    with contextlib.redirect_stderr(io.StringIO()) as stderr, contextlib.redirect_stdout(io.StringIO()):
        code = main([str(word) for word in words])
    return code, stderr.getvalue()


def event(kind, thread, **values):
    return {"ph": kind, "pid": 1, "tid": thread, **values}


# Two nodes: each computes for a millisecond, and one message is lost, one arrives.
EVENTS = [event("M", 1, name="thread_name", args={"name": "node 0"}),
          event("M", 2, name="thread_name", args={"name": "node 1"}),
          event("X", 1, ts=0, dur=1000, cat="compute", name="compute", args={"step": 0}),
          event("X", 2, ts=0, dur=1000, cat="wait", name="wait", args={}),
          *[event(end, thread, ts=time, id=number, cat=cat, name="model") for end, thread, time, number, cat in
            (("s", 1, 100, 1, "message"), ("f", 2, 600, 1, "message"), ("s", 2, 200, 2, "lost"), ("f", 1, 700, 2, "lost"))],
          {"ph": "C", "pid": 1, "ts": 100, "name": "bytes in flight", "args": {"bytes": 2000}}]


def timeline(title="Two nodes", events=EVENTS):
    return {"otherData": {"program": "gossamer", "title": title}, "traceEvents": events}


def machine(mpi="Open MPI v4.1.4"):
    """A machine file as `gossamer calibrate` writes it: times of messages on one line, 1 µs + s / (1 GB/s)."""
    rows = [{"size_bytes": size, "median_s": 1e-6 + 1e-9 * size, "low_s": 1e-6, "high_s": 1e-3,
             "fitted_s": 1e-6 + 1e-9 * size, "exchange_s": 2e-6 + 2e-9 * size} for size in (1, 64, 4096)]
    line = {"first_bytes": 1, "last_bytes": 4096, "latency_s": 1e-6, "seconds_per_byte": 1e-9}
    return {"network": {"kind": "alpha_beta"}, "calibration": {"ranks": 2, "mpi": mpi, "messages": rows, "segments": [line]}}
