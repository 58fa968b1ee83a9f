"""The notebooks of experiments/examples run from their first cell to their last, and show what they should."""

import ast
import json
import os
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

from traces import ANALYSIS

EXAMPLES = ANALYSIS.parent / "experiments" / "examples"


def displayed(value):
    """What a notebook shows of a value."""
    if value is not None:
        page = getattr(value, "_repr_html_", None)
        return page() if page else repr(value)
    return ""


def run_cell(source, names):
    """Executes a cell as a notebook does; returns what its last expression shows."""
    tree = ast.parse(source)
    last = ast.Expression(tree.body.pop().value) if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "a cell", "exec"), names)
    return displayed(eval(compile(last, "a cell", "eval"), names)) if last else ""


class NotebookTest(unittest.TestCase):
    def test_every_notebook_runs_in_an_empty_folder(self):
        paths = sorted(EXAMPLES.glob("*.ipynb"))
        self.assertGreater(len(paths), 0)
        for path in paths:
            notebook = json.loads(path.read_text(encoding="utf-8"))
            self.assertEqual((notebook["nbformat"], notebook["nbformat_minor"]), (4, 5))
            names, shown = {"__name__": "__main__"}, []
            with tempfile.TemporaryDirectory() as folder:
                before = os.getcwd()
                os.chdir(folder)
                try:
                    for cell in notebook["cells"]:
                        if cell["cell_type"] == "code":
                            self.assertEqual((cell["outputs"], cell["execution_count"]), ([], None), path)
                            shown.append(run_cell("".join(cell["source"]), names))
                finally:
                    os.chdir(before)
            self.assertTrue(any("data:image/svg+xml" in page for page in shown), path)

    def test_jupyter_shows_the_same(self):
        try:
            import ipykernel  # noqa: F401
            import nbclient
            import nbformat
        except ImportError as error:
            self.skipTest(f"needs Debian's python3-nbclient and python3-ipykernel: {error}")
        for path in sorted(EXAMPLES.glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            nbformat.validate(notebook)
            with tempfile.TemporaryDirectory() as folder, \
                    unittest.mock.patch.dict("os.environ", {"PYTHONPATH": os.pathsep.join([str(ANALYSIS), *sys.path])}):
                nbclient.NotebookClient(notebook, timeout=200, resources={"metadata": {"path": folder}}).execute()
            shown = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ())]
            self.assertTrue(any("data:image/svg+xml" in data.get("text/html", "") for data in shown), path)

    def test_cells_have_names_of_their_own(self):
        for path in EXAMPLES.glob("*.ipynb"):
            names = [cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
            self.assertEqual(len(set(names)), len(names))


if __name__ == "__main__":
    if "GOSSAMER" not in os.environ:
        sys.exit("expected the path of a program in GOSSAMER; the repository's launcher would build one")
    unittest.main()
