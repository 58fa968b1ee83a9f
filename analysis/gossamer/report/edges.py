"""Graphs of runs: their edges, which the program writes."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import numpy as np

from gossamer.support.children import RunError, description_of_end, run_child


def edges_of(trace: Path, program: str) -> np.ndarray:
    """The edges of a trace's graph, a row for each, over all rounds. Throws RunError if the program fails."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "graph.dot"
        done = run_child([program, "topology", str(trace), "--dot", str(file)])
        if done.returncode:
            raise RunError(f"{trace}: {done.stderr.strip() or description_of_end(done)}")
        found = re.findall(r"(\d+)\s*-[->]\s*(\d+)", file.read_text(encoding="utf-8"))
    pairs = np.sort(np.array(found, dtype=int).reshape(-1, 2), axis=1)
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
