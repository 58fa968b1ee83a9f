"""`gossamer table`: as text, CSV and LaTeX, of traces and of a sweep's folder."""

import contextlib
import csv
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import unittest
from math import inf
from unittest import mock

from traces import ANALYSIS, HEADER, WithFolder, sample

from gossamer.commands.table import main
from gossamer.quantities import X, Y
from gossamer.statistics import statistics_of
from gossamer.statistics.cells import Summary
from gossamer.statistics.intervals import Estimate
from gossamer.statistics.runs import Column
from gossamer.support.errors import AnalysisError
from gossamer.support.wording import readable_time
from gossamer.sweeps import load
from gossamer.tables import latex, results_csv, summary_csv, text
from gossamer.tables.numbers import ratio_text, summary_text, value_text

PAGE = ANALYSIS.parent / "experiments" / "formats" / "results.md"


def records(*rows):
    """Samples of time, loss, bytes and node-steps."""
    return [sample(time, train_loss=loss, sent_bytes_per_node=sent, node_steps_per_node=steps)
            for time, loss, sent, steps in rows]


def bounded(low, high):
    """A summary whose ratio lies between bounds."""
    return Summary(1, ratio_bounds=(low, high))


class TableTest(WithFolder):
    def printed(self, *words, width="120"):
        """What the command prints in a terminal of so many columns, and its warnings."""
        with mock.patch.dict(os.environ, COLUMNS=width), contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
            self.assertEqual(main([str(word) for word in words]), 0, err.getvalue())
        return out.getvalue(), err.getvalue()

    def sweep(self, runs, labels=("a", "b"), **options):
        """The folder of a sweep: of each label the losses of its runs at 0, 1, 2, … s."""
        (self.folder / "runs").mkdir(exist_ok=True)
        plan = {"sweep": 1, "title": "Two arms", "axes": [{"name": "arm", "labels": list(labels)}],
                "targets": [{"quantity": "train_loss", "value": 0.5}],
                "cells": [{"labels": {"arm": label}} for label in labels], "runs": [], **options}
        for cell, label in enumerate(labels):
            for seed, losses in enumerate(runs[cell], start=1):
                name = f"{cell}{seed}".rjust(16, "0")
                plan["runs"].append({"cell": cell, "seed": seed, "id": name})
                if isinstance(losses, str):
                    (self.folder / "runs" / f"{name}.failed").write_text(losses)
                elif losses:
                    self.write(f"runs/{name}.jsonl", {**HEADER, "provenance": {"host": os.uname().nodename}},
                               *records(*((k, loss, 1000 * k, 10 * k) for k, loss in enumerate(losses))),
                               {"record": "end", "reason": "virtual_time", "wall_time_s": 12.5})
        self.write("sweep.json", plan)
        return self.folder

    def test_a_record_that_has_the_target_is_the_row(self):
        path = self.write("a.jsonl", HEADER, *records((0, 2, 0, 0), (1.5, 0.5, 2.5e6, 40), (3, 0.25, 5e6, 80)))
        lines = self.printed(path, "--target", "train_loss=0.5")[0].split("\n")
        self.assertEqual(lines[0], "To a training loss of 0.5")
        self.assertEqual(lines[1].split(), "run virtual time sent per node steps per node at the end".split())
        self.assertEqual(lines[3].split(), ["Ring", "of", "4", "1.500", "s", "2.500", "MB", "40", "0.2500"])
        self.assertEqual(len({len(line) for line in lines[1:4]}), 1)  # columns stand below each other

    def test_a_crossing_between_two_records_is_interpolated_in_the_logarithm_of_a_loss(self):
        # From 1 to 1/4 by the same factor in equal times: 1/2 lies in the middle.
        path = self.write("a.jsonl", HEADER, *records((1, 1, 1e6, 10), (3, 0.25, 2e6, 40)))
        self.assertIn("2.000 s       1.500 MB              25      0.2500", self.printed(path, "--target", "loss=0.5")[0])

    def test_without_a_target_the_end_is_shown_alone(self):
        path = self.write("a.jsonl", HEADER, *records((0, 2, 0, 0), (1.5, 0.5, 2.5e6, 40)), {"record": "end", "reason": "x"})
        lines = self.printed(path)[0].split("\n")
        self.assertEqual(lines[0], "At the end")
        self.assertEqual(lines[3].split(), ["Ring", "of", "4", "1.500", "s", "40", "2.500", "MB", "0.5000"])

    def test_a_target_that_is_not_reached_is_later_than_the_end(self):
        path = self.write("a.jsonl", HEADER, *records((0, 2, 0, 0), (4, 1.5, 3000, 7)))
        out = self.printed(path, "--target", "loss=1")[0]
        self.assertIn("> 4.000 s     > 3.000 kB             > 7       1.500", out)
        self.assertIn('">": not reached by then', out)

    def test_rows_have_the_labels_of_what_differs(self):
        paths = [self.write(f"{steps}.jsonl", {**HEADER, "configuration": {"algorithm": {"local_steps": steps}}},
                            *records((0, 1, 0, 0), (steps, 0.5, 1, 1))) for steps in (16, 4)]
        lines = self.printed(*paths, "--target", "loss=0.5", "--baseline", "4")[0].split("\n")
        self.assertEqual(lines[0], "Ring of 4")
        self.assertEqual([line.split()[0] for line in lines[5:7]], ["4", "16"])
        self.assertEqual([line.split()[-1] for line in lines[3:7:3]], ["times", "4.00"])
        self.assertTrue(lines[7].startswith("baseline: local_steps = 4; ratios are geometric means"))

    def test_seeds_make_intervals_and_the_ratio_is_paired(self):
        folder = self.sweep([[[1, 1, 0.5], [1, 1, 1, 1, 0.5]], [[1, 0.5], [1, 1, 0.5]]], baseline={"arm": "a"})
        out = self.printed(folder)[0]
        self.assertIn("To a training loss of 0.5, means ± half of their 95 % intervals over seeds", out)
        # 2 and 4 s: the mean 3, a deviation of √2, and t = 12.706 of one degree: half is 12.706.
        self.assertRegex(out, r"a     2 of 2 +3 ± 13 s ")
        self.assertRegex(out, r"b     2 of 2 +1\.5 ± 6\.4 s .* 0\.500 \[0\.500, 0\.500\]")

    def test_censored_runs_are_medians_that_say_so(self):
        folder = self.sweep([[[1, 0.5], [1, 1, 1], [1, 1]], [[1, 0.5], [1, 0.5], "the disk is full"]], baseline={"arm": "a"})
        out, err = self.printed(folder)
        self.assertRegex(out, r"a     1 of 3  median > 1\.000 s ")
        self.assertRegex(out, r"b     2 of 3    median 1\.000 s ")
        self.assertIn("b, seed 3 failed and left no trace", err)
        self.assertIn("arm  ", out)

    def test_one_row_for_each_run_has_its_seed(self):
        folder = self.sweep([[[1, 0.5], [1, 1, 0.5]], [[1, 0.5]]])
        lines = self.printed(folder, "--runs")[0].split("\n")
        self.assertEqual([line.split()[:3] for line in lines[3:8:2]],
                         [["arm", "seed", "virtual"], ["a", "1", "1.000"], ["b", "1", "1.000"]])

    def test_rates_and_floors_are_shown_when_asked_for(self):
        folder = self.sweep([[[2.0**-k for k in range(50)], [0.5, 1.5] * 25], [[1, 0.5]]], window=[0.5, 1])
        out = self.printed(folder, "--rates", "--runs")[0]
        self.assertIn("Rates (slopes of logarithms) and floors from 50 % to 100 % of the virtual time", out)
        self.assertRegex(out, r"a    1 +-0\.6931 1/s  not stationary")
        self.assertRegex(out, r"a    2 .* 1\.000\n")
        self.assertNotIn("Rates", self.printed(folder)[0])

    def test_targets_of_own_models_are_met_by_their_mean(self):
        rows = [sample(t, local_train_loss_mean=loss, local_train_loss_worst=9, local_train_loss_best=0,
                       local_test_accuracy_mean=accuracy) for t, loss, accuracy in ((0, 4, 0.25), (2, 1, 0.75))]
        path = self.write("a.jsonl", HEADER, *rows)
        out = self.printed(path, "--target", "local_train_loss=2", "--target", "local_test_accuracy=50%")[0]
        self.assertIn("To a training loss of own models of 2\n", out)
        self.assertIn("To a test accuracy of own models of 50 %\n", out)
        self.assertEqual(out.count(" 1.000 s"), 2)

    def test_a_wide_table_is_split_to_fit_and_every_part_has_the_labels(self):
        quantities = {"train_loss": 0.5, "test_accuracy": 0.75, "local_train_loss_mean": 0.5, "idle_share": 0.25,
                      "staleness_mean": 1.5, "staleness_max": 3, "consensus_distance": 0.125}
        path = self.write("a.jsonl", HEADER, sample(1.5, **quantities))
        alone = self.printed(path, width="1000")[0].split("\n")
        lines = self.printed(path, width="60")[0].split("\n")
        self.assertGreater(len(alone[1]), 60)
        self.assertLessEqual(max(map(len, lines)), 60)
        headings = [line for line in lines if line.startswith("run")]
        self.assertGreater(len(headings), 1)
        self.assertEqual(len([line for line in lines if line.startswith("Ring of 4")]), len(headings))
        self.assertEqual(" ".join(line.removeprefix("run") for line in headings).split(), alone[1].split()[1:])
        # A terminal that is too narrow for one column has one in each part.
        self.assertEqual(self.printed(path, width="1")[0].count("Ring of 4"), len(re.split("  +", alone[1])) - 1)

    # Files.

    def test_saved_files_have_one_row_for_each_run_and_for_each_cell(self):
        folder = self.sweep([[[1, 0.5], [1, 1, 0.5]], ["the disk is full", None]], baseline={"arm": "a"})
        self.printed(folder, "--save")
        with open(folder / "results.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([(row["arm"], row["seed"], row["end"]) for row in rows],
                         [("a", "1", "virtual_time"), ("a", "2", "virtual_time"), ("b", "1", "failed"), ("b", "2", "missing")])
        self.assertEqual([row["time_to_train_loss_0.5_s"] for row in rows], ["1", "2", "", ""])
        self.assertEqual([row["reached_train_loss_0.5"] for row in rows], ["1", "1", "0", ""])
        with open(folder / "summary.csv", encoding="utf-8", newline="") as file:
            cells = list(csv.DictReader(file))
        self.assertEqual([(row["arm"], row["runs"], row["missing"], row["failed"]) for row in cells],
                         [("a", "2", "0", "0"), ("b", "2", "1", "1")])
        self.assertEqual(cells[0]["time_to_train_loss_0.5_s_mean"], "1.5")
        self.assertEqual(cells[0]["time_to_train_loss_0.5_s_n"], "2")
        self.assertAlmostEqual(float(cells[0]["time_to_train_loss_0.5_s_high"]), 1.5 + 12.7062 / 2, places=4)
        self.assertEqual(cells[1]["time_to_train_loss_0.5_s_median_at_least"], "inf")
        self.assertEqual(cells[1]["reached_train_loss_0.5_share"], "0")

    def test_equal_sweeps_give_equal_bytes_without_times_hosts_and_dates(self):
        folder = self.sweep([[[1, 0.51, 0.3], [1, 1, 0.5]], [[1, 0.7], [1, 0.2]]])
        self.printed(folder, "--save")
        first = (folder / "results.csv").read_bytes(), (folder / "summary.csv").read_bytes()
        for path in (folder / "runs").iterdir():  # the same runs on another machine
            text = path.read_text().replace(os.uname().nodename, "elsewhere").replace("12.5", "99.5")
            path.write_text(text)
        self.printed(folder, "--save")
        self.assertEqual(first, ((folder / "results.csv").read_bytes(), (folder / "summary.csv").read_bytes()))
        for word in ("wall", "date", "host", "99.5", "elsewhere"):
            self.assertNotIn(word.encode(), first[0] + first[1])
        self.assertEqual(self.printed(folder, "--format", "csv")[0].encode(), first[1])
        self.assertEqual(self.printed(folder, "--format", "csv", "--runs")[0].encode(), first[0])

    def test_numbers_in_files_are_the_same_bits_again(self):
        third = 1 / 3
        folder = self.sweep([[[1, third]], [[1, 1e-300]]])
        rows = list(csv.DictReader(io.StringIO(results_csv(statistics_of(load(folder))))))
        self.assertEqual([float(row["final_train_loss"]) for row in rows], [third, 1e-300])

    def saved(self):
        """A folder with files, one of whose two cells has a run that has not reached the target and one that failed."""
        folder = self.sweep([[[1, 0.5], [1, 1, 0.5]], ["the disk is full", [1, 0.75]]], baseline={"arm": "a"})
        self.printed(folder, "--save")
        return folder

    @unittest.skipUnless(importlib.util.find_spec("pandas"), "needs Debian's python3-pandas")
    def test_pandas_reads_both_files_as_they_are(self):
        import pandas

        folder = self.saved()
        runs, cells = (pandas.read_csv(folder / name) for name in ("results.csv", "summary.csv"))
        times = runs.groupby("arm")["time_to_train_loss_0.5_s"]
        self.assertEqual(times.mean()["a"], 1.5)
        self.assertEqual(times.count().to_dict(), {"a": 2, "b": 0})
        self.assertEqual(runs["seed"].tolist(), [1, 2, 1, 2])
        self.assertEqual(cells["failed"].tolist(), [0, 1])
        self.assertEqual(cells["time_to_train_loss_0.5_s_mean"][0], 1.5)

    @unittest.skipUnless(shutil.which("Rscript"), "needs Debian's r-base-core")
    def test_r_reads_both_files_as_they_are(self):
        script = """
            runs <- read.csv("results.csv"); cells <- read.csv("summary.csv")
            times <- runs$time_to_train_loss_0.5_s
            stopifnot(is.numeric(times), identical(runs$seed, c(1L, 2L, 1L, 2L)))
            cat(tapply(times, runs$arm, mean, na.rm = TRUE)[["a"]], sum(is.na(times)), cells$failed,
                cells$time_to_train_loss_0.5_s_mean[1])"""
        done = subprocess.run(["Rscript", "--vanilla", "-e", script], cwd=self.saved(), check=False, capture_output=True,
                              text=True)
        self.assertEqual((done.stdout.split(), done.stderr), (["1.5", "2", "0", "1", "1.5"], ""))

    def test_names_of_axes_that_are_taken_and_labels_with_commas_stay_apart(self):
        folder = self.sweep([[[1, 0.5]], [[1, 0.5]]], labels=("a,b", 'c"d'))
        plan = json.loads((folder / "sweep.json").read_text().replace('"arm"', '"seed"'))
        self.write("sweep.json", plan)
        rows = list(csv.DictReader(io.StringIO(summary_csv(statistics_of(load(folder))))))
        self.assertEqual([row["axis_seed"] for row in rows], ["a,b", 'c"d'])

    def test_traces_alone_have_no_folder_for_files(self):
        path = self.write("a.jsonl", HEADER, *records((0, 1, 0, 0)))
        with contextlib.redirect_stderr(io.StringIO()) as err, contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(main([str(path), "--save"]), 2)
        self.assertIn("traces are no sweep, which has a folder for results", err.getvalue())

    def test_a_damaged_trace_in_a_sweep_is_named(self):
        folder = self.sweep([[[1, 0.5]], [[1, 0.5]]])
        path = folder / "runs" / "0000000000000011.jsonl"
        path.write_text(path.read_text()[:-40] + "\n")
        with self.assertRaisesRegex(AnalysisError, r"0000000000000011.jsonl:4: is no JSON"):
            statistics_of(load(folder))

    def test_every_column_is_on_the_page_of_results(self):
        page = PAGE.read_text(encoding="utf-8")
        for quantity in (*X.values(), *Y.values()):
            self.assertIn(f"`{quantity.column}`", page)
        for part in ("reached", "time_to", "bytes_to", "node_steps_to", "rate", "floor", "stationary", "final"):
            self.assertIn(f"`{part}_", page)
        names = csv.DictReader(io.StringIO(summary_csv(statistics_of(load(self.sweep([[[1, 0.5]], [[1, 0.5]]])))))).fieldnames
        prefix = "time_to_train_loss_0.5_s"
        for name in (name.removeprefix(prefix) for name in names if name.startswith(f"{prefix}_")):
            self.assertIn(f"`{name}`", page)

    @unittest.skipIf(subprocess.run([sys.executable, "-c", "import pandas"], capture_output=True, check=False).returncode,
                     "pandas is not installed")
    def test_pandas_reads_the_files_as_they_are(self):
        import pandas

        folder = self.sweep([[[1, 0.5], [1, 1]], ["the disk is full"]])
        self.printed(folder, "--save")
        results, summary = (pandas.read_csv(folder / name) for name in ("results.csv", "summary.csv"))
        self.assertEqual(results["time_to_train_loss_0.5_s"].count(), 1)
        self.assertEqual(summary["time_to_train_loss_0.5_s_median_at_least"].dtype, float)

    # Forms.

    def test_latex_has_a_tabular_for_each_table_and_escapes_what_it_reads_otherwise(self):
        folder = self.sweep([[[1, 1]], [[1, 0.5]]], labels=("50 % & $x_1$", "b"))
        code = latex(statistics_of(load(folder)))
        self.assertIn("\\begin{tabular}{lrrrr}\n\\toprule\narm & virtual time & sent per node", code)
        self.assertIn(r"50 \% \& \$x\_1\$ & $>$ 1.000 s", code)
        self.assertEqual(code.count(r"\end{tabular}"), 2)

    def test_values_have_as_many_places_as_half_of_their_interval(self):
        seconds, size, share, plain = Column("t", "", "s"), Column("b", "", "B"), Column("a", "", percent=True), Column("x", "")
        for column, value, half, expected in (
                (seconds, 12.345, None, "12.35 s"), (seconds, 12.345, 0.123, "12.35 ± 0.12 s"),
                (seconds, 0.25, None, "250.0 ms"), (seconds, 700, 60, "11.7 ± 1.0 min"), (seconds, inf, None, "never"),
                (size, 2.5e6, None, "2.500 MB"), (size, 500, None, "500 B"), (size, 0, None, "0 B"),
                (share, 0.9, 0.031, "90.0 ± 3.1 %"), (share, 0.9, None, "90.00 %"), (share, 1e-16, None, "0 %"), (plain, 0.34312, 0.04, "0.343 ± 0.040"),
                (plain, 39.13, 98, "39 ± 98"), (plain, 1e-12, 2e-13, "1e-12 ± 2e-13"), (plain, 1.5, 0.0, "1.500"), (plain, 999.96, None, "1000"), (plain, 12345.6, None, "12346"),
                (plain, 0.0012345, None, "0.001234"), (plain, -2.5e-5, None, "-2.500e-5"), (plain, 2.5e6, None, "2.500e6"),
                (plain, 5e-324, None, "4.941e-324"), (plain, 1e300, 1e299, "1e+300 ± 1e+299")):
            self.assertEqual(value_text(column, value, half), expected)

    def test_summaries_say_what_is_known(self):
        time = Column("t", "", "s")
        for summary, expected in ((Summary(0), "–"), (Summary(3, Estimate(3, 2.0, 0.5, 1.0, 3.0)), "2.0 ± 1.0 s"),
                                  (Summary(1, median=(2, inf), censored=1), "> 2.000 s"),
                                  (Summary(3, median=(2, inf), censored=2), "median > 2.000 s"),
                                  (Summary(3, median=(2, inf), censored=3), "> 2.000 s"),
                                  (Summary(3, median=(2, 2), censored=1), "median 2.000 s"),
                                  (Summary(3, median=(inf, inf), censored=2), "median never")):
            self.assertEqual(summary_text(time, summary), expected)
        for summary, expected in ((Summary(3), "–"), (Summary(3, ratio=Estimate(3, 1.003, 0.1, 0.8916, 1.128)), "1.00 [0.892, 1.13]"),
                                  (bounded(0.0, 0.25), "< 0.250"), (bounded(4.0, inf), "> 4.00"), (bounded(0.0, inf), "–"),
                                  (bounded(1.0, 1.0), "median 1.00"), (bounded(1.0, 2.0), "1.00 to 2.00"),
                                  (bounded(inf, inf), "never")):
            self.assertEqual(ratio_text(summary), expected)

    def test_the_warnings_of_a_run_are_told_beside_its_row(self):
        path = self.write("a.jsonl", {**HEADER, "warnings": ["/record: no record is due before the run ends"]},
                          *records((0, 2, 0, 0)), {"record": "end", "reason": "finished"})
        self.assertEqual(self.printed(path, "--target", "loss=1")[1],
                         f"gossamer table: warning: {path}: /record: no record is due before the run ends\n")

    def test_a_trace_without_loss_has_no_row(self):
        path = self.write("a.jsonl", HEADER, sample(0, idle_share=0.5))
        sweep = load(path)
        self.assertIn("50.00 %", text(statistics_of(sweep)))
        with contextlib.redirect_stderr(io.StringIO()) as err:
            self.assertEqual(main([str(path), "--target", "loss=1"]), 2)
        self.assertIn("no sample has train_loss, which the target train_loss_1 is about", err.getvalue())

    def test_times_are_given_in_the_unit_that_reads_best(self):
        self.assertEqual([readable_time(s) for s in (0, 5e-6, 0.25, 0.999999, 59, 600, 36000)],
                         ["0 s", "5.00 µs", "250.00 ms", "1.00 s", "59.00 s", "10.00 min", "10.00 h"])


if __name__ == "__main__":
    unittest.main()
