"""Questions that the program answers without a run: names, settings, experiments, graphs."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gossamer.door.experiment import Config, as_file, settings_words, text_of
from gossamer.door.program import ask, ask_for_json
from gossamer.support.children import RunError


class Checked(dict):
    """An experiment with every default filled in. `facts` is a text on its graph, data and model, with warnings."""

    facts: str = ""


def check(config: Config, settings: Mapping | None = None, /, **overrides) -> Checked:
    """Validates an experiment, given as for `run`, and runs nothing. Throws RunError with the program's own words.

    >>> ring = {"topology": {"kind": "ring", "nodes": 8}, "model": "quadratic", "algorithm": "d_psgd",
    ...         "stop": {"node_steps": 50}}
    >>> checked = check(ring, algorithm__step_size=0.5)
    >>> checked["algorithm"]["step_size"], checked["numerics"]
    (0.5, 'float32')
    >>> print(checked.facts.splitlines()[1])
      topology                    ring
    """
    with as_file(config) as (path, name):
        try:
            out, facts = ask("check", path, *settings_words(settings, overrides))
        except RunError as error:
            raise RunError(str(error).replace(path, name)) from None
    checked = Checked(json.loads(out))
    checked.facts = facts
    return checked


class Explanation(dict):
    """What a name means. It is printed as text; as a dict it has the `name` and its `meanings`, each a dict with `is`."""

    def __str__(self) -> str:
        return self["text"].rstrip("\n")

    __repr__ = __str__

    def _repr_pretty_(self, printer, _) -> None:
        printer.text(str(self))


def explain(name: str) -> Explanation:
    """What a name means: of an algorithm or another entry, a block, a key, a column of a trace, a symbol.

    >>> print(str(explain("d_psgd")).splitlines()[0])
    d_psgd: an algorithm
    >>> entry = explain("d_psgd")["meanings"][0]
    >>> {setting["name"]: setting["default"] for setting in entry["settings"]}["step_size"]
    0.1
    """
    return Explanation(ask_for_json("explain", name))


def names(kind: str | None = None) -> dict[str, str]:
    """All names of a kind, such as "algorithms" or "topologies", with a sentence on each; without one, all kinds.

    >>> names("topologies")["ring"]
    'a circle'
    """
    sections = ask_for_json("list", *([kind] if kind else []))["sections"]
    if kind is None:
        return {section["name"]: section["noun"] for section in sections}
    return {entry["name"]: entry["sentence"] for section in sections for entry in section["entries"]}


@dataclass(frozen=True, repr=False)
class Graph:
    """A graph: its edges (i, j) with i < j, one a row; or its arcs, where i sends to j, if it is directed."""

    kind: str
    nodes: int
    edges: np.ndarray
    directed: bool
    facts: dict = field(default_factory=dict)  # as in the header of a trace: diameter, degree_min, bipartite, …

    def __repr__(self) -> str:
        return f"<Graph {self.kind}: {self.nodes} nodes, {len(self.edges)} {'arcs' if self.directed else 'edges'}>"

    def neighbors(self, node: int) -> np.ndarray:
        """The nodes to which a node sends, in ascending order."""
        sent = self.edges[self.edges[:, 0] == node, 1]
        return np.sort(sent if self.directed else np.append(sent, self.edges[self.edges[:, 1] == node, 0]))


class Topology(NamedTuple):
    """A mixing matrix, what theory needs of it, and its graph."""

    W: np.ndarray | None
    spectrum: dict[str, float]
    graph: Graph


def topology(spec: Config, settings: Mapping | None = None, /, *, matrix: bool = True, spectrum: bool = False,
             **overrides) -> Topology:
    """The mixing matrix of a topology, its spectrum, and its graph.

    `spec` is a text such as "torus:rows=8,columns=8", the block of a topology, or an experiment as for `run`. W is a dense
    n × n array, which stays in a file until it is used; `matrix=False` leaves it out for large graphs. Above 50,000 nodes
    `spectrum=True` computes the spectrum, too, which can take minutes. If W differs from round to round, W is the mean of
    all rounds, and the spectrum has a consensus factor in place of rho.

    >>> W, spectrum, graph = topology("ring:nodes=8")
    >>> W[0]
    array([0.33333333, 0.33333333, 0.        , 0.        , 0.        ,
           0.        , 0.        , 0.33333333])
    >>> bool(abs(spectrum["rho"] - (1 + 2 * np.cos(2 * np.pi / 8)) / 3) < 1e-12)
    True
    >>> graph, graph.neighbors(0)
    (<Graph ring: 8 nodes, 8 edges>, array([1, 7]))
    """
    words = [*settings_words(settings, overrides), *["--spectrum"] * spectrum]
    with tempfile.TemporaryDirectory(prefix="gossamer-") as folder:
        path = Path(folder) / "W.npy"
        words += ["--matrix", str(path)] if matrix else []
        answer = _answer(spec, words)
        W = np.load(path, mmap_mode="r").view(np.ndarray) if matrix else None  # the file is there as long as it is used
    facts = answer["topology"]
    edges = np.array(answer["edges"], dtype=np.int64).reshape(-1, 2)
    graph = Graph(facts["kind"], facts["nodes"], edges, facts["directed"], facts)
    return Topology(W, answer["spectrum"], graph)


def _answer(spec: Config, words: list[str]) -> dict:
    if isinstance(spec, Mapping) and "topology" not in spec:
        spec = text_of(spec, "topology")
    if isinstance(spec, str):
        return ask_for_json("topology", spec, *words)
    with as_file(spec) as (path, name):
        try:
            return ask_for_json("topology", path, *words)
        except RunError as error:
            raise RunError(str(error).replace(path, name)) from None
