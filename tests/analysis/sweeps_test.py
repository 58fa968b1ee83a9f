"""Axes, cells and runs, of a sweep's folder and of plain traces."""

import os
import unittest

from traces import HEADER, WithFolder, sample

from gossamer.statistics import statistics_of
from gossamer.support.errors import AnalysisError
from gossamer.support.units import measured
from gossamer.sweeps import Axis, Sweep, Target, label_text, load
from gossamer.sweeps.targets import parse_baseline, parse_target

RING, TORUS = {"kind": "ring", "nodes": 16}, {"kind": "torus", "rows": 4, "columns": 4}
SWARM = {"kind": "swarm_sgd", "step_size": 0.1, "local_steps": 1}
PLAN = {"sweep": 1, "title": "Rings", "axes": [{"name": "topology", "path": "/topology", "labels": ["ring", "torus"]}],
        "seeds": [1, 2], "targets": [{"quantity": "train_loss", "value": 0.5}], "baseline": {"topology": "ring"},
        "window": [0.25, 1.0],
        "cells": [{"labels": {"topology": "ring"}, "settings": {"/topology": RING}},
                  {"labels": {"topology": "torus"}, "settings": {"/topology": TORUS},
                   "tuned": [{"path": "/algorithm/step_size", "value": 0.1, "edge": True, "runs": 9}]}],
        "runs": [{"cell": cell, "seed": seed, "id": f"{cell}{seed}".rjust(16, "0")} for cell in (0, 1) for seed in (1, 2)]}


class SweepsTest(WithFolder):
    def trace(self, name, configuration, title="A title", seed=1, nodes=16, **header):
        return self.write(name, {**HEADER, "schema": 2, "title": title, "seed": seed, "topology": {"nodes": nodes},
                                 "configuration": {"title": title, "seed": seed, **configuration}, **header},
                          sample(0, train_loss=2), sample(1, train_loss=1))

    def plain(self, *configurations, **header):
        return load([self.trace(f"{number}.jsonl", each, **header) for number, each in enumerate(configurations)])

    def axes(self, sweep):
        return {axis.name: axis.labels for axis in sweep.axes}

    def plan(self, **changes):
        (self.folder / "runs").mkdir(exist_ok=True)
        return self.write("sweep.json", {**PLAN, **changes})

    def refused(self, sentence, **changes):
        self.plan(**changes)
        with self.assertRaises(AnalysisError) as caught:
            load(self.folder)
        self.assertIn(sentence, str(caught.exception))

    # Plain traces.

    def test_a_block_is_one_axis_by_its_kind_if_its_other_keys_follow(self):
        sweep = self.plain({"topology": RING}, {"topology": TORUS})
        self.assertEqual(self.axes(sweep), {"topology": ("ring", "torus")})
        self.assertEqual(sweep.axes[0].path, "/topology/kind")
        self.assertEqual([cell.name for cell in sweep.cells], ["ring", "torus"])

    def test_keys_that_vary_inside_a_kind_are_axes_of_their_own(self):
        more = [{"algorithm": {**SWARM, "local_steps": steps}} for steps in (4, 1, 16)]
        sweep = self.plain(*more, {"algorithm": {"kind": "all_reduce_sgd", "step_size": 0.1}})
        self.assertEqual(self.axes(sweep), {"algorithm": ("swarm_sgd", "all_reduce_sgd"), "local_steps": (1, 4, 16, None)})
        self.assertEqual([cell.name for cell in sweep.cells], ["swarm_sgd, 1", "swarm_sgd, 4", "swarm_sgd, 16",
                                                               "all_reduce_sgd, –"])
        self.assertTrue(sweep.axis("local_steps").is_numeric)

    def test_the_size_of_a_graph_is_one_axis_however_its_kind_names_it(self):
        ring, torus = {"topology": RING}, {"topology": TORUS}
        larger = [{"topology": {"kind": "ring", "nodes": 64}}, {"topology": {"kind": "torus", "rows": 8, "columns": 8}}]
        paths = [self.trace(f"{number}.jsonl", each, nodes=nodes)
                 for number, (each, nodes) in enumerate(zip((ring, torus, *larger), (16, 16, 64, 64)))]
        self.assertEqual(self.axes(load(paths)), {"topology": ("ring", "torus"), "nodes": (16, 64)})
        self.assertEqual(self.axes(load([paths[1], paths[3]])), {"nodes": (16, 64)})
        entries = {entry.path: entry for entry in os.scandir(paths[1].parent)}  # path-like, and no pathlib.Path
        self.assertEqual(len(load(entries[str(paths[1])]).cells), 1)

    def test_a_number_in_the_place_of_a_block_is_a_label_beside_kinds(self):
        sizes = (0.1, 0.2, {"kind": "cosine", "base": 0.1, "steps": 100})
        self.assertEqual(self.axes(self.plain(*({"algorithm": {**SWARM, "step_size": size}} for size in sizes))),
                         {"step_size": (0.1, 0.2, "cosine")})

    def test_runs_that_differ_by_their_seeds_are_one_cell(self):
        sweep = load([self.trace(f"{kind['kind']}{seed}.jsonl", {"topology": kind}, seed=seed, title=f"{seed}")
                      for seed in (1, 2, 3) for kind in (RING, TORUS)])
        self.assertEqual([(cell.name, [run.seed for run in cell.runs]) for cell in sweep.cells],
                         [("ring", [1, 2, 3]), ("torus", [1, 2, 3])])
        self.assertTrue(sweep.has_seeds)
        titled = load([self.trace(f"{seed}.jsonl", {"topology": RING}, seed=seed, title=f"Seed {seed}") for seed in (1, 2)])
        self.assertEqual([[run.seed for run in cell.runs] for cell in titled.cells], [[1, 2]])
        parts = [self.trace(f"{data}.jsonl", {"seed": {"all": 1, "data": data}}) for data in (1, 2)]
        self.assertEqual([run.seed for run in load(parts).cells[0].runs], [1, "all=1, data=2"])

    def test_seeds_of_parts_make_no_arms_and_pair_the_runs_of_arms(self):
        seeds = ({"all": 1, "data": 4, "batches": 5}, {"data": 4, "batches": 5, "all": 2}, {"all": 3, "data": 3}, {"all": 1, "faults": 9})
        paths = [self.trace(f"{kind['kind']}{number}.jsonl", {"topology": kind, "seed": seed}, title=f"{number}", seed=seed["all"])
                 for number, seed in enumerate(seeds) for kind in (RING, TORUS)]
        # The torus has the first seeds in another order.
        paths[1] = self.trace("torus0.jsonl", {"topology": TORUS, "seed": {"batches": 5, "all": 1, "data": 4}})
        sweep = load(paths)
        self.assertEqual([axis.name for axis in sweep.axes], ["topology"])
        self.assertEqual([[run.seed for run in cell.runs] for cell in sweep.cells],
                         [["all=1, batches=5, data=4", "all=2, batches=5, data=4", 3, "all=1, faults=9"]] * 2)
        sweep.baseline = {"topology": "ring"}
        ring, torus = statistics_of(sweep).cells
        self.assertEqual((torus.baseline, torus.summaries["final_train_loss"].pairs), (ring, 4))

    def test_titles_are_labels_only_if_nothing_else_differs(self):
        paths = [self.trace(f"{title}.jsonl", {"topology": RING}, title=title) for title in ("b", "a")]
        self.assertEqual(self.axes(load(paths)), {"title": ("b", "a")})
        other = self.trace("c.jsonl", {"topology": TORUS}, title="c")
        self.assertEqual(self.axes(load([paths[0], other])), {"topology": ("ring", "torus")})
        bare = [self.write(f"{name}.jsonl", {**HEADER, "title": name}, sample(0, train_loss=1)) for name in ("x", "y")]
        self.assertEqual(self.axes(load(bare)), {"title": ("x", "y")})

    def test_repeated_runs_are_told_apart_by_their_files(self):
        paths = [self.trace(name, {"topology": RING}) for name in ("a.jsonl", "b.jsonl")]
        self.assertEqual(self.axes(load(paths)), {"run": ("a", "b")})
        (self.folder / "runs").mkdir()
        same_name = self.trace("runs/a.jsonl", {"topology": RING})
        self.assertEqual(self.axes(load([paths[0], same_name])), {"run": (f"{self.folder.name}/a", "runs/a")})
        with self.assertRaisesRegex(AnalysisError, "a.jsonl: is given twice"):
            load([paths[0], paths[0]])

    def test_both_worlds_are_an_axis(self):
        paths = [self.trace("a.jsonl", {}), self.trace("b.jsonl", {}, world="mpi", ranks={"count": 4, "mpi": "Open MPI"})]
        self.assertEqual(self.axes(load(paths)), {"world": ("simulation", "mpi")})

    def test_exact_moments_are_no_seed_of_the_runs_beside_them(self):
        paths = [self.trace("a.jsonl", {}), self.trace("b.jsonl", {}, moments=True)]
        self.assertEqual(self.axes(load(paths)), {"moments": (True, None)})

    def test_one_trace_is_one_cell_without_axes(self):
        sweep = load(self.trace("a.jsonl", {"topology": RING}))
        self.assertEqual((sweep.axes, len(sweep.cells), sweep.title), ([], 1, "A title"))
        self.assertEqual(sweep.runs[0].trace.samples[-1]["train_loss"], 1)

    def test_names_are_the_last_parts_of_paths_and_longer_where_two_are_the_same(self):
        sweep = self.plain(*({"compute": {"step": step}, "network": {"step": step, "latency": 1 + number}}
                             for number, step in enumerate(("1 ms", "2 ms"))))
        self.assertEqual([axis.name for axis in sweep.axes], ["compute_step", "network_step", "latency"])

    # Labels.

    def test_numbers_and_quantities_of_one_unit_make_a_numeric_axis(self):
        sweep = self.plain(*({"network": {"latency": latency}} for latency in ("20 ms", "1 s", "500 us")))
        axis = sweep.axis("latency")
        self.assertEqual(axis.labels, ("500 us", "20 ms", "1 s"))
        self.assertEqual([axis.number(label) for label in axis.labels], [5e-4, 0.02, 1.0])
        self.assertEqual(axis.unit, "s")
        for labels in ((1, "2 ms"), ("1 MB", "1 ms"), ("ring", 1), (True, False), (10**400, 1), (None,)):
            self.assertFalse(Axis("a", labels).is_numeric, labels)
        self.assertEqual(measured("100 Mbit/s"), (1e8, "bit/s"))
        self.assertEqual(measured("1 KiB/s"), (8192, "bit/s"))
        self.assertEqual(measured("8 kbit"), (1000, "B"))
        for text in ("ring", "2", "1 parsec", "1.2.3 ms", ""):
            self.assertIsNone(measured(text))

    def test_labels_are_found_by_their_text(self):
        axis = Axis("local_steps", (1, 0.5, True, "a", None))
        self.assertEqual([label_text(label) for label in axis.labels], ["1", "0.5", "true", "a", "–"])
        self.assertEqual(axis.find("0.5"), 0.5)
        with self.assertRaisesRegex(AnalysisError, 'no label "2", expected one of: 1, 0.5, true, a, –'):
            axis.find("2")

    def test_targets_and_baselines_are_read_from_words(self):
        for text, target in (("train_loss=0.5", Target("train_loss", 0.5)), ("loss=1e-3", Target("train_loss", 1e-3)),
                             ("accuracy=90%", Target("test_accuracy", 0.9)),
                             ("local_train_loss=2", Target("local_train_loss_mean", 2.0))):
            self.assertEqual(parse_target(text), target)
        for text, sentence in (("loss", "is no target, expected such as train_loss=0.5"), ("loss=nan", "is no target"),
                               ("time=3", "is no quantity that has targets"), ("trian_loss=3", 'did you mean "train_loss"?'),
                               ("accuracy=90", "expected a share from 0 to 1, or such as 90%")):
            with self.assertRaises(AnalysisError) as caught:
                parse_target(text)
            self.assertIn(sentence, str(caught.exception))
        sweep = Sweep("", [Axis("topology", ("ring", "torus")), Axis("local_steps", (1, 2))], [])
        self.assertEqual(parse_baseline(sweep, ["topology=ring", "local_steps=2"]), {"topology": "ring", "local_steps": 2})
        self.assertEqual(parse_baseline(sweep, ["torus"]), {"topology": "torus"})
        for text, sentence in (("toplogy=ring", 'did you mean "topology"?'), ("topology=rings", 'did you mean "ring"?'),
                               ("star", "expected AXIS=LABEL with an axis of: topology, local_steps")):
            with self.assertRaises(AnalysisError) as caught:
                parse_baseline(sweep, [text])
            self.assertIn(sentence, str(caught.exception))

    # A sweep's folder.

    def test_a_folder_has_what_its_plan_names_and_reads_traces_when_they_are_needed(self):
        self.plan()
        self.trace(f"runs/{'01'.rjust(16, '0')}.jsonl", {})
        (self.folder / "runs" / f"{'02'.rjust(16, '0')}.failed").write_text("ring.json: /topology: is\n  no graph\n")
        (self.folder / "runs" / f"{'11'.rjust(16, '0')}.jsonl").write_text("broken\n")
        sweep = load(self.folder)
        self.assertEqual((sweep.title, sweep.window, sweep.folder), ("Rings", (0.25, 1.0), self.folder))
        self.assertEqual(sweep.targets, [Target("train_loss", 0.5)])
        self.assertEqual([run.status for run in sweep.runs], ["done", "failed", "done", "missing"])
        self.assertEqual([(run.labels["topology"], run.seed) for run in sweep.runs],
                         [("ring", 1), ("ring", 2), ("torus", 1), ("torus", 2)])
        self.assertEqual(sweep.runs[0].trace.samples[-1]["train_loss"], 1)
        self.assertEqual(sweep.runs[1].message, "ring.json: /topology: is no graph")
        for run, sentence in ((sweep.runs[1], "the run failed: ring.json: /topology"), (sweep.runs[2], "is no JSON"),
                              (sweep.runs[3], "cannot be read")):
            with self.assertRaisesRegex(AnalysisError, sentence):
                run.trace  # noqa: B018
        self.assertTrue(sweep.cells[1].tuned[0].edge)
        self.assertIs(sweep.baseline_of(sweep.cells[1]), sweep.cells[0])

    def test_the_baseline_of_a_cell_has_the_cells_other_labels(self):
        axes = [{"name": "topology", "labels": ["ring", "torus"]}, {"name": "local_steps", "labels": [1, 2]}]
        cells = [{"labels": {"topology": topology, "local_steps": steps}} for topology in ("ring", "torus") for steps in (1, 2)]
        self.plan(axes=axes, cells=cells, runs=[])
        sweep = load(self.folder)
        self.assertEqual([sweep.baseline_of(cell).name for cell in sweep.cells], ["ring, 1", "ring, 2", "ring, 1", "ring, 2"])
        sweep.baseline = {"topology": "torus", "local_steps": 2}
        self.assertEqual({sweep.baseline_of(cell).name for cell in sweep.cells}, {"torus, 2"})
        sweep.baseline = None
        self.assertIsNone(sweep.baseline_of(sweep.cells[0]))

    def test_a_bad_plan_gets_one_sentence(self):
        for sentence, changes in (('sweep.json: /sweep is 2, expected 1', {"sweep": 2}),
                                  ("/axes/0/labels is 3, expected a list", {"axes": [{"name": "a", "labels": 3}]}),
                                  ("/runs/0/cell is 7, expected less than 2", {"runs": [{**PLAN["runs"][0], "cell": 7}]}),
                                  ('/runs/0/id is "../x", expected 16', {"runs": [{**PLAN["runs"][0], "id": "../x"}]}),
                                  ("/cells/0/labels has nothing, expected topology", {"cells": [{"labels": {}}]}),
                                  ('/baseline/topology is "star"', {"baseline": {"topology": "star"}}),
                                  ('/cells/1/labels/topology is "tor", expected a label of the axis',
                                   {"cells": [PLAN["cells"][0], {"labels": {"topology": "tor"}}]}),
                                  ("/axes has two axes of one name", {"axes": PLAN["axes"] * 2}),
                                  ("/window is no window", {"window": [1, 0]}),
                                  ('/targets/0: "los" is no quantity', {"targets": [{"quantity": "los", "value": 1}]})):
            with self.subTest(sentence):
                self.refused(sentence, **changes)
        (self.folder / "sweep.json").write_text('{"sweep": 1')
        with self.assertRaisesRegex(AnalysisError, "sweep.json:1: is no JSON"):
            load(self.folder)

    def test_folders_and_traces_do_not_mix(self):
        trace, plan = self.trace("a.jsonl", {}), self.plan()
        for paths, sentence in (([self.folder, trace], "expected one folder, or traces alone"), ([], "no traces"),
                                ([plan], "is the plan of a sweep, expected its folder"),
                                ([self.folder / "runs"], "is a folder, expected a trace")):
            with self.assertRaisesRegex(AnalysisError, sentence):
                load(paths)


if __name__ == "__main__":
    unittest.main()
