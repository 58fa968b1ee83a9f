"""gossamer plot: draws traces, one line for each, one panel for each quantity."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogFormatterSciNotation, NullFormatter, NullLocator  # noqa: E402

from trace import Trace, TraceError, read, remark_on_losses, tell_warnings  # noqa: E402


@dataclass(frozen=True)
class Quantity:
    """What an axis shows: a key of the samples, its name, and how it is scaled."""

    key: str
    label: str
    scale: str = "auto"  # "auto": logarithmic where positive values span more than a factor of 20
    percent: bool = False
    from_zero: bool = False
    band: tuple[str, str] | None = None  # keys of the two edges of a band around the line


def over_nodes(quantity: str, label: str, **options) -> Quantity:
    """A measure of the nodes' own models: its mean, in a band from the best to the worst."""
    return Quantity(f"local_{quantity}_mean", f"{label} of own models",
                    band=(f"local_{quantity}_best", f"local_{quantity}_worst"), **options)


X = {
    "time": Quantity("time_s", "Virtual time", "linear"),
    "bytes": Quantity("sent_bytes_per_node", "Sent per node", "linear"),
    "node_steps": Quantity("node_steps_per_node", "Node-steps per node", "linear"),
    "epochs": Quantity("epochs", "Epochs", "linear"),
}
Y = {
    "loss": Quantity("train_loss", "Training loss"),
    "pooled_loss": Quantity("pooled_train_loss", "Training loss over all samples"),
    "consensus": Quantity("consensus_distance", "Consensus distance $\\Gamma$", "log"),
    "test_accuracy": Quantity("test_accuracy", "Test accuracy", "linear", percent=True),
    "train_accuracy": Quantity("train_accuracy", "Training accuracy", "linear", percent=True),
    "test_loss": Quantity("test_loss", "Test loss"),
    "local_loss": over_nodes("train_loss", "Training loss"),
    "local_accuracy": over_nodes("test_accuracy", "Test accuracy", scale="linear", percent=True),
    "local_train_accuracy": over_nodes("train_accuracy", "Training accuracy", scale="linear", percent=True),
    "local_test_loss": over_nodes("test_loss", "Test loss"),
    "gradient_norm": Quantity("gradient_norm", "Gradient norm"),
    "distance": Quantity("distance_to_optimum", "Distance to optimum", "log"),
    "suboptimality": Quantity("suboptimality", "$f(\\bar{x}) - f(x^*)$", "log"),
    "idle": Quantity("idle_share", "Idle share", "linear", percent=True, from_zero=True),
    "staleness": Quantity("staleness_mean", "Mean staleness", "linear", from_zero=True),
}
EQUAL = 1e-6  # a consensus distance below this share of the largest is rounding
OF_F = ("train_loss", "gradient_norm", "distance_to_optimum", "suboptimality")  # depend on how nodes count in f
DEFAULT_PANELS = ("loss", "consensus", "test_accuracy")

# Okabe and Ito's palette, told apart with any color vision; line styles tell lines apart in gray.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
STYLES = ("solid", (0, (5, 1.5)), (0, (6, 1.5, 1, 1.5)), (0, (1, 1)), (0, (3, 1, 1, 1, 1, 1)))

STYLE = {
    "font.size": 8, "axes.labelsize": 8, "legend.fontsize": 8, "xtick.labelsize": 7, "ytick.labelsize": 7,
    "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.6,
    "xtick.major.width": 0.6, "ytick.major.width": 0.6, "ytick.minor.width": 0.4,
    "lines.linewidth": 1.3, "legend.frameon": False, "axes.grid": True, "grid.color": "#e6e6e6",
    "grid.linewidth": 0.5, "axes.axisbelow": True, "axes.xmargin": 0.01, "figure.constrained_layout.use": True,
    "pdf.fonttype": 42, "svg.fonttype": "path", "svg.hashsalt": "gossamer", "savefig.dpi": 200,
}


def scaled(quantity: Quantity, largest: float) -> tuple[float, str]:
    """What to divide the values by so that the largest reads well, and the unit for the label."""
    if quantity.key.endswith("_s"):
        units = ((3 * 3600.0, 3600.0, "h"), (180.0, 60.0, "min"), (1.0, 1.0, "s"), (1e-3, 1e-3, "ms"), (0.0, 1e-6, "µs"))
    elif "bytes" in quantity.key:
        units = ((1e12, 1e12, "TB"), (1e9, 1e9, "GB"), (1e6, 1e6, "MB"), (1e3, 1e3, "kB"), (0.0, 1.0, "B"))
    else:
        return 1.0, ""
    return next((factor, unit) for least, factor, unit in units if largest >= least)


def is_logarithmic(quantity: Quantity, values: np.ndarray) -> bool:
    positive = values[values > 0]
    if quantity.scale == "linear" or positive.size == 0:
        return False
    if quantity.scale == "log":
        return True
    return positive.size == values.size and positive.max() / positive.min() > 20


def legend_names(traces: list[Trace]) -> list[str]:
    """Titles; where two are the same, with their file's name."""
    titles = [trace.title for trace in traces]
    return [title if titles.count(title) == 1 else f"{title} ({trace.path.stem})"
            for title, trace in zip(titles, traces)]


def in_agreement(traces: list[Trace], y: Quantity) -> list[bool]:
    """Which traces have models that are equal but for rounding, next to those of the others: their consensus distance
    always stays below a millionth of the largest. Drawn, they would leave the other lines a sliver of the panel."""
    largest = [max(trace.series("time_s", y.key)[1], default=0.0) for trace in traces]
    return [y is Y["consensus"] and value < EQUAL * max(largest) for value in largest]


def draw_panel(axes, traces: list[Trace], x: Quantity, y: Quantity, x_factor: float) -> None:
    names = legend_names(traces)
    hidden = in_agreement(traces, y)
    logarithmic = is_logarithmic(y, np.concatenate([trace.series(x.key, y.key)[1] for trace in traces]))
    for position, trace in enumerate(traces):
        abscissa, values = trace.series(x.key, y.key)
        if hidden[position]:
            abscissa = values = np.empty(0)
        if logarithmic:
            abscissa, values = abscissa[values > 0], values[values > 0]
        if y is Y["consensus"] and values.size:
            start = np.argmax(values >= EQUAL * values.max())  # models that start equal, but for rounding
            abscissa, values = abscissa[start:], values[start:]
        line, = axes.plot(abscissa / x_factor, values, color=COLORS[position % len(COLORS)],
                          linestyle=STYLES[position % len(STYLES)], label=names[position])
        if y.band:
            draw_band(axes, trace, x, y.band, x_factor, line.get_color())
        if trace.divergence and values.size:
            axes.plot(abscissa[-1] / x_factor, values[-1], marker="x", color=line.get_color(), clip_on=False)
    if logarithmic:
        axes.set_yscale("log")
        format_log_axis(axes)
    if y.percent:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g} %"))
    if y.from_zero:
        axes.set_ylim(0, 1.1 * axes.dataLim.y1 or 1)
    if any(hidden):
        equal = ", ".join(name for name, is_hidden in zip(names, hidden) if is_hidden)
        axes.text(0.99, 0.97, f"{equal}: 0 up to rounding", transform=axes.transAxes, ha="right", va="top", fontsize=7)
    axes.set_ylabel(y.label)


def draw_band(axes, trace: Trace, x: Quantity, band: tuple[str, str], x_factor: float, color: str) -> None:
    abscissa, first = trace.series(x.key, band[0])
    second = trace.series(x.key, band[1])[1]
    axes.fill_between(abscissa / x_factor, first, second, color=color, alpha=0.15, linewidth=0)


def format_log_axis(axes) -> None:
    """Labels inside a decade as well where there are fewer than two decades, none of them elsewhere."""
    low, high = axes.get_ylim()
    if high / low < 100:
        plain = FuncFormatter(lambda value, _: f"{value:g}" if 1e-3 <= value < 1e4 else f"{value:.0e}")
        axes.yaxis.set_major_formatter(plain)
        wanted = (2, 3, 5) if high / low < 10 else (2, 5)

        def minor(value: float, _) -> str:
            digit = round(value / 10 ** np.floor(np.log10(value)))
            return plain(value) if digit in wanted else ""

        axes.yaxis.set_minor_formatter(FuncFormatter(minor))
    else:
        axes.yaxis.set_major_formatter(LogFormatterSciNotation())
        axes.yaxis.set_minor_formatter(NullFormatter())


def legend_place(longest: int, names: int) -> dict:
    """Above the panel, in as many columns as names of that length fit side by side."""
    return {"loc": "lower left", "bbox_to_anchor": (0, 1.0), "borderaxespad": 0.2, "borderpad": 0, "handlelength": 2.6,
            "ncol": max(1, min(names, 84 // (longest + 9)))}


def panels_to_draw(traces: list[Trace], x: Quantity, wanted: list[str] | None) -> list[Quantity]:
    for trace in traces:
        if not trace.has(x.key):
            raise TraceError(f"{trace.path}: no sample has {x.key}, which the x axis shows")
    if wanted:
        for name in wanted:
            if not any(trace.has(x.key, Y[name].key) for trace in traces):
                raise TraceError(f"{traces[0].path}: no sample has {Y[name].key}, which --y {name} shows")
        return [Y[name] for name in wanted]
    shown = [Y[name] for name in DEFAULT_PANELS if any(trace.has(x.key, Y[name].key) for trace in traces)]
    # Without numerics there is no loss: what is left to see is who waits.
    return shown or [Y["idle"]]


def draw(traces: list[Trace], x_name: str = "time", y_names: list[str] | None = None):
    """The figure: panels stacked over one x axis. Throws TraceError where the traces lack what is asked for."""
    x = X[x_name]
    panels = panels_to_draw(traces, x, y_names)
    largest = max(sample.get(x.key, 0.0) for trace in traces for sample in trace.samples)
    factor, unit = scaled(x, largest)
    with matplotlib.rc_context(STYLE):
        figure, grid = plt.subplots(len(panels), 1, sharex=True, squeeze=False, figsize=(5.2, 0.5 + 1.75 * len(panels)))
        for axes, y in zip(grid[:, 0], panels):
            draw_panel(axes, traces, x, y, factor)
        top, bottom = grid[0, 0], grid[-1, 0]
        bottom.set_xlabel(f"{x.label} ({unit})" if unit else x.label)
        if len(traces) == 1:
            top.set_title(traces[0].title, fontsize=8, loc="left")
        else:
            longest = max(len(name) for name in legend_names(traces))
            top.legend(**legend_place(longest, len(traces)))
        figure.align_ylabels(grid[:, 0])
    return figure


def draw_curves(curves: dict[str, tuple[np.ndarray, np.ndarray]], x_label: str, y_label: str, *, markers: bool = False,
                x_log: bool = False, y_log: bool = True):
    """The figure of one panel: a line for each name, through its points."""
    with matplotlib.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(5.2, 2.9))
        for position, (name, (x, y)) in enumerate(curves.items()):
            x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
            shown = (y > 0) | (not y_log)
            axes.plot(x[shown], y[shown], color=COLORS[position % len(COLORS)], linestyle=STYLES[position % len(STYLES)],
                      marker="o" if markers else None, markersize=3, label=name)
        if x_log:
            axes.set_xscale("log")
        if x_log and markers:  # the points themselves are few and worth reading
            points = sorted({float(value) for x, _ in curves.values() for value in x})
            axes.set_xticks(points, [f"{value:g}" for value in points])
            axes.xaxis.set_minor_formatter(NullFormatter())
            axes.xaxis.set_minor_locator(NullLocator())
        if y_log:
            axes.set_yscale("log")
            format_log_axis(axes)
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        longest = max(len(name) for name in curves)
        axes.legend(**legend_place(longest, len(curves)))
    return figure


def save(figure, path: Path) -> None:
    kind = path.suffix.lower().lstrip(".")
    if kind not in ("png", "svg", "pdf"):
        raise TraceError(f'{path}: ends in "{path.suffix}", expected .png, .svg or .pdf')
    metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind)  # equal traces, equal pictures
    try:
        with matplotlib.rc_context(STYLE):
            figure.savefig(path, metadata=metadata)
    except OSError as error:
        raise TraceError(f"{path}: cannot write the picture: {error.strerror}") from None
    finally:
        plt.close(figure)


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="gossamer plot", description="Draws traces, one line for each.",
                                     epilog="gossamer plot --gantt --help: timelines.")
    parser.add_argument("traces", nargs="+", metavar="TRACE", help="a .jsonl file that a run left")
    parser.add_argument("-o", "--out", required=True, type=Path, metavar="FILE", help="picture: .png, .svg or .pdf")
    parser.add_argument("--x", choices=X, default="time", help="what the x axis shows (default: time)")
    parser.add_argument("--y", choices=Y, nargs="+", metavar="QUANTITY",
                        help=f"panels, of: {', '.join(Y)} (default: {', '.join(DEFAULT_PANELS)} as far as known)")
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    options = arguments(argv)
    try:
        traces = [read(path) for path in options.traces]
        tell_warnings(traces)
        save(draw(traces, options.x, options.y), options.out)
        remark = remark_on_losses(traces)
        if remark and any(y.key in OF_F for y in panels_to_draw(traces, X[options.x], options.y)):
            print(f"gossamer plot: {remark}", file=sys.stderr)
    except TraceError as error:
        print(f"gossamer plot: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
