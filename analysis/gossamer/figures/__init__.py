"""Pictures of traces, sweeps, timelines, machine files and single curves, in one look. A figure is one of Matplotlib; no
backend is chosen, and no window opened."""

from gossamer.figures.along import draw as draw_along
from gossamer.figures.curves import draw as draw_traces
from gossamer.figures.curves import draw_sweep
from gossamer.figures.gantt import draw as draw_timelines
from gossamer.figures.graph import draw as draw_graph
from gossamer.figures.measures import Measure
from gossamer.figures.named_curves import draw_curves
from gossamer.figures.nodes import draw as draw_nodes
from gossamer.figures.pareto import draw as draw_pareto
from gossamer.figures.phase import draw as draw_phases
from gossamer.figures.predictions import draw_predictions
from gossamer.figures.saving import save
from gossamer.figures.theory import draw as draw_theory

__all__ = ["Measure", "draw_along", "draw_curves", "draw_graph", "draw_nodes", "draw_pareto", "draw_phases",
           "draw_predictions", "draw_sweep", "draw_theory", "draw_timelines", "draw_traces", "save"]
