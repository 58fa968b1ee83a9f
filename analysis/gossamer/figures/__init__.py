"""Pictures of traces, timelines, machine files and single curves, in one look. A figure is one of Matplotlib."""

from gossamer.figures.curves import draw as draw_traces
from gossamer.figures.gantt import draw as draw_timelines
from gossamer.figures.style import draw_curves, save

__all__ = ["draw_curves", "draw_timelines", "draw_traces", "save"]
