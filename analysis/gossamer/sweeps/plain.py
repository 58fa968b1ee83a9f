"""Makes a sweep of plain traces: their axes are the settings that differ."""

from __future__ import annotations

import json
from gossamer.support.shapes import is_number
from gossamer.support.units import measured
from gossamer.sweeps.sweep import Axis, Cell, Label, Run, Sweep, SweepError
from gossamer.traces.trace import Trace

TOPOLOGY_SIZE = "/topology/nodes"  # kinds name their size in different ways; the header has it for all


class _Absent:
    """The value of a setting that a configuration does not have."""


def leaves(value, path: str = "") -> dict[str, Label]:
    """Every scalar or list of a configuration, by its path; a list as its JSON text."""
    if isinstance(value, dict):
        return {place: leaf for key, inner in value.items() for place, leaf in leaves(inner, f"{path}/{key}").items()}
    return {path: json.dumps(value) if isinstance(value, list) else value}


def settings_of(trace: Trace) -> dict[str, Label]:
    """The settings in which traces may differ, by their paths: all but the seed and the title."""
    header = trace.header
    found = leaves(header["configuration"]) if isinstance(header.get("configuration"), dict) else {}
    found = {path: value for path, value in found.items() if path.split("/")[1] not in ("title", "seed")}
    if nodes := (header.get("topology") or {}).get("nodes"):
        found[TOPOLOGY_SIZE] = nodes
    for key in ("world", "ranks", "moments"):
        found |= {path: value for path, value in leaves(header.get(key, {}), f"/{key}").items() if path != "/ranks/mpi"}
    return found


def seed_of(trace: Trace) -> int | str:
    """A number; if parts of the run have seeds of their own, their names and values. Equal seeds are equal texts, in whatever
    order a trace has them, so that runs of different arms are paired."""
    configuration = trace.header.get("configuration")
    seed = configuration.get("seed") if isinstance(configuration, dict) else None
    if isinstance(seed, dict):
        usual = seed.get("all", trace.header.get("seed", 1))
        own = sorted((name, value) for name, value in seed.items() if name != "all" and value != usual)
        if own:
            return ", ".join(f"{name}={value}" for name, value in [("all", usual), *own])
        seed = usual
    seed = trace.header.get("seed", 0) if seed is None else seed
    return seed if is_number(seed) else json.dumps(seed)


def differing_paths(settings: list[dict[str, Label]]) -> list[str]:
    """The paths whose values are not the same everywhere, without those that follow from the kind of their block."""
    paths = dict.fromkeys(path for each in settings for path in each)
    columns = {path: [each.get(path, _Absent) for each in settings] for path in paths}
    differing = {path: values for path, values in columns.items() if len(set(map(_key, values))) > 1}

    def follows(path: str) -> bool:
        leaders = [leader for leader in _leaders(path) if leader in differing and leader != path]
        values = list(zip(*([_key(value) for value in differing[each]] for each in (*leaders, path))))
        return bool(leaders) and len(set(values)) == len({each[:-1] for each in values})

    return [path for path in differing if not follows(path)]


def with_parts_as_blocks(settings: list[dict[str, Label]]) -> list[dict[str, Label]]:
    """A number or a text in the place of a block counts as its kind, as a step size does in the place of a schedule."""
    kinds = {path.removesuffix("/kind") for each in settings for path in each if path.endswith("/kind")}
    return [{f"{path}/kind" if path in kinds else path: value for path, value in each.items()} for each in settings]


def _key(value) -> tuple[str, object]:
    """Tells true from 1, which Python takes for equal."""
    return ("bool" if isinstance(value, bool) else "", value)


def _leaders(path: str) -> list[str]:
    """The settings that others of a block follow: the kinds of all blocks around a path, and the number of nodes."""
    parts = path.split("/")
    if parts[1] == "ranks":
        return ["/world"]
    kinds = ["/".join([*parts[:depth], "kind"]) for depth in range(2, len(parts))]
    if path.endswith("/kind"):
        kinds.remove(path)
    return kinds + [TOPOLOGY_SIZE] * (parts[1] == "topology" and path not in (TOPOLOGY_SIZE, "/topology/kind"))


def short_names(paths: list[str]) -> list[str]:
    """The last part of each path, or of its block's if it is a kind; with the parts before it where two are the same."""
    parts = [path.removesuffix("/kind").split("/")[1:] for path in paths]
    counts = [1] * len(paths)
    while True:
        names = ["_".join(each[-count:]) for each, count in zip(parts, counts)]
        longer = [min(count + (names.count(name) > 1), len(each)) for name, count, each in zip(names, counts, parts)]
        if longer == counts:
            return names
        counts = longer


def in_order(labels: list[Label]) -> tuple[Label, ...]:
    """Each label once: numbers and quantities by size, others as they come; absent settings last."""
    found = list(dict.fromkeys(labels))
    axis = Axis("", tuple(found))
    present = [label for label in found if label is not None]
    if axis.is_numeric:
        present.sort(key=lambda label: measured(label)[0] if isinstance(label, str) else label)
    return (*present, *([None] if None in found else []))


def _unique_names(traces: list[Trace]) -> list[str]:
    """Titles if they are all different, and else the shortest ends of the paths that are."""
    titles = [trace.title for trace in traces]
    if len(set(titles)) == len(titles):
        return titles
    paths = [trace.path.with_suffix("").parts for trace in traces]
    for count in range(1, max(map(len, paths)) + 1):
        names = ["/".join(parts[-count:]) for parts in paths]
        if len(set(names)) == len(names):
            return names
    twice = next(trace.path for trace in traces if [other.path for other in traces].count(trace.path) > 1)
    raise SweepError(f"{twice}: is given twice; expected each trace once")


def sweep_of(traces: list[Trace]) -> Sweep:
    """Runs that differ by their seeds alone form one cell, whatever their titles. If no setting and no seed tells some
    runs apart, titles do, and file names if titles do not."""
    settings = with_parts_as_blocks([settings_of(trace) for trace in traces])
    seeds = [seed_of(trace) for trace in traces]
    paths = differing_paths(settings)
    columns = {name: [each.get(path) for each in settings] for name, path in zip(short_names(paths), paths)}
    are_repeated = len(set(seeds)) < len(seeds)
    if not paths and are_repeated and len({trace.title for trace in traces}) > 1:
        columns["title"] = [trace.title for trace in traces]
    identities = [(*(_key(column[number]) for column in columns.values()), seed) for number, seed in enumerate(seeds)]
    if len(set(identities)) < len(traces):  # one run twice, or on real ranks, where times differ
        columns.pop("title", None)
        columns["run"] = _unique_names(traces)
    axes = [Axis(name, in_order(column), dict(zip(short_names(paths), paths)).get(name, ""))
            for name, column in columns.items()]
    runs = [Run({name: column[number] for name, column in columns.items()}, seeds[number], trace.path, _trace=trace)
            for number, trace in enumerate(traces)]
    title = traces[0].title if len({trace.title for trace in traces}) == 1 else ""
    return Sweep(title, axes, _cells(axes, runs))


def _cells(axes: list[Axis], runs: list[Run]) -> list[Cell]:
    """In the order of the axes' labels."""
    cells: dict[tuple, Cell] = {}
    for run in runs:
        key = tuple(_key(label) for label in run.labels.values())
        cells.setdefault(key, Cell(run.labels)).runs.append(run)
    return sorted(cells.values(), key=lambda cell: [axis.labels.index(cell.labels[axis.name]) for axis in axes])
