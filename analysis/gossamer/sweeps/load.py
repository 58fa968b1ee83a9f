"""Loads a sweep from its folder, or from plain traces."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from gossamer.sweeps.folder import is_sweep, read_folder
from gossamer.sweeps.plain import sweep_of
from gossamer.sweeps.sweep import Sweep, SweepError
from gossamer.traces.trace import read


def load(paths: str | os.PathLike | Sequence[str | os.PathLike]) -> Sweep:
    """The sweep of a folder that `gossamer sweep` has filled, or of one or more traces.

    Axes of traces are the settings that differ. Throws AnalysisError if a file is neither."""
    paths = [Path(path) for path in ([paths] if isinstance(paths, (str, os.PathLike)) else paths)]
    if not paths:
        raise SweepError("no traces and no folder of a sweep")
    for path in paths:
        if path.name == "sweep.json" and path.is_file():
            raise SweepError(f"{path}: is the plan of a sweep, expected its folder: {path.parent}")
    folders = [path for path in paths if path.is_dir() and is_sweep(path)]
    if folders and len(paths) > 1:
        other = next(path for path in paths if path != folders[0])
        raise SweepError(f"{folders[0]}: is the folder of a sweep, beside {other}; expected one folder, or traces alone")
    return read_folder(folders[0]) if folders else sweep_of([read(path) for path in paths])
