"""The door to the program, which the environment variable GOSSAMER names."""

import contextlib
import doctest
import importlib.util
import io
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import unittest
import unittest.mock
import warnings
from pathlib import Path

import numpy as np
from traces import ANALYSIS, WithFolder

import gossamer
from gossamer.door import program
from gossamer.support.errors import AnalysisError

RING = {"topology": {"kind": "ring", "nodes": 8}, "model": {"kind": "quadratic", "dimension": 4, "noise": 0.1},
        "algorithm": {"kind": "d_psgd", "step_size": 0.1}, "stop": {"node_steps": 50}, "record": {"every": "100 ms"}}
# Without an end of its own; its virtual time is short of what it computes.
LONG = {**RING, "stop": {"node_steps": 10**9}}
WITH_DOCTESTS = ("traces.records", "door.experiment", "door.running", "door.asking")

FLAGS = doctest.IGNORE_EXCEPTION_DETAIL | doctest.NORMALIZE_WHITESPACE


def answer(*words):
    """The program itself, without the door."""
    return subprocess.run([os.environ["GOSSAMER"], *words], capture_output=True, text=True, check=False)


def hash_of(trace):
    return trace.end["hash"]


class DoorTest(WithFolder):
    def setUp(self):
        super().setUp()
        self.file = self.write("ring.json", json.dumps(RING))

    def test_a_run_is_that_of_the_command_line(self):
        out = self.folder / "theirs.jsonl"
        done = answer("run", str(self.file), "--quiet", "--out", str(out), "--set", "/seed=3", "--set",
                      "/algorithm/step_size=0.05")
        self.assertEqual(done.returncode, 0, done.stderr)
        expected = hash_of(gossamer.read(out))
        for config in (RING, self.file, str(self.file), gossamer.read(out)):
            self.assertEqual(hash_of(gossamer.run(config, {"/algorithm/step_size": 0.05}, seed=3)), expected)
        self.assertEqual(hash_of(gossamer.run(RING, algorithm__step_size=np.float64(0.05), seed=np.int64(3))), expected)
        self.assertNotEqual(hash_of(gossamer.run(RING, seed=4)), expected)
        self.assertEqual(gossamer.run(RING, title="a = b, \"c\"").title, "a = b, \"c\"")

    def test_files_stay_where_they_are_asked_for(self):
        trace = gossamer.run(RING, out=self.folder / "kept.jsonl", models=True, timeline=self.folder / "t.json", threads=1)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         ["kept.jsonl", "kept.npy", "ring.json", "t.json"])
        self.assertEqual(trace.models.shape, (8, 4))
        self.assertGreater(len(gossamer.read_timeline(self.folder / "t.json").slices), 8)
        with self.assertRaisesRegex(gossamer.RunError, "--force"):
            gossamer.run(RING, out=self.folder / "kept.jsonl", seed=2)
        self.assertEqual(gossamer.run(RING, out=self.folder / "kept.jsonl", seed=2, force=True).header["seed"], 2)

    def test_without_a_file_nothing_is_left_but_models_can_be_read(self):
        with unittest.mock.patch.dict("os.environ", {"TMPDIR": str(self.folder)}), \
                unittest.mock.patch("tempfile.tempdir", None):
            trace = gossamer.run(RING, models=True)
            self.assertEqual([path.name for path in self.folder.iterdir()], ["ring.json"])
        mean = trace.models.mean(axis=0)
        self.assertLess(np.linalg.norm(mean - np.asarray(trace.models)[0]), 1)
        self.assertEqual(trace.models.shape, (8, 4))
        self.assertIn("models", trace.to_xarray())

    def test_examples_have_names(self):
        self.assertIn("quickstart", gossamer.examples())
        trace = gossamer.run("quickstart", stop={"virtual_time": "400 ms"})
        self.assertEqual(trace.configuration["topology"]["kind"], "torus")
        with self.assertRaisesRegex(AnalysisError, 'no file "quikstart", and no example of that name; expected a file, or '
                                    'one of: churn, .*; did you mean "quickstart"'):
            gossamer.run("quikstart")
        with self.assertRaisesRegex(gossamer.RunError, "none.json: no such file"):
            gossamer.run("none.json")

    def test_errors_have_the_words_of_the_program(self):
        done = answer("run", str(self.file), "--set", '/algorithm/step_sise=1')
        with self.assertRaises(gossamer.RunError) as caught:
            gossamer.run(self.file, algorithm__step_sise=1)
        self.assertEqual(str(caught.exception), done.stderr.strip())
        with self.assertRaisesRegex(gossamer.RunError, "^experiment: /topology/kind: unknown kind \"rign\""):
            gossamer.run({**RING, "topology": {"kind": "rign", "nodes": 8}})
        with self.assertRaisesRegex(gossamer.RunError, "^experiment: /stop: "):
            gossamer.check({**RING, "stop": {}})
        with self.assertRaisesRegex(gossamer.RunError, "^explain: nothing is called \"swarm_sdg\""):
            gossamer.explain("swarm_sdg")
        with self.assertRaisesRegex(AnalysisError, "/model: cannot be written as JSON: Out of range"):
            gossamer.run(RING, {"/model": {"kind": "quadratic", "l2": float("nan")}})
        with self.assertRaisesRegex(AnalysisError, "/model: cannot be written as JSON: set is no value"):
            gossamer.run(RING, {"/model": {1}})

    def test_a_run_that_diverges_has_a_trace_and_a_warning(self):
        with self.assertWarnsRegex(gossamer.RunWarning, "diverged at virtual time"):
            trace = gossamer.run(RING, algorithm__step_size=1e200, models=True)
        self.assertEqual(trace.end["reason"], "diverged")

    def test_what_the_program_warns_of_is_a_warning_at_the_caller(self):
        gossip = {**RING, "algorithm": {"kind": "gossip"}}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            gossamer.run(gossip)
        self.assertIn("all nodes start from the same model", str(caught[0].message))
        self.assertEqual(Path(caught[0].filename).name, Path(__file__).name)

    def test_progress_is_reported_and_may_stop_a_run(self):
        seen = []

        def enough(progress):
            seen.append(progress)
            if len(seen) == 3:
                raise LookupError("enough")

        with self.assertRaises(LookupError):
            gossamer.run(LONG, progress=enough)
        self.assertEqual(seen, sorted(seen, key=lambda progress: progress.time_s))
        self.assertTrue(0 <= seen[-1].share < 0.5, seen)
        self.assertGreater(seen[-1].node_steps_per_node, 0)
        self.assertIn("node-steps/s", str(seen[-1]))

    def test_ctrl_c_stops_the_run_and_leaves_its_trace(self):
        script = textwrap.dedent(f"""
            import gossamer
            try:
                gossamer.run({LONG!r}, out="long.jsonl", progress=lambda progress: print("runs", flush=True))
            except KeyboardInterrupt as interrupt:
                trace = interrupt.trace
                print(trace.end["reason"], len(trace.samples) > 1, trace.path)
            """)
        child = subprocess.Popen([sys.executable, "-B", "-c", script], cwd=self.folder, stdout=subprocess.PIPE, text=True,
                                 env={**os.environ, "PYTHONPATH": str(ANALYSIS)})
        self.assertEqual(child.stdout.readline(), "runs\n")
        child.send_signal(signal.SIGINT)
        out, _ = child.communicate(timeout=60)
        self.assertEqual(out.replace("runs\n", ""), "interrupted True long.jsonl\n")
        size = (self.folder / "long.jsonl").stat().st_size
        time.sleep(0.3)
        self.assertEqual((self.folder / "long.jsonl").stat().st_size, size)  # nothing runs any more

    def test_check_fills_in_what_runs_the_same(self):
        checked = gossamer.check(self.file, algorithm__step_size=0.2)
        self.assertEqual(checked["algorithm"]["step_size"], 0.2)
        self.assertIn("spectral gap", checked.facts)
        self.assertEqual(hash_of(gossamer.run(checked)), hash_of(gossamer.run(RING, algorithm__step_size=0.2)))

    def test_check_into_a_file_gives_an_experiment(self):
        for example in ("quickstart", "churn", "incast"):
            path = self.folder / f"{example}.json"
            done = answer("check", str(gossamer.examples()[example]), "--set", "/stop={\"virtual_time\": \"200 ms\"}")
            path.write_text(done.stdout)
            self.assertEqual(hash_of(gossamer.run(path)), hash_of(gossamer.run(example, stop={"virtual_time": "200 ms"})))

    def test_names_are_explained_as_text_and_as_values(self):
        self.assertEqual(str(gossamer.explain("lead")), answer("explain", "lead").stdout.rstrip("\n"))
        self.assertIn("algorithms", gossamer.names())
        self.assertTrue(set(gossamer.names("schedules")) >= {"cosine", "list"})
        entry, = (meaning for meaning in gossamer.explain("swarm_sgd")["meanings"] if meaning["is"] == "entry")
        settings = {setting["name"]: setting for setting in entry["settings"]}
        self.assertEqual((settings["local_steps"]["type"], settings["local_steps"]["minimum"]), ("integer", 1))
        self.assertIn("nb1", settings["variant"]["choices"])
        self.assertEqual(gossamer.check({**RING, "algorithm": entry["example"]})["algorithm"]["kind"], "swarm_sgd")

    def test_a_sweep_is_made_once_and_loaded(self):
        seen, folder = [], self.folder / "sweep"
        base = {**RING, "topology": {"kind": "ring", "nodes": 16}}
        asked = {"over": {"topology": ["ring", {"kind": "torus", "rows": 4, "columns": 4}], "/algorithm/step_size": [0.1, 0.2]},
                 "seeds": 3, "targets": {"consensus_distance": [0.05]}, "baseline": {"topology": "ring"},
                 "algorithm__form": "atc"}
        found = gossamer.sweep(base, folder, **asked, progress=seen.append)
        self.assertEqual([axis.name for axis in found.axes], ["topology", "step_size"])
        self.assertEqual([run.status for run in found.runs], ["done"] * 12)
        self.assertEqual(len({run.trace.end["hash"] for run in found.runs}), 12)
        self.assertLessEqual(max([progress.done for progress in seen], default=0), 12)
        times = {path.name: path.stat().st_mtime_ns for path in (folder / "runs").glob("*.jsonl")}
        gossamer.sweep(base, folder, **asked)
        self.assertEqual(len((folder / "results.csv").read_text().splitlines()), 1 + 12)
        self.assertEqual({run.trace.configuration["algorithm"]["form"] for run in found.runs}, {"atc"})
        self.assertEqual(times, {path.name: path.stat().st_mtime_ns for path in (folder / "runs").glob("*.jsonl")})
        with self.assertRaisesRegex(gossamer.RunError, "rign"):
            gossamer.sweep(RING, self.folder / "none", over={"topology": ["rign"]})

    def test_a_topology_has_its_matrix_spectrum_and_graph(self):
        W, spectrum, graph = gossamer.topology("hypercube:dimension=3")  # w_ij = 1/4; λ_k = 1 − k/2, k = 0 … 3
        self.assertEqual(W.shape, (8, 8))
        np.testing.assert_allclose(np.sort(np.linalg.eigvalsh(W)), [-0.5, 0, 0, 0, 0.5, 0.5, 0.5, 1], atol=1e-15)
        self.assertAlmostEqual(spectrum["rho"], 0.5)
        self.assertAlmostEqual(spectrum["smallest_eigenvalue"], -0.5)
        self.assertAlmostEqual(spectrum["laplacian_largest"], 6)  # 2 k
        self.assertEqual(graph.neighbors(5).tolist(), [1, 4, 7])
        self.assertEqual(len(graph.edges), graph.facts["edges"])
        for i, j in graph.edges:
            self.assertEqual(bin(i ^ j).count("1"), 1)
        same = gossamer.topology({"kind": "hypercube", "dimension": 3}, matrix=False)
        self.assertIsNone(same.W)
        np.testing.assert_array_equal(same.graph.edges, graph.edges)
        np.testing.assert_array_equal(gossamer.topology(RING).graph.edges[:2], [[0, 1], [0, 7]])
        self.assertEqual(gossamer.topology(RING, topology__nodes=5).graph.nodes, 5)

    def test_arcs_of_a_directed_graph_lead_from_sender_to_receiver(self):
        W, _, graph = gossamer.topology("exponential:nodes=6")
        self.assertTrue(graph.directed)
        expected = {(int(i), int(j)) for j, i in np.argwhere(W) if i != j}  # w_ji: j receives from i
        self.assertEqual({(int(i), int(j)) for i, j in graph.edges}, expected)
        self.assertEqual(graph.neighbors(0).tolist(), [2, 4, 5])  # node i receives from i + 1, i + 2 and i + 4

    def test_a_period_of_rounds_has_a_consensus_factor(self):
        found = gossamer.topology("one_peer_exponential:nodes=8")
        self.assertEqual(found.spectrum, {"consensus_factor": 0, "consensus_factor_per_round": 0})
        self.assertEqual(found.graph.facts["period"], 3)

    def test_a_notebook_shows_a_table_and_a_picture(self):
        page = gossamer.run(RING, title="<Eight> & nodes")._repr_html_()
        self.assertIn("<strong>&lt;Eight&gt; &amp; nodes</strong>", page)
        self.assertRegex(page, "<th[^>]*>algorithm</th><td[^>]*>d_psgd</td>")
        self.assertIn('src="data:image/svg+xml;base64,', page)
        with unittest.mock.patch.dict("sys.modules", {"gossamer.figures": None}):  # without Matplotlib
            self.assertNotIn("<img", gossamer.run(RING)._repr_html_())

    def test_the_program_is_found_or_named(self):
        with unittest.mock.patch.dict("os.environ", {"GOSSAMER": "/no/such"}):
            with self.assertRaisesRegex(gossamer.RunError, 'GOSSAMER is "/no/such", which is no program'):
                gossamer.names()
        with unittest.mock.patch.dict("os.environ", {"GOSSAMER": "", "PATH": str(self.folder)}), \
                unittest.mock.patch.object(program, "ROOT", self.folder / "lib" / "python3" / "site"):
            with self.assertRaisesRegex(gossamer.RunError, "there is no program gossamer in .*GOSSAMER=.HOME"):
                program.find()
            on_path = self.folder / "gossamer"
            on_path.symlink_to("/bin/true")
            self.assertEqual(program.find(), on_path)
            beside = self.folder / "lib" / "python3" / "site" / "gossamer"
            beside.parent.mkdir(parents=True)
            beside.symlink_to("/bin/true")
            self.assertEqual(program.find(), beside)

    def test_examples_in_the_texts_of_the_package_hold(self):
        count = 0
        for name in WITH_DOCTESTS:
            done = doctest.testmod(importlib.import_module(f"gossamer.{name}"), optionflags=FLAGS)
            self.assertEqual(done.failed, 0, name)
            count += done.attempted
        self.assertGreater(count, 15)

    def test_the_example_of_the_readme_runs(self):
        block = (ANALYSIS.parent / "README.md").read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
        names = {}
        with contextlib.redirect_stderr(io.StringIO()) as shown, contextlib.chdir(self.folder):
            exec(block, names)
        self.assertEqual(names["W"].shape, (64, 64))
        self.assertEqual(names["frame"]["time_s"].iloc[-1], 20)
        self.assertEqual(len(names["found"].runs), 6)
        self.assertIn("node-steps/s", shown.getvalue())

    def run_python(self, *words, **variables):
        return subprocess.run([sys.executable, "-I", "-B", str(ANALYSIS), "python", "--program", os.environ["GOSSAMER"], *words],
                              capture_output=True, text=True, cwd=self.folder, check=False, stdin=subprocess.DEVNULL,
                              env={"PATH": "/usr/bin:/bin", **variables})

    def test_the_command_python_has_everything_in_place(self):
        script = self.write("script.py", "import sys, gossamer",
                            f"print(len(gossamer.run({RING!r}).nodes), sys.argv[1:])")
        done = self.run_python(str(script), "--seed", "2")
        self.assertEqual((done.returncode, done.stdout), (0, "8 ['--seed', '2']\n"), done.stderr)
        done = self.run_python("-c", "import gossamer, sys; print(gossamer.__version__, 'numpy' in sys.modules)")
        self.assertEqual(done.stdout, f"{gossamer.__version__} False\n", done.stderr)
        self.assertIn("gossamer.run", self.run_python().stdout)
        self.assertIn("pip install --no-build-isolation", self.run_python("--help").stdout)
        if importlib.util.find_spec("notebook") is None and importlib.util.find_spec("jupyterlab") is None:
            done = self.run_python("notebook")
            self.assertEqual((done.returncode, done.stderr), (2, "gossamer python: Jupyter is not installed; Debian has it in "
                                                                 "jupyter-notebook\n"))

    def test_ipython_and_jupyter_of_this_python_are_started_if_there_are_any(self):
        from gossamer.commands import python
        for installed, words, expected in (((), [], ["-q", "-i", "-c", python.START]),
                                           (("IPython",), [], ["-m", "IPython", "--no-banner", "-i", "-c", python.START]),
                                           (("notebook",), ["notebook"], ["-m", "notebook"]),
                                           (("notebook", "jupyterlab"), ["a.ipynb"], ["-m", "jupyterlab", "a.ipynb"]),
                                           ((), ["a.py", "b"], ["a.py", "b"]), ((), ["-V"], ["-V"])):
            with unittest.mock.patch.object(python, "is_installed", lambda module: module in installed):  # noqa: B023
                self.assertEqual(python.words_to_start(words), [sys.executable, *expected])

    def test_importing_the_package_loads_neither_numpy_nor_matplotlib(self):
        code = "import gossamer, sys; dir(gossamer); print({'numpy', 'matplotlib', 'pandas'} & set(sys.modules))"
        self.assertEqual(self.run_python("-c", code).stdout, "set()\n")
        code = f"import gossamer, sys; gossamer.run({RING!r}); print({{'matplotlib', 'pandas'}} & set(sys.modules))"
        self.assertEqual(self.run_python("-c", code).stdout, "set()\n")

    def test_pictures_leave_matplotlib_as_it_is(self):
        code = (f"import matplotlib; matplotlib.use('pdf'); before = dict(matplotlib.rcParams); import gossamer; "
                f"from gossamer.figures import draw_traces; trace = gossamer.run({RING!r}); trace._repr_html_(); "
                "draw_traces([trace]); print(matplotlib.get_backend(), dict(matplotlib.rcParams) == before)")
        self.assertEqual(self.run_python("-c", code).stdout, "pdf True\n")

    def test_the_version_is_that_of_the_program(self):
        self.assertEqual(answer("--version").stdout.strip(), f"gossamer {gossamer.__version__}")
        self.assertIn(f'\nversion = "{gossamer.__version__}"\n', (ANALYSIS / "pyproject.toml").read_text())
        with self.assertRaisesRegex(AttributeError, "no attribute 'rnu'"):
            _ = gossamer.rnu


if __name__ == "__main__":
    if "GOSSAMER" not in os.environ:
        sys.exit("expected the path of a program in GOSSAMER; the repository's launcher would build one")
    unittest.main()
