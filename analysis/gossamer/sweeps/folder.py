"""Reads the folder of a sweep: sweep.json, and the traces of its runs in runs/."""

from __future__ import annotations

import json
import re
from pathlib import Path

from gossamer.support.inputs import open_source
from gossamer.support.shapes import Kind, NUMBER, TEXT, is_number, mismatch, parse
from gossamer.support.wording import shown
from gossamer.sweeps.sweep import WINDOW, Axis, Cell, Label, Run, Sweep, SweepError, Tuned
from gossamer.sweeps.targets import checked_target

PLAN = "sweep.json"
A_PLAN = "a sweep's plan, as `gossamer sweep` writes it"
VERSION = 1
LABEL = Kind("a number, a text or another label", lambda value: not isinstance(value, (int, float)) or is_number(value)
             or isinstance(value, bool))
SEED = Kind("a number or a text", lambda value: is_number(value) or isinstance(value, str))
INDEX = Kind("a whole number from 0", lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0)
ID = Kind("16 hexadecimal digits", lambda value: isinstance(value, str) and re.fullmatch("[0-9a-f]{16}", value))
FLAG = Kind("true or false", lambda value: isinstance(value, bool))
SHAPE = {"title?": TEXT, "axes": [{"name": TEXT, "path?": TEXT, "labels": [LABEL]}],
         "targets?": [{"quantity": TEXT, "value": NUMBER}], "baseline?": {"*": LABEL}, "window?": [NUMBER],
         "cells": [{"labels": {"*": LABEL}, "settings?": {},
                    "tuned?": [{"path": TEXT, "value": LABEL, "edge?": FLAG, "runs?": INDEX}]}],
         "runs": [{"cell": INDEX, "seed": SEED, "id": ID}]}


def is_sweep(folder: Path) -> bool:
    return (folder / PLAN).is_file()


def read_folder(folder: Path) -> Sweep:
    """The sweep of a folder. Throws AnalysisError if its plan is none; traces are read when they are needed."""
    path = folder / PLAN
    plan = parse(open_source(path, A_PLAN).text, path, A_PLAN)
    _check(plan, path)
    axes = [Axis(each["name"], tuple(map(as_label, each["labels"])), each.get("path", "")) for each in plan["axes"]]
    cells = [Cell({axis.name: as_label(each["labels"][axis.name]) for axis in axes}, [], each.get("settings", {}),
                  [Tuned(one["path"], as_label(one["value"]), one.get("edge", False), one.get("runs", 0))
                   for one in each.get("tuned", ())]) for each in plan["cells"]]
    for run in plan["runs"]:
        cell = cells[run["cell"]]
        cell.runs.append(_run(folder, cell, run))
    targets = [checked_target(each["quantity"], each["value"], f"{path}: /targets/{number}")
               for number, each in enumerate(plan.get("targets", ()))]
    window = tuple(map(float, plan.get("window", WINDOW)))
    baseline = {name: as_label(label) for name, label in plan["baseline"].items()} if "baseline" in plan else None
    return Sweep(plan.get("title") or folder.resolve().name, axes, cells, targets, baseline, window, folder)


def as_label(value) -> Label:
    """A value of a plan; a list or an object becomes its JSON text."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


def _run(folder: Path, cell: Cell, run: dict) -> Run:
    trace, failed = (folder / "runs" / f"{run['id']}.{ending}" for ending in ("jsonl", "failed"))
    message = None
    if not trace.is_file() and failed.is_file():
        message = " ".join(failed.read_text(encoding="utf-8", errors="replace").split()) or "failed without a message"
    return Run(cell.labels, run["seed"], trace, message)


def _check(plan, path: Path) -> None:
    """Throws SweepError if the plan has another shape than this reader relies on."""
    version = plan.get("sweep") if isinstance(plan, dict) else None
    if version is None:
        raise SweepError(f'{path}: has no "sweep", expected {A_PLAN}')
    if version != VERSION:
        raise SweepError(f"{path}: /sweep is {shown(version)}, expected {VERSION}; another version of Gossamer wrote it")
    if wrong := mismatch(plan, SHAPE) or _contradiction(plan):
        raise SweepError(f"{path}: {wrong}")


def _contradiction(plan: dict) -> str | None:
    """The first reference inside the plan that leads nowhere; none if all are right."""
    labels = {axis["name"]: axis["labels"] for axis in plan["axes"]}
    if len(labels) < len(plan["axes"]):
        return "/axes has two axes of one name"
    for number, cell in enumerate(plan["cells"]):
        if set(cell["labels"]) != set(labels):
            found, expected = (", ".join(names) or "nothing" for names in (cell["labels"], labels))
            return f"/cells/{number}/labels has {found}, expected {expected}"
        wrong = next((name for name, label in cell["labels"].items() if label not in labels[name]), None)
        if wrong is not None:
            return f"/cells/{number}/labels/{wrong} is {shown(cell['labels'][wrong])}, expected a label of the axis"
    for name, label in plan.get("baseline", {}).items():
        if label not in labels.get(name, ()):
            return f"/baseline/{name} is {shown(label)}, expected an axis and one of its labels"
    for number, run in enumerate(plan["runs"]):
        if run["cell"] >= len(plan["cells"]):
            return f"/runs/{number}/cell is {run['cell']}, expected less than {len(plan['cells'])}"
    window = plan.get("window", WINDOW)
    if len(window) != 2 or not 0 <= window[0] < window[1] <= 1:
        return "/window is no window, expected two shares of a run such as [0.5, 1]"
    return None
