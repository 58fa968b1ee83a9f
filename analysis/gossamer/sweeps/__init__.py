"""Sweeps: runs in cells, which have one label on each axis and differ by their seeds inside."""

from gossamer.sweeps.load import load
from gossamer.sweeps.retimed import retimed
from gossamer.sweeps.sweep import Axis, Cell, Run, Sweep, SweepError, Target, Tuned, label_text

__all__ = ["Axis", "Cell", "Run", "Sweep", "SweepError", "Target", "Tuned", "label_text", "load", "retimed"]
