"""Every command of an installed program, from another folder and without an environment.

Usage: installed_test.py PREFIX
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PREFIX = Path()
EXPERIMENT = {"topology": {"kind": "ring", "nodes": 4}, "model": {"kind": "quadratic", "dimension": 3},
              "algorithm": {"kind": "d_psgd", "step_size": 0.1}, "compute": {"kind": "constant", "step": "10 ms"},
              "network": {"kind": "alpha_beta", "latency": "1 ms"}, "stop": {"node_steps": 20},
              "record": {"every": "50 ms"}, "expect": {"models": "identical"}}
STUDY = """from gossamer.figures import draw_traces
from gossamer.studies import Study

study = Study("Twenty steps", base="a.json")
study.run("one")

@study.claim("it ends after 20 steps on each node")
def ends(runs):
    yield "steps", runs["one"].end["totals"]["node_steps"], "==", 80

@study.picture("loss")
def loss(runs):
    return draw_traces(list(runs.values()), "node_steps", ["loss"])
"""
MPIRUN = ["/usr/bin/mpirun", "--oversubscribe", *(["--allow-run-as-root"] if os.geteuid() == 0 else [])]

FOR_MPIRUN = {"PATH": "/usr/bin:/bin"}  # in which it looks for ssh


class InstalledTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "a.json").write_text(json.dumps(EXPERIMENT))

    def ask(self, *words, before=(), code=0, environment=None):
        """The outputs of a command, which has to end with the code."""
        done = subprocess.run([*before, PREFIX / "bin" / "gossamer", *words], capture_output=True, text=True,
                              env=environment or {}, cwd=self.folder, stdin=subprocess.DEVNULL, timeout=300, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout, done.stderr

    def assert_pictures(self, *names):
        for name in names:
            self.assertGreater((self.folder / name).stat().st_size, 1000, name)

    def test_commands_of_the_program_run(self):
        self.assertIn("swarm_sgd", self.ask("list")[0])
        self.assertIn("step_size", self.ask("explain", "d_psgd")[0])
        self.assertIn('"kind": "d_psgd"', self.ask("check", "a.json")[0])
        self.assertIn("spectral gap", self.ask("topology", "ring:nodes=4")[0])
        self.assertIn("ring", self.ask("collectives", "a.json")[0])
        self.ask("calibrate", "--seconds", "0.5", "--force", "-o", "machine.json", before=[*MPIRUN, "-np", "2"],
                 environment=FOR_MPIRUN)
        self.assertIn("--out", self.ask("help", "run")[0])
        self.assertIn("repository", self.ask("test", code=2)[1])
        script = "import gossamer; print('quickstart' in gossamer.examples(), len(gossamer.run('a.json').nodes))"
        self.assertEqual(self.ask("python", "-c", script)[0], "True 4\n")

    def test_traces_are_drawn_and_compared(self):
        self.ask("run", "a.json", "--quiet", "--timeline", "t.json")
        self.ask("plot", "a.jsonl", "-o", "a.svg")
        self.ask("plot", "t.json", "-o", "t.png")
        self.assert_pictures("a.svg", "t.png")
        self.assertIn("virtual time", self.ask("table", "a.jsonl", "--target", "train_loss=1")[0])

    def test_a_report_has_its_page_and_its_graph(self):
        self.ask("run", "a.json", "--quiet")
        self.ask("report", "a.jsonl", "-o", "a.html")
        page = (self.folder / "a.html").read_text(encoding="utf-8")
        self.assertIn('"edges":["', page)
        self.assertNotIn("Graphs are not drawn", page)

    def test_studies_and_crosschecks_start_the_program_itself(self):
        (self.folder / "study.py").write_text(STUDY)
        self.assertIn("holds  it ends after 20 steps", self.ask("study", ".", "--out", "out")[0])
        self.assert_pictures("out/loss.svg")
        words = ["crosscheck", "a.json", "--ranks", "2", "-o", "c.png"]
        self.assertIn("models", self.ask(*words, environment=FOR_MPIRUN)[0])
        self.assert_pictures("c.png")

    def test_the_demo_has_its_experiment(self):
        self.assertIn("all_reduce_sgd", self.ask("demo")[0])
        self.assert_pictures("gossamer-demo/demo.svg", "gossamer-demo/demo.png", "gossamer-demo/d_psgd.jsonl")

    def test_the_package_and_the_papers_are_those_of_the_installation(self):
        advice = PREFIX / "share" / "gossamer" / "experiments" / "papers" / "lead"
        self.assertIn(f"did you mean {advice}?", self.ask("study", "lead", code=2)[1])
        self.assertEqual(list((PREFIX / "share").rglob("__pycache__")), [])

    def test_misuse_is_one_sentence_with_code_2(self):
        for words, sentence in ((["plot"], "no file to draw"), (["study"], "no folder"), (["demo", "--fast"], "--fast"),
                                (["plto"], 'did you mean "plot"?'), (["table", "a.jsonl"], "a.jsonl: cannot be read")):
            self.assertIn(sentence, self.ask(*words, code=2)[1])


if __name__ == "__main__":
    PREFIX = Path(sys.argv.pop(1)).resolve()
    unittest.main()
