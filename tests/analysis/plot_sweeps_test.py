"""gossamer plot of sweeps and of many traces, as its users call it."""

import json
import os
import subprocess
import sys
import unittest

import numpy as np
from traces import ANALYSIS, END, HEADER, WithFolder, outcome, sample

from gossamer.commands import plot_sweeps
from gossamer.commands.plot import main
from gossamer.support.children import RunError
from gossamer.traces import read

RECORDS = [{"record": "node", "node": k, "computing_s": 3, "idle_s": 1, "staleness_mean": k} for k in range(3)]
PROGRAM = """#!/usr/bin/python3
import sys
words = sys.argv[1:]
if words[:1] != ["topology"] or words[2:3] != ["--dot"] or "broken" in words[1]:
    sys.exit("topology: no such graph")
open(words[3], "w").write("graph G {\\n0;\\n1;\\n2;\\n0--1  [weight=0.5];\\n1--2  [weight=0.5];\\n2--2 [weight=1];\\n}\\n")
"""


class PlotSweepsTest(WithFolder):
    """Two latencies, two bandwidths, two topologies, two seeds."""

    def setUp(self):
        super().setUp()
        self.picture = self.folder / "picture.png"
        self.sweep = self.folder / "sweep"
        (self.sweep / "runs").mkdir(parents=True)
        axes = {"latency": ["1 ms", "10 ms"], "bandwidth": ["1 Gbit/s", "10 Gbit/s"], "topology": ["ring", "torus"]}
        labels = [dict(zip(axes, each)) for each in
                  ((a, b, c) for a in axes["latency"] for b in axes["bandwidth"] for c in axes["topology"])]
        runs = [{"cell": cell, "seed": seed, "id": f"{cell}{seed}".rjust(16, "0")} for cell in range(8) for seed in (1, 2)]
        self.write("sweep/sweep.json", {
            "sweep": 1, "title": "Networks", "axes": [{"name": name, "labels": some} for name, some in axes.items()],
            "seeds": [1, 2], "targets": [{"quantity": "train_loss", "value": 1.0}], "window": [0.5, 1],
            "cells": [{"labels": each, "settings": {}} for each in labels], "runs": runs})
        for run in runs:
            self.trace(f"sweep/runs/{run['id']}.jsonl", 1 + run["cell"] / 8, run["seed"], **labels[run["cell"]])

    def trace(self, name, half, seed=1, title="A run", **settings):
        samples = [sample(0.5 * k, train_loss=2 * 0.5 ** (0.5 * k / half / (1 + 0.01 * seed)), sent_bytes_per_node=1000 * k,
                          node_steps_per_node=10 * k) for k in range(9)]
        configuration = {"title": title, "seed": seed, "network": settings}
        return self.write(name, {**HEADER, "schema": 2, "title": title, "seed": seed, "topology": {"nodes": 3},
                                 "configuration": configuration}, *samples, *RECORDS, END)

    def plot(self, *words):
        self.picture.unlink(missing_ok=True)
        code, message = outcome(main, *words, "-o", self.picture)
        self.assertEqual(self.picture.exists(), code == 0)
        return code, message.replace(f"{self.folder}/", "")

    def refused(self, *words):
        code, message = self.plot(*words)
        self.assertEqual((code, message.count("\n")), (2, 1), message)
        return message.removeprefix("gossamer plot: ").rstrip("\n")

    def test_every_kind_of_picture_is_drawn_of_a_folder(self):
        program = self.write("program", PROGRAM)
        program.chmod(0o755)
        for kind, options in (("curves", ["--group", "topology"]), ("target", ["--x", "latency"]),
                              ("scaling", ["--x", "bandwidth", "--slope", "-1"]), ("pareto", []), ("phase", []), ("nodes", []), ("graph", ["--program", program])):
            self.assertEqual(self.plot(self.sweep, "--kind", kind, "--width", "column", *options), (0, ""), kind)
        self.assertEqual(set(plot_sweeps.KINDS), {"curves", "target", "scaling", "pareto", "phase", "nodes", "graph"})

    def test_plain_traces_are_a_sweep_over_what_differs(self):
        paths = [self.trace(f"{latency}-{seed}.jsonl", half, seed, latency=latency)
                 for latency, half in (("1 ms", 1), ("10 ms", 2)) for seed in (1, 2)]
        self.assertEqual(self.plot(*paths), (0, ""))
        self.assertEqual(self.plot(*paths, "--kind", "target", "--target", "train_loss=1"), (0, ""))
        self.assertIn("to which target?", self.refused(*paths, "--kind", "pareto"))
        self.assertIn("a phase diagram has two axes of numbers, and here are 1", self.refused(*paths, "--kind", "phase"))

    def test_options_that_make_no_sense_are_one_sentence(self):
        for words, sentence in ((["--kind", "pi"], "invalid choice: 'pi'"),
                                (["--kind", "gantt"], "--kind gantt: sweep is a trace"),
                                (["--from", "1 s"], "--from belongs to a timeline"),
                                (["--group", "H"], 'there is no axis "H", expected one of: latency, bandwidth, topology'),
                                (["--kind", "target", "--x", "topology"], "labels that are no numbers, expected one of: latency"),
                                (["--kind", "target", "--y", "loss,idle"], "--y loss,idle: expected one name"),
                                (["--kind", "target", "--y", "staleness"], "no run has staleness_mean"),
                                (["--kind", "graph", "--y", "slowness"], "--y slowness: unknown; expected one of: staleness"),
                                (["--target", "loss"], '"loss" is no target, expected such as train_loss=0.5'),
                                (["--kind", "phase", "--x", "latency"], "here are 1; expected such as --x latency,bandwidth"),
                                (["--width", "wide"], "invalid choice: 'wide' (choose from 'column', 'page')")):
            self.assertIn(sentence, self.refused(self.sweep, *words))
        other = self.trace("a.jsonl", 1)
        self.assertIn("expected one folder, or traces alone", self.refused(self.sweep, other))

    def test_the_picture_never_overwrites_a_trace_of_the_sweep(self):
        trace = next((self.sweep / "runs").iterdir())
        os.symlink(trace, self.folder / "link.png")
        code, message = outcome(main, self.sweep, "-o", self.folder / "link.png")
        self.assertEqual(code, 2)
        self.assertIn("the picture would overwrite", message)
        self.assertEqual(json.loads(trace.read_text().splitlines()[0])["record"], "header")

    def test_the_program_builds_the_graph_of_a_run(self):
        program = self.write("program", PROGRAM)
        program.chmod(0o755)
        graph = plot_sweeps.graph_of(read(self.trace("a.jsonl", 1)), str(program))
        self.assertEqual(graph.nodes, 3)
        np.testing.assert_array_equal(graph.edges, [(0, 1), (1, 2)])  # without loops
        with self.assertRaisesRegex(RunError, "topology: no such graph"):
            plot_sweeps.graph_of(read(self.trace("broken.jsonl", 1)), str(program))

    def test_importing_and_drawing_change_no_backend_and_need_no_pyplot(self):
        code = ("import sys, matplotlib; matplotlib.use('svg'); before = dict(matplotlib.rcParams)\n"
                f"sys.path.insert(0, {str(ANALYSIS)!r})\n"
                "import gossamer.figures, gossamer.commands.plot, gossamer.commands.crosscheck\n"
                f"from gossamer.traces import read; from pathlib import Path\n"
                f"gossamer.figures.save(gossamer.figures.draw_traces([read({str(self.trace('a.jsonl', 1))!r})]), "
                f"Path({str(self.picture)!r}))\n"
                "assert dict(matplotlib.rcParams) == before and 'matplotlib.pyplot' not in sys.modules")
        done = subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
