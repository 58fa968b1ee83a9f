import unittest
from itertools import combinations

import numpy as np
from traces import HEADER, WithFolder, sample

from gossamer.statistics.worlds import (Equality, Timing, differing_models, equalities, holm, permutation_test, timings,
                                        verdicts)
from gossamer.traces import TraceError, read


class ComparisonTest(WithFolder):
    def run_of(self, name, time_s, node_steps, interactions, loss=1.0, computing=0.5):
        nodes = [{"record": "node", "node": i, "node_steps": node_steps, "interactions": count,
                  "computing_s": computing * time_s, "idle_s": (1 - computing) * time_s}
                 for i, count in enumerate(interactions)]
        totals = {"node_steps": node_steps * len(nodes), "interactions": sum(interactions) / 2, "messages": 8}
        return read(self.write(name, HEADER, sample(0, train_loss=2, consensus_distance=0),
                               sample(time_s, train_loss=loss, consensus_distance=0.5, staleness_mean=0.25), *nodes,
                               {"record": "end", "reason": "node_steps", "time_s": time_s, "totals": totals}))

    def test_times_are_means_over_nodes_and_runs(self):
        ours = [self.run_of("a.jsonl", 2.0, 10, [3, 3]), self.run_of("b.jsonl", 4.0, 10, [3, 3])]
        theirs = [self.run_of("c.jsonl", 2.5, 10, [3, 3])]
        found = {timing.name: timing for timing in timings(ours, theirs)}
        self.assertEqual((found["total"].predicted, found["total"].measured), (3.0, 2.5))
        self.assertAlmostEqual(found["total"].error, 0.2)
        self.assertAlmostEqual(found["per node-step"].predicted, 0.3)  # 2 nodes, 20 steps
        self.assertAlmostEqual(found["per interaction"].measured, 2 * 2.5 / 3)
        self.assertEqual((found["computing"].predicted, found["waiting"].predicted), (1.5, 1.5))

    def test_a_run_without_interactions_has_no_time_for_them(self):
        names = [timing.name for timing in timings([self.run_of("a.jsonl", 2.0, 10, [0, 0])],
                                                   [self.run_of("b.jsonl", 2.0, 10, [0, 0])])]
        self.assertNotIn("per interaction", names)

    def test_a_trace_without_end_has_no_times(self):
        cut = read(self.write("cut.jsonl", HEADER, sample(0, train_loss=2)))
        with self.assertRaisesRegex(TraceError, "cut off before its end"):
            timings([cut], [cut])

    def test_one_bit_is_a_difference(self):
        models = np.ones((3, 4))
        other = models.copy()
        self.assertEqual(differing_models(models, other), (0, 0.0))
        other[1, 2] = np.nextafter(1, 2)
        self.assertEqual(differing_models(models, other), (1, np.nextafter(1, 2) - 1))
        other[1, 2], other[0, 0], models[0, 0] = 1, -0.0, 0.0
        self.assertEqual(differing_models(models, other), (1, 0.0))  # equal numbers, but not the same bits
        with self.assertRaisesRegex(TraceError, "3 x 4 float64 are held against 3 x 4 float32"):
            differing_models(models, other.astype(np.float32))

    def test_a_permutation_test_counts_the_splits_that_differ_as_much(self):
        a, b = np.array([1.0, 2.0, 4.0]), np.array([3.0, 7.0])
        everything = np.concatenate([a, b])
        differences = [abs(everything[list(s)].mean() - np.delete(everything, list(s)).mean())
                       for s in combinations(range(5), 3)]
        expected = np.mean(np.array(differences) >= abs(a.mean() - b.mean()) - 1e-12)
        self.assertAlmostEqual(permutation_test(a, b), expected)
        # Two groups that do not overlap: of all 70 splits only this and its mirror image differ as much.
        self.assertAlmostEqual(permutation_test(np.arange(4.0), np.arange(10.0, 14.0)), 2 / 70)
        self.assertEqual(permutation_test(np.ones(4), np.ones(4)), 1.0)

    def test_a_permutation_test_errs_as_often_as_it_says(self):
        draw = np.random.default_rng(7)
        values = np.array([permutation_test(draw.normal(size=(4, 3)), draw.normal(size=(4, 3))) for _ in range(400)])
        # P(p ≤ 10/70) is at most 10/70 where there is no difference; 4 standard errors of 400 draws are 0.07.
        self.assertLess(np.mean(values <= 10 / 70 + 1e-9), 10 / 70 + 0.07)
        self.assertGreater(np.mean(values <= 10 / 70 + 1e-9), 10 / 70 - 0.07)

    def test_holm_multiplies_the_smallest_by_the_number_of_tests(self):
        np.testing.assert_allclose(holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06])
        self.assertEqual(holm([0.5, 0.9]), [1.0, 1.0])

    def test_worlds_of_different_law_are_told_apart_and_equal_ones_are_not(self):
        draw = np.random.default_rng(3)

        def world(name, loss):
            return [self.run_of(f"{name}{seed}.jsonl", 2.0, 10, draw.poisson(50, 4).tolist(), loss + 0.01 * draw.normal())
                    for seed in range(8)]

        ours, equal, other = world("a", 1.0), world("b", 1.0), world("c", 1.1)
        self.assertGreater(min(test.adjusted for test in equalities(ours, equal)), 0.01)
        worst = min(equalities(ours, other), key=lambda test: test.adjusted)
        self.assertEqual(worst.name, "loss curve")
        self.assertLess(worst.adjusted, 0.01)
        with self.assertRaisesRegex(TraceError, "at least two runs"):
            equalities(ours[:1], equal)

    def test_expectations_are_met_or_missed(self):
        times = [Timing("total", 1.04, 1.0), Timing("per node-step", 0.98, 1.0), Timing("waiting", 3.0, 1.0)]
        laws = [Equality("staleness", 1, 2, 0.004, 0.008)]
        found = verdicts({"models": "identical", "time_error": 0.05, "significance": 0.01}, times, (0, 0.0), [])
        self.assertEqual([verdict.met for verdict in found], [True, True])
        found = verdicts({"models": "identical", "time_error": 0.03, "significance": 0.01}, times, (2, 0.1), [])
        self.assertEqual([verdict.met for verdict in found], [False, False])
        self.assertIn("2 nodes differ, by up to 0.1", found[0].finding)
        found = verdicts({"models": "same_law", "significance": 0.01}, times, None, laws)
        self.assertEqual([(verdict.met, verdict.finding) for verdict in found],
                         [(False, "smallest adjusted p = 0.008, staleness")])
        self.assertEqual(verdicts({"models": "any", "significance": 0.01}, times, None, []), [])


if __name__ == "__main__":
    unittest.main()
