"""Statistics of runs and cells, held against formulas and published tables."""

import math
import statistics as python
import unittest

import numpy as np
from traces import HEADER, WithFolder, sample

from gossamer.quantities import X, Y
from gossamer.statistics import advice, estimate, ratio, statistics_of, student_quantile
from gossamer.statistics.contests import contest, in_order, is_decided, times_better
from gossamer.statistics.intervals import median, median_interval, ratio_bounds, student_probability
from gossamer.statistics.series import Floor, floor, in_window, line_through, rate
from gossamer.support.errors import AnalysisError
from gossamer.sweeps import Axis, Cell, Run, Sweep, Target, Tuned
from gossamer.traces import Trace

INF = math.inf


class IntervalsTest(unittest.TestCase):
    def test_quantiles_are_those_of_published_tables(self):
        # Abramowitz and Stegun, table 26.10: the two-sided 95 % and 99 % points.
        for degrees, most, almost_all in ((1, 12.706, 63.657), (2, 4.303, 9.925), (3, 3.182, 5.841), (4, 2.776, 4.604),
                                          (5, 2.571, 4.032), (9, 2.262, 3.250), (10, 2.228, 3.169), (29, 2.045, 2.756),
                                          (30, 2.042, 2.750), (60, 2.000, 2.660), (120, 1.980, 2.617)):
            self.assertAlmostEqual(student_quantile(degrees), most, delta=5.001e-4)
            self.assertAlmostEqual(student_quantile(degrees, 0.99), almost_all, delta=5.001e-4)

    def test_probabilities_are_closed_forms_of_one_and_two_degrees_and_normal_ones_of_many(self):
        for t in (0.1, 1.0, 3.0, 50.0):
            self.assertAlmostEqual(student_probability(t, 1), 2 / math.pi * math.atan(t), places=14)  # Cauchy
            self.assertAlmostEqual(student_probability(t, 2), t / math.sqrt(2 + t * t), places=14)
            self.assertAlmostEqual(student_probability(t, 100_001), math.erf(t / math.sqrt(2)), places=5)

    def test_an_interval_contains_the_mean_in_95_of_100_samples(self):
        # The share of 4000 samples has a standard error of √(0.05 · 0.95 / 4000) = 0.0034; the tolerance is four of them.
        for size in (2, 3, 5):
            draws = np.random.default_rng(size).normal(3.0, 2.0, (4000, size))
            inside = [found.low <= 3 <= found.high for found in map(estimate, draws.tolist())]
            self.assertAlmostEqual(float(np.mean(inside)), 0.95, delta=0.0138)

    def test_estimates_are_formulas_of_the_sample(self):
        found = estimate([1.0, 2.0, 6.0])
        self.assertEqual((found.count, found.mean), (3, 3.0))
        self.assertAlmostEqual(found.sd, python.stdev([1, 2, 6]))  # √7
        self.assertAlmostEqual(found.half_width, 4.302653 * math.sqrt(7 / 3), places=5)
        self.assertEqual((estimate([5]).mean, estimate([5]).low), (5.0, None))
        self.assertIsNone(estimate([]))
        self.assertIsNone(estimate([1.7e308, 1.7e308]))  # their sum is none
        self.assertEqual(estimate([1e300, -1e300]).low, None)

    def test_a_ratio_is_that_of_geometric_means_and_its_interval_that_of_logarithms(self):
        pairs = [(2.0, 1.0), (8.0, 2.0), (8.0, 1.0)]  # ratios 2, 4, 8: logarithms to base two are 1, 2, 3
        found = ratio(pairs)
        self.assertAlmostEqual(found.mean, 4.0)
        half = 4.302653 / math.sqrt(3)  # in doublings: t times a deviation of 1 over √3
        self.assertAlmostEqual(found.low, 2 ** (2 - half), places=5)
        self.assertAlmostEqual(found.high, 2 ** (2 + half), places=5)
        self.assertAlmostEqual(ratio([(-1, -2), (-2, -4)]).mean, 0.5)  # of two negative rates
        self.assertEqual((ratio([(3.0, 2.0)]).mean, ratio([(3.0, 2.0)]).low), (1.5, None))
        for bad in ([], [(1, 0)], [(0, 1)], [(-1, 1), (1, 1)]):
            self.assertIsNone(ratio(bad))

    def test_pairing_by_seed_leaves_out_what_seeds_have_in_common(self):
        ours, theirs = [1.0, 10.0, 100.0], [2.0, 20.0, 200.0]
        found = ratio(list(zip(ours, theirs)))
        self.assertAlmostEqual(found.low, 0.5)
        self.assertAlmostEqual(found.high, 0.5)

    def test_a_median_is_known_if_it_does_not_depend_on_censored_values(self):
        self.assertEqual(median([(1, 1), (2, 2), (5, INF)]), (2, 2))
        self.assertEqual(median([(1, 1), (5, INF), (5, INF)]), (5, INF))
        self.assertEqual(median([(1, 1), (2, 2), (3, 3), (5, INF)]), (2.5, 2.5))
        self.assertEqual(median([(1, 1), (2, INF), (3, 3)]), (2, 3))  # censored early: it lies between
        self.assertEqual(median([(1, 1), (INF, INF), (INF, INF)]), (INF, INF))  # most never reach it
        self.assertIsNone(median([]))

    def test_an_interval_of_the_median_has_the_ranks_of_the_sign_test(self):
        # Conover, "Practical Nonparametric Statistics": n = 6 to 8 have rank 1, 9 to 11 rank 2, 12 to 14 rank 3.
        for count, rank in ((5, 0), (6, 1), (8, 1), (9, 2), (11, 2), (12, 3), (14, 3), (20, 6)):
            values = [(float(k), float(k)) for k in range(1, count + 1)]
            self.assertEqual(median_interval(values), (rank, count + 1 - rank) if rank else None, count)
        self.assertEqual(median_interval([(1, 1)] * 3 + [(2, INF)] * 3), (1, INF))

    def test_a_ratio_of_censored_values_is_bounded(self):
        known, late = (2.0, 2.0), (8.0, INF)
        self.assertEqual(ratio_bounds([(known, late)]), (0.0, 0.25))  # the baseline needs more than 8
        self.assertEqual(ratio_bounds([(late, known)]), (4.0, INF))
        self.assertEqual(ratio_bounds([(late, late)]), (0.0, INF))
        self.assertEqual(ratio_bounds([(known, known)] * 2 + [(late, known)]), (1.0, 1.0))
        self.assertEqual(ratio_bounds([((INF, INF), known)]), (INF, INF))


class ContestsTest(unittest.TestCase):
    """Arms by the bounds of their values; seeds are numbered from 1."""

    @staticmethod
    def arm(*values):
        """Of known values, and of lower bounds as pairs."""
        return {seed: value if isinstance(value, tuple) else (value, value) for seed, value in enumerate(values, start=1)}

    def test_arms_are_ordered_by_missed_runs_and_then_by_the_geometric_mean(self):
        arms = {"late": self.arm(9, 9), "missed": self.arm(1, (2, INF)), "uneven": self.arm(1, 9), "even": self.arm(4, 4)}
        order = in_order(arms, arms.get, False)
        self.assertEqual(order, ["uneven", "even", "late", "missed"])  # √(1 · 9) = 3
        self.assertEqual(in_order(("late", "uneven", "even"), arms.get, True), ["late", "even", "uneven"])

    def test_one_value_that_is_not_positive_makes_all_means_arithmetic(self):
        arms = {"uneven": self.arm(1, 9), "even": self.arm(4, 4), "zero": self.arm(0, 16)}
        self.assertEqual(in_order(arms, arms.get, False), ["even", "uneven", "zero"])  # 4, 5, 8

    def test_a_factor_is_over_pairs_of_which_the_better_one_is_known(self):
        found, bounded = times_better(self.arm(1, 2, (3, INF)), self.arm(2, 16, 1), False)
        self.assertEqual((found.count, bounded), (2, False))
        self.assertAlmostEqual(found.mean, 4)  # √(2/1 · 16/2)
        found, bounded = times_better(self.arm(1, 1), self.arm(2, (8, INF)), False)
        self.assertEqual((round(found.mean, 12), bounded), (4, True))
        self.assertEqual(times_better(self.arm(0.9, 0.8), self.arm(0.3, 0.4), True)[0].mean, ratio([(0.9, 0.3), (0.8, 0.4)]).mean)

    def test_a_verdict_names_the_next_one_and_what_is_undecided(self):
        verdict = contest([("b", self.arm(2, 4)), ("a", self.arm(1, 2)), ("a", self.arm(1.5, 3))], False)
        self.assertEqual((verdict.winner, verdict.rival, verdict.margin, verdict.is_undecided), ("a", "b", 2, False))
        self.assertEqual(verdict.share, 1)
        verdict = contest([("a", self.arm(1, 4)), ("b", self.arm(3, 2))], False)
        self.assertAlmostEqual(verdict.margin, math.sqrt(1.5))
        self.assertAlmostEqual(verdict.share, math.log2(1.5) / 2)
        self.assertTrue(verdict.is_undecided)
        self.assertFalse(is_decided(times_better(self.arm(1, 4), self.arm(3, 2), False)[0]))

    def test_who_never_reaches_the_target_loses_whatever_the_margin(self):
        verdict = contest([("a", self.arm(1, (9, INF))), ("b", self.arm((INF, INF), (INF, INF)))], False)
        self.assertEqual((verdict.winner, verdict.margin, verdict.share, verdict.reached, verdict.runs), ("a", INF, 1, 1, 2))
        self.assertIsNone(contest([("a", self.arm((9, INF))), ("b", self.arm((INF, INF)))], False))
        self.assertIsNone(contest([("a", {})], False))
        self.assertEqual(contest([("a", self.arm(1))], False).rival, None)
        verdict = contest([("zero", self.arm(0.0)), ("a", self.arm(1))], False)
        self.assertEqual((verdict.winner, math.isnan(verdict.margin), verdict.share), ("zero", True, 0))


class SeriesTest(unittest.TestCase):
    def test_a_line_has_the_slope_and_the_error_of_least_squares(self):
        x, y = [0.0, 1.0, 2.0, 3.0], [1.0, 3.0, 4.0, 8.0]
        (slope, _), covariance = np.polyfit(x, y, 1, cov=True)  # another implementation
        found = line_through(x, y)
        self.assertAlmostEqual(found.slope, slope)
        self.assertAlmostEqual(found.error, math.sqrt(covariance[0, 0]))
        self.assertIsNone(line_through([1.0, 1.0], [1.0, 2.0]))
        self.assertIsNone(line_through([1.0, 2.0, 3.0], [1e308, -1e308, 1e308]).error)  # too large for squares
        self.assertIsNone(line_through([1e308, -1e308, 0.0], [1.0, 2.0, 3.0]))
        self.assertIsNone(line_through([0.0, 2.0], [0.0, 1.0]).error)

    def test_a_rate_is_the_exponent_of_what_decays(self):
        times = [0.1 * k for k in range(30)]
        found = rate(times, [5 * math.exp(-0.7 * t) for t in times])
        self.assertAlmostEqual(found.slope, -0.7)
        self.assertLess(found.error, 1e-12)
        self.assertIsNone(rate(times[:2], [1.0, 0.0]))

    def test_the_error_of_a_rate_is_the_spread_of_rates(self):
        # 1000 slopes have a standard deviation that is known to 1/√2000 = 2.2 %; the tolerance is four of these.
        draw, times = np.random.default_rng(7), [float(k) for k in range(20)]
        found = [rate(times, np.exp(-0.1 * np.array(times) + 0.3 * draw.normal(size=20)).tolist()) for _ in range(1000)]
        slopes, errors = [line.slope for line in found], [line.error for line in found]
        spread = 0.3 / math.sqrt(20 * (20**2 - 1) / 12)
        self.assertAlmostEqual(float(np.std(slopes)) / spread, 1, delta=0.09)
        self.assertAlmostEqual(math.sqrt(np.mean(np.square(errors))) / spread, 1, delta=0.09)

    def test_the_error_of_a_floor_counts_what_neighbors_have_in_common(self):
        # An autoregressive series with coefficient 1/2 and noise of 1: the mean of n has the variance 4 / n.
        draw, errors, n = np.random.default_rng(3), [], 4000
        for _ in range(50):
            series, value = [], 0.0
            for noise in draw.normal(size=n):
                value = 0.5 * value + noise
                series.append(10 + value)
            found = floor(series)
            if isinstance(found, Floor):  # the test takes 1 in 100 for a trend
                errors.append(found.error)
        self.assertGreater(len(errors), 44)
        # A variance by ten batches has a relative error of √(2/9), their mean over 45 of them 7 %: four are 28 %.
        self.assertAlmostEqual(float(np.mean(np.square(errors))) / (4 / n), 1, delta=0.28)

    def test_what_still_falls_has_no_floor(self):
        falling = [math.exp(-0.05 * k) for k in range(40)]
        self.assertIs(floor(falling), False)
        self.assertIs(floor([2.0**-k for k in range(21)]), False)  # five batches
        settled = [1 + 1e-4 * math.exp(-0.05 * k) for k in range(40)]  # the trend is clear, and negligible
        self.assertIsInstance(floor(settled), Floor)
        self.assertEqual(floor([2.0] * 40), Floor(2.0, 0.0))
        self.assertEqual(floor([0.0] * 40), Floor(0.0, 0.0))  # models that are equal
        self.assertIsNone(floor([1.0] * 20 + [0.0] * 20))
        self.assertIsNone(floor([1e307 + 1e306 * (-1) ** (k // 4) for k in range(40)]))
        self.assertIsNone(floor([1.0] * 19))  # too few to tell

    def test_batches_leave_out_the_first_values_if_they_do_not_fit(self):
        values = [100.0] * 3 + [1.0, 3.0] * 20  # 43 values: ten batches of four, each with the mean 2
        self.assertEqual(floor(values), Floor(2.0, 0.0))

    def test_a_window_has_its_edges(self):
        times = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
        self.assertEqual(in_window(times, times, (0.5, 1.0))[0], [2.0, 3.0, 4.0])
        self.assertEqual(in_window(times, times, (0.25, 0.5))[0], [1.0, 2.0])


def run_of(label, seed, losses, end="virtual_time", **header):
    """A run whose loss is given at 0, 1, 2, … seconds; each second has 10 node-steps and 1000 bytes per node."""
    samples = [{"time_s": k, "train_loss": loss, "local_train_loss_mean": 2 * loss, "node_steps_per_node": 10 * k,
                "sent_bytes_per_node": 1000 * k} for k, loss in enumerate(losses)]
    trace = Trace(f"{label}{seed}.jsonl", {**HEADER, "schema": 2, **header}, samples, end={"reason": end})
    return Run({"arm": label}, seed, trace.path, _trace=trace)


class NoFile(str):
    """A path to no file."""

    def is_file(self):
        return False


def sweep_of(arms, **options):
    """A sweep of arms with their runs, each its losses; a text is the message of a run that failed."""
    cells = []
    for label, runs in arms.items():
        cell = Cell({"arm": label})
        for seed, losses in enumerate(runs, start=1):
            if isinstance(losses, str):
                cell.runs.append(Run(cell.labels, seed, NoFile("x"), losses))
            elif losses is None:
                cell.runs.append(Run(cell.labels, seed, NoFile("x")))
            else:
                run = run_of(label, seed, *losses) if isinstance(losses, tuple) else run_of(label, seed, losses)
                run.path = NoFile(run.path)
                cell.runs.append(run)
        cells.append(cell)
    axis = Axis("arm", tuple(arms), options.pop("path", ""))
    return Sweep("", [axis], cells, **{"targets": [Target("train_loss", 0.5)], **options})


class CellsTest(WithFolder):
    def test_costs_to_a_target_are_interpolated_and_of_own_models_too(self):
        found = statistics_of(sweep_of({"a": [[1, 0.25]]})).results[0].values  # 1 to 1/4: 1/2 in the middle
        self.assertEqual([found[name] for name in ("reached_train_loss_0.5", "time_to_train_loss_0.5_s",
                                                   "bytes_to_train_loss_0.5", "node_steps_to_train_loss_0.5")],
                         [1, 0.5, 500, 5])
        self.assertEqual(found["time_to_local_train_loss_0.5_s"], 1)  # from 2 to 1/2
        self.assertEqual((found["time_s"], found["final_train_loss"], found["final_local_train_loss"]), (1, 0.25, 0.5))

    def test_accuracies_rise_to_their_targets(self):
        trace = Trace("a", dict(HEADER), [{"time_s": k, "test_accuracy": 0.25 * k} for k in range(4)], end={"reason": "x"})
        sweep = Sweep("", [], [Cell({}, [Run({}, 1, NoFile("a"), _trace=trace)])], [Target("test_accuracy", 0.6)])
        self.assertAlmostEqual(statistics_of(sweep).results[0].values["time_to_test_accuracy_0.6_s"], 2.4)

    def test_means_and_intervals_are_over_seeds(self):
        found = statistics_of(sweep_of({"a": [[1, 1, 0.5], [1, 0.5], [1, 1, 1, 0.5]]}))  # after 2, 1, 3 s
        summary = found.cells[0].summaries["time_to_train_loss_0.5_s"]
        self.assertEqual((summary.count, summary.censored, summary.estimate.mean), (3, 0, 2.0))
        self.assertAlmostEqual(summary.estimate.half_width, 4.302653 / math.sqrt(3), places=5)

    def test_a_target_that_is_not_reached_is_censored_at_the_end_and_not_dropped(self):
        found = statistics_of(sweep_of({"a": [[1, 0.5], [1, 1, 1], [1, 1, 1, 1]]}))
        summary = found.cells[0].summaries["time_to_train_loss_0.5_s"]
        self.assertEqual((summary.count, summary.censored, summary.estimate), (3, 2, None))
        self.assertEqual(summary.median, (2, INF))
        self.assertNotIn("time_to_train_loss_0.5_s", found.results[1].values)
        self.assertEqual(found.results[1].values["reached_train_loss_0.5"], 0)
        self.assertEqual(found.cells[0].summaries["bytes_to_train_loss_0.5"].median, (2000, INF))

    def test_runs_that_diverge_or_fail_never_reach_a_target_and_runs_to_come_do_not_count(self):
        diverged = ([1, 3], "diverged")
        found = statistics_of(sweep_of({"a": [[1, 0.5], diverged, "no such file", None]}))
        summary = found.cells[0].summaries["time_to_train_loss_0.5_s"]
        self.assertEqual((summary.count, summary.censored, summary.median), (3, 2, (INF, INF)))
        self.assertEqual([result.end for result in found.results], ["virtual_time", "diverged", "failed", "missing"])
        self.assertEqual(found.cells[0].summaries["reached_train_loss_0.5"].estimate.mean, 1 / 3)

    def test_ratios_are_paired_by_seed(self):
        arms = {"a": [[1, 1, 0.5], [1, 1, 1, 1, 0.5]], "b": [[1, 0.5], [1, 1, 0.5], [1, 0.5]]}  # 2, 4; 1, 2, 1 s
        found = statistics_of(sweep_of(arms, baseline={"arm": "a"}))
        summary = found.cells[1].summaries["time_to_train_loss_0.5_s"]
        self.assertEqual(summary.pairs, 2)
        self.assertAlmostEqual(summary.ratio.mean, 0.5)
        self.assertAlmostEqual(summary.ratio.high, 0.5)
        self.assertIsNone(found.cells[0].summaries["time_to_train_loss_0.5_s"].ratio)

    def test_a_baseline_that_does_not_get_there_bounds_the_ratio(self):
        found = statistics_of(sweep_of({"a": [[1] * 9], "b": [[1, 1, 0.5]]}, baseline={"arm": "a"}))
        summary = found.cells[1].summaries["time_to_train_loss_0.5_s"]
        self.assertEqual((summary.ratio, summary.ratio_bounds), (None, (0.0, 0.25)))

    def test_rates_and_floors_are_over_the_window(self):
        losses = [2.0**-k for k in range(41)]
        found = statistics_of(sweep_of({"a": [losses]}, window=(0.5, 1.0), targets=[])).results[0].values
        self.assertAlmostEqual(found["rate_train_loss_per_s"], -math.log(2))
        self.assertEqual(found["stationary_train_loss"], 0)
        self.assertNotIn("floor_train_loss", found)
        flat = statistics_of(sweep_of({"a": [losses[:10] + [0.5, 0.7] * 20]}, window=(0.3, 1.0), targets=[])).results[0].values
        self.assertAlmostEqual(flat["floor_train_loss"], 0.6)
        self.assertEqual(flat["stationary_train_loss"], 1)
        diverged = statistics_of(sweep_of({"a": [(losses, "diverged")]}, targets=[])).results[0].values
        self.assertNotIn("rate_train_loss_per_s", diverged)

    def test_a_quantity_that_no_trace_has_cannot_be_a_target(self):
        with self.assertRaisesRegex(AnalysisError, "no sample has test_accuracy, which the target test_accuracy_0.5 is about"):
            statistics_of(sweep_of({"a": [[1, 2]]}, targets=[Target("test_accuracy", 0.5)]))

    def test_every_quantity_has_a_column_of_its_own(self):
        names = [quantity.column for quantity in (*X.values(), *Y.values())]
        self.assertEqual(len(set(names)), len(names))


class AdviceTest(unittest.TestCase):
    def given(self, arms, **options):
        return advice(statistics_of(sweep_of(arms, **options)))

    def check(self, given, *sentences):
        self.assertEqual(len(given), len(sentences), given)
        for found, sentence in zip(given, sentences):
            self.assertIn(sentence, found)

    def slow(self, count, at=1.0):
        """A loss that is met after `count` records."""
        return [at] * count + [0.5]

    def test_good_results_need_none(self):
        ours, theirs = [self.slow(20), self.slow(21), self.slow(19)], [self.slow(40), self.slow(41), self.slow(38)]
        self.check(self.given({"a": ours, "b": theirs}, baseline={"arm": "b"}))

    def test_ends_that_are_no_results(self):
        self.check(self.given({"a": [self.slow(20), "no such file", (self.slow(20), "diverged"), None, None]}),
                   "2 of 5 runs not run yet (a, seed 4; a, seed 5)", "a, seed 2 failed", "a, seed 3 diverged")

    def test_warnings_of_the_program_come_once(self):
        header = {"warnings": ["/record: few samples"]}
        runs = [run_of("a", seed, self.slow(20), **header) for seed in (1, 2)]
        for run in runs:
            run.path = NoFile(run.path)
        self.check(advice(statistics_of(Sweep("", [], [Cell({}, runs)]))), "all 2 runs: /record: few samples")

    def test_unequal_shares_and_choices_of_mpich(self):
        partition = {"samples_per_node": {"min": 3, "max": 40}, "node_weights": "equal"}
        run = run_of("a", 1, self.slow(20), partition=partition, all_reduce="ring",
                     configuration={"network": {"all_reduce": "mpich"}})
        run.path = NoFile(run.path)
        self.check(advice(statistics_of(Sweep("", [], [Cell({}, [run])]))), "nodes hold unequal shares of the data (such as 3 "
                   "to 40 samples); all nodes have the same weight in the training loss", "(ring), which need not be the fastest")

    def test_targets_within_ten_records(self):
        self.check(self.given({"a": [self.slow(9), self.slow(10)]}), "a, seed 1: training loss of 0.5 is met within 10 records "
                   "(after 9)")
        self.check(self.given({"a": [[0.5, 0.1]]}), "training loss of 0.5 is met by the first record", "own models")

    def test_too_few_seeds_for_a_comparison(self):
        two = [self.slow(20), self.slow(22)]
        self.check(self.given({"a": two, "b": two}, baseline={"arm": "a"}), "all cells: 2 seeds, too few to compare")
        three = [*two, self.slow(21)]
        self.check(self.given({"a": three, "b": three[::-1]}, baseline={"arm": "a"}),
                   "too few seeds to tell from the baseline, by virtual time to training loss of 0.5 (the interval of the "
                   "ratio contains 1): b")

    def test_the_best_value_at_the_edge_of_an_axis_or_of_tuning(self):
        arms = {steps: [self.slow(20 * steps)] for steps in (1, 2, 4)}
        self.check(self.given(arms, path="/algorithm/local_steps"), "arm = 1 is the best of all, by virtual time to training "
                   "loss of 0.5, and is at the edge; the best may lie below")
        self.check(self.given(arms, path="/network/latency"))  # nothing to choose
        self.check(self.given({1: arms[2], 2: arms[1], 4: arms[4]}, path="/algorithm/local_steps"))
        sweep = sweep_of({"a": [self.slow(20)]})
        sweep.cells[0].tuned = [Tuned("/algorithm/step_size", 0.1, True, 9), Tuned("/algorithm/momentum", 0.9, False, 9)]
        self.check(advice(statistics_of(sweep)), "the best value of /algorithm/step_size is at the edge")


if __name__ == "__main__":
    unittest.main()
