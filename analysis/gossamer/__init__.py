"""Gossamer for Python: runs experiments, reads what runs leave behind, compares it, draws it, checks what papers claim.

    import gossamer

    trace = gossamer.run("quickstart", algorithm="d_psgd", progress=True)
    frame = trace.to_pandas()                                  # or trace.samples["train_loss"], an array of NumPy

    run         runs an experiment: a dict, a file, an example; returns its `Trace`
    sweep       runs many, and returns their `Sweep`
    check       validates an experiment, and fills in every default
    explain     describes a name; `names` lists them
    topology    the mixing matrix, the spectrum and the graph of a topology
    read        reads a trace; `read_timeline` reads a timeline

`./gossamer python` starts an interpreter with this package. Elsewhere its folder `analysis` has to be in PYTHONPATH, or
`pip install --no-build-isolation ./analysis` installs it; it finds the program through the environment variable GOSSAMER,
beside itself, or on PATH. Each module imports those above it in this list alone:

    support      errors, texts, files, and what every command has around it
    traces       `read` and `Trace`; `read_timeline` and `Timeline`
    quantities   the table of quantities: what axes, tables and targets can show
    sweeps       `load`: cells of runs over axes, from the folder of a sweep or from traces
    statistics   `statistics_of`: rows of runs and cells with intervals; `advice`; runs on real ranks against the simulator's
    tables       statistics as text, in LaTeX and in CSV files
    theory       formulas with their evidence; `predictions` beside what runs measured; `validation` of the program
    figures      `draw_traces`, `draw_sweep` and a function for each kind of picture, `save`
    report       `report`: one page of HTML on a sweep, with everything inside
    studies      `Study`: runs, claims and pictures of a folder in experiments/papers, tradeoffs or theory
    notebook     traces as notebooks show them
    door         `run`, `sweep`, `check`, `explain`, `topology`: the program, as this package sees it
    commands     demo, plot, table, report, study, crosscheck, theory, validate, python
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gossamer.door import (Checked, Explanation, Graph, Interrupted, Progress, RunError, RunWarning, Topology, Trace,
                               check, examples, explain, names, read, read_timeline, run, sweep, topology)

__version__ = "0.1.0"
__all__ = ["Checked", "Explanation", "Graph", "Interrupted", "Progress", "RunError", "RunWarning", "Topology", "Trace",
           "check", "examples", "explain", "names", "read", "read_timeline", "run", "sweep", "topology"]


def __getattr__(name: str):
    """Loads the door when it is first needed: commands do without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module("gossamer.door"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
