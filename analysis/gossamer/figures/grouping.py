"""How many lines stay readable: a color for each label of one axis, a dash and a marker for those of another, and a panel for
each combination of labels of all others."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gossamer.figures.legend import Key, line_handle
from gossamer.figures.style import COLORS, INK, MARKERS, STYLES, ordered_colors
from gossamer.support.errors import AnalysisError
from gossamer.sweeps import Axis, Cell, Sweep, label_text

MOST_LINES = 12  # of a panel, if there is an axis that panels can show
MOST_POINTS = 60  # the same of pictures of points
MOST_FACETS = 24


@dataclass(frozen=True)
class Look:
    color: str
    dash: object = "solid"
    marker: str = "o"


@dataclass
class Group:
    """Cells that one line joins: one cell over virtual time, or all cells along the x axis."""

    name: str
    labels: dict
    cells: list[Cell]
    look: Look
    facet: int = 0


@dataclass
class Arrangement:
    """Groups with their looks, the names of their panels side by side, and the keys to the looks."""

    groups: list[Group]
    facets: list[str] = field(default_factory=lambda: [""])
    keys: list[Key] = field(default_factory=list)

    def of(self, facet: int) -> list[Group]:
        return [group for group in self.groups if group.facet == facet]


def labels_of(axis: Axis) -> list:
    """In the order of their numbers, if they have some."""
    if not axis.is_numeric:
        return list(axis.labels)
    return sorted(axis.labels, key=lambda label: (label is None, axis.number(label)))


def colors_of(axis: Axis) -> list[str]:
    """Of `labels_of`: in their order for numbers, easy to tell apart for names."""
    count = len(axis.labels)
    return ordered_colors(count) if axis.is_numeric and count > 2 else [COLORS[place % len(COLORS)] for place in range(count)]


def chosen_axes(sweep: Sweep, along: list[Axis], wanted: list[str] | None) -> list[Axis]:
    """The axes that groups differ by, but for those `along` the x axis: the one for colors first.

    Without a wish colors belong to the axis with most labels that colors can tell apart, dashes to the next; an axis whose
    labels follow from those of another has no look of its own."""
    left = [axis for axis in sweep.axes if axis not in along and len({cell.labels.get(axis.name) for cell in sweep.cells}) > 1]
    if wanted is not None:
        first = [sweep.axis(name) for name in wanted]
        if both := next((axis for axis in first if axis in along), None):
            raise AnalysisError(f"--group {both.name}: is the axis of the picture; expected another of: "
                                f"{', '.join(axis.name for axis in left) or 'none'}")
        return first + [axis for axis in left if axis not in first]
    by_size = sorted(left, key=lambda axis: (not axis.is_numeric and len(axis.labels) > len(COLORS), -len(axis.labels)))
    return _independent(by_size, along, sweep.cells)


def _independent(axes: list[Axis], given: list[Axis], cells: list[Cell]) -> list[Axis]:
    """Without axes whose label is the same in all cells that agree in the axes before, and in those that are given."""
    kept = list(given)
    for axis in axes:
        seen: dict[tuple, set] = {}
        for cell in cells:
            seen.setdefault(tuple(cell.labels.get(other.name) for other in kept), set()).add(cell.labels.get(axis.name))
        if any(len(labels) > 1 for labels in seen.values()):
            kept.append(axis)
    return kept[len(given):]


def by_titles(sweep: Sweep) -> Sweep:
    """The sweep of plain traces with their titles for labels, if each cell has a title of its own and colors suffice:
    users have chosen these names."""
    titles = [{run.trace.title for run in cell.runs} for cell in sweep.cells] if sweep.folder is None else []
    names = [next(iter(each)) for each in titles if len(each) == 1]
    if not 1 < len(names) == len(set(names)) == len(sweep.cells) <= len(COLORS):
        return sweep
    cells = [replace(cell, labels={"title": name}) for cell, name in zip(sweep.cells, names)]
    return replace(sweep, axes=[Axis("title", tuple(names))], cells=cells)


def arrange(sweep: Sweep, along: list[Axis] = (), wanted: list[str] | None = None, parts: str = "line") -> Arrangement:
    """The groups of a sweep. `along` are axes that the picture itself shows; `parts` of a look that it uses, for the keys:
    "line", "marker" or "both"."""
    axes = chosen_axes(sweep, list(along), wanted)
    most, second = (MOST_POINTS, len(MARKERS)) if parts == "marker" else (MOST_LINES, len(STYLES))
    if len(axes) < 2 or (len(axes[1].labels) <= second and _lines(sweep, axes[:2]) <= most):
        facets = axes[2:]
    elif len(axes) == 2 and wanted is None:
        facets = [min(axes, key=lambda axis: len(axis.labels))]
    else:
        facets = axes[1:]
    looks = [axis for axis in axes if axis not in facets]
    places = _places(sweep, facets)
    if len(places) > MOST_FACETS:
        names = ",".join(axis.name for axis in axes[:2])
        raise AnalysisError(f"there would be {len(places)} panels side by side, expected at most {MOST_FACETS}; name the two axes "
                            f"with most to show, such as --group {names}, or plot fewer files")
    groups: dict[tuple, Group] = {}
    for cell in sweep.cells:
        labels = {axis.name: cell.labels.get(axis.name) for axis in axes}
        if tuple(labels.values()) not in groups:
            name = ", ".join(label_text(label) for label in labels.values())
            place = places[tuple(cell.labels.get(axis.name) for axis in facets)]
            groups[tuple(labels.values())] = Group(name, labels, [], _look(looks, labels), place)
        groups[tuple(labels.values())].cells.append(cell)
    return Arrangement(list(groups.values()), [_facet_name(facets, labels) for labels in places], _keys(looks, parts))


def _lines(sweep: Sweep, axes: list[Axis]) -> int:
    return len({tuple(cell.labels.get(axis.name) for axis in axes) for cell in sweep.cells})


def _places(sweep: Sweep, facets: list[Axis]) -> dict[tuple, int]:
    """The number of each panel, in the order of the axes' labels."""
    found = {tuple(cell.labels.get(axis.name) for axis in facets) for cell in sweep.cells}
    order = sorted(found, key=lambda labels: [labels_of(axis).index(label) for axis, label in zip(facets, labels)])
    return {labels: place for place, labels in enumerate(order)}


def _facet_name(facets: list[Axis], labels: tuple) -> str:
    return ", ".join(named(axis, label) for axis, label in zip(facets, labels))


def named(axis: Axis, label) -> str:
    """A label that is understood without its axis: "H = 4", but "ring"."""
    return label_text(label) if isinstance(label, str) and not axis.is_numeric else f"{axis.name} = {label_text(label)}"


def _look(looks: list[Axis], labels: dict) -> Look:
    if not looks:
        return Look(COLORS[0])
    first = labels_of(looks[0]).index(labels[looks[0].name])
    second = labels_of(looks[1]).index(labels[looks[1].name]) if len(looks) > 1 else first
    return Look(colors_of(looks[0])[first], STYLES[second % len(STYLES)], MARKERS[second % len(MARKERS)])


def _keys(looks: list[Axis], parts: str) -> list[Key]:
    """One key for each axis of looks; with one axis alone, color and dash together, and no heading if names need none."""
    def handle(color: str, place: int):
        return line_handle(color, "none" if parts == "marker" else STYLES[place % len(STYLES)],
                           None if parts == "line" else MARKERS[place % len(MARKERS)])

    if not looks:
        return []
    colors, names = colors_of(looks[0]), [[label_text(label) for label in labels_of(axis)] for axis in looks]
    if len(looks) == 1:
        heading = looks[0].name if looks[0].is_numeric else ""
        return [Key(names[0], [handle(color, place) for place, color in enumerate(colors)], heading)]
    plain = [line_handle(color, "none", "o") if parts == "marker" else line_handle(color) for color in colors]
    return [Key(names[0], plain, looks[0].name),
            Key(names[1], [handle(INK, place) for place in range(len(names[1]))], looks[1].name)]
