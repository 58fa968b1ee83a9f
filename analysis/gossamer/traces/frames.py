"""Traces as tables of pandas and data sets of xarray, for those who have these packages."""

from __future__ import annotations

import numpy as np

from gossamer.support.errors import AnalysisError
from gossamer.traces.records import Records

UNITS = {"_s": "s", "_bytes": "B", "_bytes_per_node": "B"}  # by the end of a key


def _absent(error: ImportError, package: str) -> AnalysisError:
    return AnalysisError(f"cannot load {package}: {error}; Debian has it in python3-{package}")


def unit_of(key: str) -> str | None:
    """The unit of a column, by the end of its name."""
    return next((unit for end, unit in UNITS.items() if key.endswith(end)), None)


def frame_of(records: Records, about: dict):
    """A data frame with a row for each record and a column for each key. `about` becomes its `attrs`."""
    try:
        import pandas
    except ImportError as error:
        raise _absent(error, "pandas") from None
    frame = pandas.DataFrame(records.columns())
    frame.attrs.update(about)
    return frame


def _variables(records: Records, dimension: str, ending: str = "") -> dict[str, tuple]:
    """The columns, but for the one that numbers the rows, as variables of a data set."""
    return {key + ending: (dimension, column, {"units": unit} if (unit := unit_of(key)) else {})
            for key, column in records.columns().items() if key != dimension}


def dataset_of(samples: Records, nodes: Records, models: np.ndarray | None, about: dict):
    """A data set. Samples lie along `time_s`; what nodes have at the end lies along `node` and is called `…_of_node`;
    models lie along `node` and `parameter`."""
    try:
        import xarray
    except ImportError as error:
        raise _absent(error, "xarray") from None
    variables = _variables(samples, "time_s")
    coordinates = {"time_s": ("time_s", samples["time_s"], {"units": "s"})}
    if nodes:
        variables |= _variables(nodes, "node", "_of_node")
        coordinates["node"] = nodes["node"] if "node" in nodes.keys() else np.arange(len(nodes))
    if models is not None:
        variables["models"] = (("node", "parameter"), models)
        coordinates.setdefault("node", np.arange(len(models)))
    return xarray.Dataset(variables, coordinates, about)
