"""Draws the graph itself, its nodes in the color of one of their quantities at the end of a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.ticker import FuncFormatter, MaxNLocator

from gossamer.figures.layout import lattice, on_lattice, places
from gossamer.figures.panels import Grid
from gossamer.figures.style import INK, ORDERED, readable_on, theme
from gossamer.quantities import OF_NODES, Quantity, scaled
from gossamer.support.errors import AnalysisError
from gossamer.traces.trace import Trace

MOST_NODES = 1000
MOST_NUMBERS = 40  # nodes with their numbers


@dataclass(frozen=True)
class Graph:
    """Edges of nodes from 0 to nodes − 1: pairs, once for both directions."""

    nodes: int
    edges: np.ndarray


def quantity_of(trace: Trace, name: str | None) -> Quantity:
    """The quantity of this name, or the first that differs between nodes: staleness, waiting, what they sent."""
    known = [each for each in OF_NODES if values_of(trace, OF_NODES[each], len(trace.nodes)) is not None]
    if name:
        if name not in known:
            raise AnalysisError(f"{trace.path}: no record of a node has {OF_NODES[name].key}, expected --y with one of: "
                                f"{', '.join(known) or 'none'}")
        return OF_NODES[name]
    if not known:
        raise AnalysisError(f'{trace.path}: has no records of nodes, as a run leaves them at its end unless its "record" has '
                            '"nodes": "none"')
    differs = [each for each in known if np.ptp(values_of(trace, OF_NODES[each], len(trace.nodes))) > 0]
    return OF_NODES[(differs or known)[0]]


def values_of(trace: Trace, quantity: Quantity, count: int) -> np.ndarray | None:
    """By the nodes' numbers; none unless all nodes have it."""
    if quantity.key == "idle_share":
        found = {node["node"]: node["idle_s"] / max(node["idle_s"] + node["computing_s"], 1e-300) for node in trace.nodes
                 if {"node", "idle_s", "computing_s"} <= node.keys()}
    else:
        found = {node["node"]: node[quantity.key] for node in trace.nodes if {"node", quantity.key} <= node.keys()}
    return np.array([found[node] for node in range(count)], dtype=float) if count and set(found) == set(range(count)) else None


def draw(graphs: list[Graph], traces: list[Trace], names: list[str], y_name: str | None = None, *, width: str | None = None):
    """The figure: a panel for each run, with one scale of colors. Throws AnalysisError if a graph is too large for a picture,
    or if the nodes of a run lack the quantity."""
    quantity = quantity_of(traces[0], y_name)
    columns = []
    for graph, trace in zip(graphs, traces):
        if graph.nodes > MOST_NODES:
            raise AnalysisError(f"{trace.path}: has {graph.nodes} nodes, and a picture can show {MOST_NODES}")
        values = values_of(trace, quantity, graph.nodes)
        if values is None:
            raise AnalysisError(f"{trace.path}: not every node has {quantity.key}")
        columns.append(values)
    largest, least = max(values.max() for values in columns), min(values.min() for values in columns)
    factor, unit = scaled(quantity, largest)
    limits = (0.0 if quantity.from_zero else least / factor, largest / factor)
    with theme():
        height = 3.4 if len(names) == 1 and width != "column" else 2.7
        grid = Grid(1, names if len(names) > 1 else [""], width, height=height, share_x=False)
        drawn = [_draw_panel(grid.at(0, place), graph, values / factor, limits)
                 for place, (graph, values) in enumerate(zip(graphs, columns))]
        bar = grid.figure.colorbar(drawn[0], ax=grid.panels, shrink=0.8, aspect=25, pad=0.02)
        bar.outline.set_visible(False)
        bar.locator = MaxNLocator(5)
        bar.set_label(f"{quantity.label} ({unit})" if unit else quantity.label)
        if quantity.percent:
            bar.formatter = FuncFormatter(lambda share, _: f"{100 * share:g} %")
        bar.update_ticks()
    return grid.figure


def _drawing(graph: Graph) -> tuple[np.ndarray, np.ndarray]:
    """Places of nodes, and lines for edges. The edges of a torus that join opposite borders are two short ends."""
    columns = lattice(graph.nodes, graph.edges)
    if columns is None:
        points = places(graph.nodes, graph.edges)
        return points, points[graph.edges]
    points = on_lattice(graph.nodes, columns)
    ways, step = points[graph.edges], abs(points[1, 0] - points[0, 0])
    along = ways[:, 1] - ways[:, 0]
    is_far = np.linalg.norm(along, axis=1) > 1.5 * step
    outward = 0.45 * step * along[is_far] / np.linalg.norm(along[is_far], axis=1)[:, None]
    ends = [np.stack([ways[is_far, end], ways[is_far, end] + sign * outward], axis=1) for end, sign in ((0, -1), (1, 1))]
    return points, np.concatenate([ways[~is_far], *ends])


def _draw_panel(axes, graph: Graph, values: np.ndarray, limits: tuple[float, float]):
    points, ways = _drawing(graph)
    strength = min(1.0, max(0.08, 2.5 * graph.nodes / max(1, len(graph.edges)) / 4))
    axes.add_collection(LineCollection(ways, color=INK, linewidth=0.5, alpha=strength, zorder=1))
    numbered = graph.nodes <= MOST_NUMBERS
    size = 110 if numbered else min(110.0, 6000 / graph.nodes)
    low, high = limits if limits[0] < limits[1] else (limits[0] - 0.5, limits[0] + 0.5)
    nodes = axes.scatter(*points.T, c=values, s=size, cmap=ORDERED, vmin=low, vmax=high, edgecolor="white",
                         linewidth=0.6 if graph.nodes <= 300 else 0.2, zorder=2)
    if numbered:
        for node, (point, value) in enumerate(zip(points, values)):
            color = readable_on(ORDERED((value - low) / (high - low)))
            axes.text(*point, f"{node}", ha="center", va="center", fontsize=5.5, color=color, zorder=3)
    axes.set_aspect("equal")
    axes.set_xlim(-1.12, 1.12)
    axes.set_ylim(-1.12, 1.12)
    axes.set_axis_off()
    return nodes
