"""Imports in the package point down, as `analysis/gossamer/__init__.py` says."""

import ast
import importlib
import sys
import unittest

from traces import ANALYSIS

PACKAGE = ANALYSIS / "gossamer"
LAYERS = ("support", "traces", "quantities", "sweeps", "statistics", "tables", "theory", "figures", "report", "studies", "notebook",
          "door", "__init__", "commands", "__main__")  # from below
LIBRARIES = {"numpy": LAYERS, "matplotlib": ("figures",), "pandas": ("traces",), "xarray": ("traces",)}  # and who may import them


def layer_of(file):
    """The layer of a file, named by its path from the package; the package's own `__init__.py` is one, too."""
    return file.split("/")[0].removesuffix(".py")


def imports_of(text):
    """Each imported module of a text with its line, wherever the import is; a dot at its start is a relative import."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "gossamer" and not node.level:
            yield from ((node.lineno, f"gossamer.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def complaint(layer, module):
    """The fault of one import, as a sentence; none if the plan allows it."""
    first, *inner = module.split(".")
    below = LAYERS[:LAYERS.index(layer)] if layer in LAYERS else ()
    if first == "gossamer":
        if inner and (inner[0] in below or inner[0] == layer):
            return None
        return f"{layer} must not import {module}; below it are: {', '.join(below) or 'none'}"
    if first in LIBRARIES:
        return None if layer in LIBRARIES[first] else f"{layer} must not import {module}, which {LIBRARIES[first][-1]} may"
    if first in sys.stdlib_module_names:
        return None
    return f"{layer} must not import {module}; expected gossamer, Python's own modules, or: {', '.join(LIBRARIES)}"


def complaints(file, text):
    found = ((line, complaint(layer_of(file), module)) for line, module in imports_of(text))
    return [f"{file}:{line}: {sentence}" for line, sentence in found if sentence]


class PlanTest(unittest.TestCase):
    def test_every_import_in_the_package_points_down(self):
        files = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
        self.assertEqual({layer_of(file) for file in files}, set(LAYERS))
        self.assertEqual([sentence for file, text in files.items() for sentence in complaints(file, text)], [])
        ours = [module for text in files.values() for _, module in imports_of(text) if module.startswith("gossamer.")]
        self.assertGreater(len(ours), 2 * len(files))  # most files import several others

    def test_an_arrow_that_points_up_is_named_with_its_file_and_line(self):
        self.assertEqual(complaints("traces/trace.py", "import json\n\nfrom gossamer.figures.style import save\n"),
                         ["traces/trace.py:3: traces must not import gossamer.figures.style; below it are: support"])
        for file, text in (("support/errors.py", "from gossamer import traces"), ("quantities.py", "import gossamer.statistics"),
                           ("statistics.py", "def late():\n    from gossamer.figures import save"),
                           ("figures/style.py", "import gossamer.studies as s"), ("studies.py", "import gossamer.commands.plot"),
                           ("commands/plot.py", "from gossamer import __main__"), ("__init__.py", "import gossamer.commands.plot"),
                           ("commands/plot.py", "import gossamer"), ("commands/plot.py", "from gossamer.charts import draw")):
            self.assertEqual(len(complaints(file, text)), 1, text)

    def test_relative_imports_and_other_libraries_are_named(self):
        for file, text in (("figures/gantt.py", "from . import style"), ("traces/trace.py", "from .timeline import read"),
                           ("support/inputs.py", "import errors"), ("studies.py", "import pandas as pd"),
                           ("traces/trace.py", "import matplotlib.pyplot"),
                           ("figures/curves.py", "import xarray")):
            self.assertEqual(len(complaints(file, text)), 1, text)

    def test_what_the_plan_allows_is_not_complained_about(self):
        for file, text in (("commands/plot.py", "from gossamer.figures import gantt\nfrom gossamer.support import inputs"),
                           ("figures/gantt.py", "import numpy as np\nfrom matplotlib import ticker\nimport gossamer.figures.style"),
                           ("__main__.py", "import importlib\nfrom gossamer.commands import plot"),
                           ("__init__.py", "from gossamer.door import run"), ("traces/frames.py", "import pandas")):
            self.assertEqual(complaints(file, text), [])

    def test_every_public_name_exists(self):
        for name in ("traces", "sweeps", "statistics", "tables", "figures"):
            module = importlib.import_module(f"gossamer.{name}")
            self.assertGreater(len(module.__all__), 0)
            for public in module.__all__:
                self.assertTrue(callable(getattr(module, public)), public)


if __name__ == "__main__":
    unittest.main()
