"""The graphs of the runs for the page: places, edges, and what nodes did."""

from __future__ import annotations

import json

import numpy as np

from gossamer.figures.layout import places
from gossamer.report.edges import edges_of
from gossamer.quantities import Quantity, scaled
from gossamer.report.encoding import encoded, numbers
from gossamer.support.children import RunError
from gossamer.support.wording import shortened
from gossamer.traces.trace import Trace

MOST_NODES = 1000
MOST_EDGES, MOST_READ = 2500, 250_000  # that are drawn, and that are read
MOST_GRAPHS = 6
NODE_LETTERS = 24_000  # for what nodes did, in all graphs
OF_NODES = (Quantity("idle_share", "Idle share", percent=True), Quantity("node_steps", "Node-steps"),
            Quantity("sent_bytes", "Sent", unit="B"), Quantity("staleness_mean", "Mean staleness"),
            Quantity("slowdown", "Slowdown"))


class Graphs:
    """Collects the graphs of traces: each once, with the runs that used it."""

    def __init__(self, program: str):
        self.program = program
        self.found: dict[str, dict] = {}
        self.complaints: list[str] = []
        self.remarks: list[str] = []  # on graphs that are not drawn
        self.left = NODE_LETTERS

    def add(self, trace: Trace, name: str) -> None:
        facts = trace.header.get("topology") or {}
        configuration = trace.header.get("configuration") or {}
        key = json.dumps([configuration.get("topology"), facts], sort_keys=True)
        if key not in self.found and len(self.found) < MOST_GRAPHS and not self.complaints:
            try:
                self.found[key] = self._drawn(trace, facts)
            except RunError as error:
                self.complaints.append(f"Graphs are not drawn, since the program does not give their edges: {error}")
        if graph := self.found.get(key):
            self._add_view(graph, trace, name)

    def _drawn(self, trace: Trace, facts: dict) -> dict | None:
        nodes, count = facts.get("nodes", 0), facts.get("edges", 0)
        if not 1 < nodes <= MOST_NODES or count > MOST_READ:
            self.remarks.append(f"{facts.get('kind', 'graph')}, {nodes} nodes, {count} edges{_facts(facts)}: too large to draw")
            return None
        edges = edges_of(trace.path, self.program)
        shown = edges[np.unique(np.linspace(0, len(edges) - 1, min(len(edges), MOST_EDGES)).astype(int))]
        points = (places(nodes, edges) + 1) / 2
        partial = len(shown) < len(edges)
        size = f"{nodes} nodes, {len(edges)} edges"
        remark = size + (f", of which {len(shown)} are drawn" if partial else "") + _facts(facts)
        return {"name": shortened(f"{facts.get('kind', 'graph')}, {size}"), "nodes": nodes,
                "x": encoded(points[:, 0]), "y": encoded(points[:, 1]), "remark": remark, "partial": partial,
                "edges": [numbers(shown[:, 0]), numbers(shown[:, 1])], "quantities": [], "views": []}

    def _add_view(self, graph: dict, trace: Trace, name: str) -> None:
        values = node_values(trace, graph["nodes"])
        columns = {key: encoded(column) for key, column in values.items()}
        letters = sum(len(column[3]) for column in columns.values())
        lacking = {each["key"] for each in graph["quantities"]} - columns.keys()
        if not columns or lacking or letters > self.left:
            return
        self.left -= letters
        if not graph["views"]:
            graph["quantities"] = [_quantity(each, values[each.key]) for each in OF_NODES if each.key in values]
        graph["views"].append({"name": name, "values": columns})

    def page(self) -> list[dict]:
        return [graph for graph in self.found.values() if graph]


def node_values(trace: Trace, nodes: int) -> dict[str, np.ndarray]:
    """What each node did, by the keys of OF_NODES, as far as the trace has it for all nodes."""
    records = sorted((node for node in trace.nodes if "node" in node), key=lambda node: node["node"])
    if [node["node"] for node in records] != list(range(nodes)):
        return {}
    for node in records:
        if "idle_s" in node and node.get("computing_s", 0) + node["idle_s"] > 0:
            node["idle_share"] = node["idle_s"] / (node.get("computing_s", 0) + node["idle_s"])
    return {each.key: np.array([node[each.key] for node in records], dtype=float) for each in OF_NODES
            if all(each.key in node for node in records)}


def _quantity(quantity: Quantity, values: np.ndarray) -> dict:
    divisor, unit = scaled(quantity, float(values.max()))
    return {"key": quantity.key, "label": quantity.label, "divisor": divisor, "unit": unit, "percent": quantity.percent}


def _facts(facts: dict) -> str:
    words = {"diameter": "diameter {:g}", "rho": "ρ = {:.4g}", "effective_neighbors": "effective neighbors {:.3g}"}
    return "".join(f", {text.format(facts[key])}" for key, text in words.items() if isinstance(facts.get(key), (int, float)))
