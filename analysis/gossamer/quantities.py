"""The table of quantities: keys of samples, their names, units and scales, and the names that other tools use for them.

Figures, tables, targets of sweeps and statistics use this table and no other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gossamer.support.errors import AnalysisError
from gossamer.support.wording import nearest, shown


# How a quantity combines nodes
SUM, MEAN, LARGEST, ALL = "sum", "mean", "largest", "all nodes"
MEAN_MODEL, OWN_MODELS = "the mean model", "own models"


@dataclass(frozen=True)
class Quantity:
    """A measure of a run, which its samples have over time."""

    key: str
    label: str
    scale: str = "auto"  # of an axis; "auto": logarithmic if positive values span more than a factor of 20
    unit: str = ""  # s, B, or none
    over: str = MEAN_MODEL  # how it combines nodes, or the model that it is a measure of
    rises: bool = False  # whether larger values are better
    decays: bool = False  # whether its logarithm has a rate, and the quantity a floor
    percent: bool = False
    from_zero: bool = False
    band: tuple[str, str] | None = None  # keys of the two edges of a band around the line
    local: str | None = None  # the key of the same measure of nodes' own models, the mean over them
    also: tuple[str, ...] = ()  # its names in papers and other tools
    plain: str = ""  # the label without mathematical signs of Matplotlib

    @property
    def words(self) -> str:
        """The label in a text."""
        return self.plain or self.label

    @property
    def column(self) -> str:
        """Its name in tables: the key, without the "_mean" that all measures of own models have."""
        return self.key.removesuffix("_mean") if self.over == OWN_MODELS else self.key

    def shown(self, value: float) -> str:
        """The value for people, without a unit."""
        return f"{100 * value:.4g} %" if self.percent else f"{value:.4g}"


def of_own_models(quantity: str, label: str, **options) -> Quantity:
    """A measure of the nodes' own models: its mean, in a band from the best to the worst."""
    return Quantity(f"local_{quantity}_mean", f"{label} of own models", over=OWN_MODELS,
                    band=(f"local_{quantity}_best", f"local_{quantity}_worst"), **options)


X = {
    "time": Quantity("time_s", "Virtual time", "linear", "s", ALL,
                     also=("virtual_time", "seconds", "t", "wall_time", "duration")),
    "bytes": Quantity("sent_bytes_per_node", "Sent per node", "linear", "B", MEAN,
                      also=("sent_bytes", "communication", "traffic", "data", "bits", "megabytes")),
    "node_steps": Quantity("node_steps_per_node", "Node-steps per node", "linear", over=MEAN,
                           also=("steps", "iterations", "iteration", "rounds", "round", "updates", "k")),
    "epochs": Quantity("epochs", "Epochs", "linear", over=MEAN, also=("epoch", "passes")),
}
Y = {
    "loss": Quantity("train_loss", "Training loss", decays=True, local="local_train_loss_mean",
                     also=("training_loss", "objective", "cost", "f", "error")),
    "pooled_loss": Quantity("pooled_train_loss", "Training loss over all samples", also=("global_loss", "full_loss")),
    "consensus": Quantity("consensus_distance", "Consensus distance $\\Gamma$", "log", over=SUM, decays=True,
                          also=("Gamma", "Γ", "consensus_error", "disagreement", "consensus_violation", "variance"),
                          plain="Consensus distance Γ"),
    "test_accuracy": Quantity("test_accuracy", "Test accuracy", "linear", rises=True, percent=True,
                              local="local_test_accuracy_mean",
                              also=("accuracy", "acc", "test_acc", "val_accuracy", "val_acc", "top1")),
    "train_accuracy": Quantity("train_accuracy", "Training accuracy", "linear", rises=True, percent=True,
                               local="local_train_accuracy_mean", also=("train_acc", "training_accuracy")),
    "test_loss": Quantity("test_loss", "Test loss", local="local_test_loss_mean",
                          also=("val_loss", "validation_loss", "eval_loss")),
    "local_loss": of_own_models("train_loss", "Training loss", also=("local_train_loss", "node_loss", "own_loss",
                                                                     "loss_per_node")),
    "local_accuracy": of_own_models("test_accuracy", "Test accuracy", scale="linear", rises=True, percent=True,
                                    also=("local_test_accuracy", "node_accuracy", "own_accuracy")),
    "local_train_accuracy": of_own_models("train_accuracy", "Training accuracy", scale="linear", rises=True, percent=True),
    "local_test_loss": of_own_models("test_loss", "Test loss"),
    "gradient_norm": Quantity("gradient_norm", "Gradient norm", decays=True,
                              also=("grad_norm", "gradient", "stationarity")),
    "distance": Quantity("distance_to_optimum", "Distance to optimum", "log", decays=True,
                         also=("distance_to_solution", "x_error")),
    "suboptimality": Quantity("suboptimality", "$f(\\bar{x}) - f(x^*)$", "log", decays=True,
                              also=("gap", "optimality_gap", "excess"), plain="Suboptimality"),
    "idle": Quantity("idle_share", "Idle share", "linear", over=MEAN, percent=True, from_zero=True,
                     also=("waiting", "wait", "idle_time", "utilization")),
    "staleness": Quantity("staleness_mean", "Mean staleness", "linear", over=MEAN, from_zero=True,
                          also=("tau", "delay", "age")),
    "largest_staleness": Quantity("staleness_max", "Largest staleness", "linear", over=LARGEST, from_zero=True,
                                  also=("max_staleness", "tau_max", "max_delay")),
}
BY_KEY = {quantity.key: quantity for quantity in (*X.values(), *Y.values())}
# Of the records of nodes, which a run leaves at its end
OF_NODES = {
    "staleness": Quantity("staleness_mean", "Mean staleness", "linear", from_zero=True),
    "idle": Quantity("idle_share", "Idle share", "linear", percent=True, from_zero=True),
    "node_steps": Quantity("node_steps", "Node-steps", "linear"),
    "bytes": Quantity("sent_bytes", "Sent", "linear", "B"),
    "interactions": Quantity("interactions", "Interactions", "linear"),
    "slowdown": Quantity("slowdown", "Slowdown", "linear"),
    "lost": Quantity("lost_messages", "Lost messages", "linear", from_zero=True),
    "down": Quantity("down_s", "Time down", "linear", "s", from_zero=True),
}
# Of a run's configuration, which does not change while it runs.
SETTINGS = {"lr": "step_size", "learning_rate": "step_size", "eta": "step_size", "step_size": "step_size",
            "batch_size": "batch_size", "momentum": "momentum", "H": "local_steps", "local_steps": "local_steps"}
EQUAL = 1e-6  # a consensus distance below this share of the largest is rounding
OF_F = ("train_loss", "gradient_norm", "distance_to_optimum", "suboptimality")  # depend on how nodes count in f
DEFAULT_PANELS = ("loss", "consensus", "test_accuracy")


def scaled(quantity, largest: float) -> tuple[float, str]:
    """The divisor of the values of a quantity, or of a column, with which the largest reads well, and the unit for the
    label."""
    if quantity.unit == "s":
        if largest == 0:
            return 1.0, "s"
        units = ((3 * 3600.0, 3600.0, "h"), (180.0, 60.0, "min"), (1.0, 1.0, "s"), (1e-3, 1e-3, "ms"), (0.0, 1e-6, "µs"))
    elif quantity.unit == "B":
        units = ((1e12, 1e12, "TB"), (1e9, 1e9, "GB"), (1e6, 1e6, "MB"), (1e3, 1e3, "kB"), (0.0, 1.0, "B"))
    else:
        return 1.0, ""
    return next(((factor, unit) for least, factor, unit in units if largest >= least), units[-1][1:])


def is_logarithmic(quantity: Quantity, values: np.ndarray) -> bool:
    positive = values[values > 0]
    if quantity.scale == "linear" or positive.size == 0:
        return False
    if quantity.scale == "log":
        return True
    return positive.size == values.size and positive.max() / 20 > positive.min()


def named(name: str) -> Quantity | None:
    """The quantity of a key, or of a name in the table or in other tools."""
    table = {**X, **Y}
    plain = name.lower().replace("-", "_").replace(" ", "_")
    if name in table:
        return table[name]
    words = {word.lower(): quantity for quantity in table.values() for word in (quantity.key, *quantity.also)}
    return words.get(plain)


def check_names(option: str, names: list[str], valid: dict[str, Quantity], other: dict[str, Quantity]) -> None:
    """Throws AnalysisError at the first name that is not one of `valid`, with the name that was probably meant."""
    for name in names:
        if name not in valid:
            raise AnalysisError(f"{option} {shown(name)[1:-1]}: unknown; expected one of: {', '.join(valid)}"
                                f"{_hint(name, valid, other)}")


def _hint(name: str, valid: dict[str, Quantity], other: dict[str, Quantity]) -> str:
    known = {word.lower(): each for each, quantity in valid.items() for word in (each, quantity.key, *quantity.also)}
    axis = "x" if other is X else "y"
    elsewhere = {word.lower(): each for each, quantity in other.items() for word in (each, quantity.key, *quantity.also)}
    plain = name.lower().replace("-", "_").replace(" ", "_")
    if plain in known:
        return f'; did you mean "{known[plain]}"?'
    if plain in elsewhere:
        return f'; did you mean --{axis} {elsewhere[plain]}?'
    settings = {word.lower(): setting for word, setting in SETTINGS.items()}
    if plain in settings:
        return f"; {settings[plain]} is a setting, which stays the same in a run: gossamer explain {settings[plain]}"
    close = nearest(plain, known)
    return f'; did you mean "{known[close]}"?' if close else ""
