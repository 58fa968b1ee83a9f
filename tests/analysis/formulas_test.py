"""The formulas of theory at values that were derived and confirmed by simulation or linear solves, to all their digits."""

import math
import unittest

import numpy as np
from traces import ANALYSIS  # noqa: F401  the path of the package

from gossamer.theory.formulas import bounds, compression, floors, gossip, graphs, potential, rates, saga, times
from gossamer.theory.formulas.fixed_points import Quadratics, shared_descent

RING = graphs.metropolis(8, graphs.ring(8))
SPECTRUM = np.sort(np.linalg.eigvalsh(RING))[::-1]
FIVE = Quadratics(np.arange(1.0, 6).reshape(5, 1, 1), np.array([1, -1, 2, 0, 3.0]).reshape(5, 1))
TWO = Quadratics(np.array([1.0, 4]).reshape(2, 1, 1), np.array([0.0, 4]).reshape(2, 1))


class FormulasTest(unittest.TestCase):
    def assert_near(self, found, expected, places=9):
        np.testing.assert_allclose(found, expected, rtol=0, atol=10.0**-places)

    def test_contractions_of_graphs_are_their_closed_forms(self):
        for nodes, expected in ((8, 0.804737854124365), (16, 0.949253021674191), (64, 0.996789817781465)):
            self.assert_near(graphs.contraction(graphs.metropolis(nodes, graphs.ring(nodes))), expected, 12)
        self.assert_near(graphs.contraction(graphs.metropolis(64, graphs.torus(8, 8))), 0.882842712474619, 12)
        self.assert_near(graphs.contraction(graphs.metropolis(64, graphs.hypercube(6))), 5 / 7, 12)
        self.assert_near(graphs.contraction(graphs.metropolis(16, graphs.star(16))), 0.9375, 12)

    def test_fixed_points_of_five_nodes_are_where_long_runs_end(self):
        W = graphs.metropolis(5, graphs.ring(5))
        self.assert_near(FIVE.awc(W, 0.1)[:, 0], [0.397647124418053, 0.172967020713111, 0.352067129436035, 0.248027654651390, 0.441621365448412],
                         12)
        self.assert_near(FIVE.atc(W, 0.1)[:, 0], [0.350380224931290, 0.312307147554251, 0.245333603115990, 0.357369281872292, 0.371905508624614],
                         12)
        self.assert_near(FIVE.cta(W, 0.1)[:, 0], [0.415342202438161, 0.149845718043401, 0.371733522181193, 0.214421569123375, 0.485952754312307],
                         12)
        self.assert_near(FIVE.doubly_averaged(W, 0.1, 0.8)[:, 0],
                         [0.361756009252606, 0.289909439210719, 0.222769518396939, 0.352229298767990, 0.396239872412636], 12)
        self.assert_near(FIVE.exact(), 1 / 3, 12)
        self.assert_near(W @ FIVE.cta(W, 0.1), FIVE.atc(W, 0.1), 12)  # their limits differ by one averaging

    def test_local_descent_ends_and_contracts_as_its_affine_rounds_do(self):
        limits = {1: 0.8, 2: 0.7710843373, 4: 0.7167915672, 8: 0.6332070881, 16: 0.5509860807, 64: 0.5002949285}
        factors = {1: 0.75, 2: 0.585, 4: 0.39285, 8: 0.22363168500, 16: 0.09279206494, 64: 0.00058950923}
        for period, limit in limits.items():
            self.assert_near(TWO.local_descent(0.1, period), limit)
            self.assert_near(TWO.local_descent_factor(0.1, period), factors[period])
        cases = {(0.1, 2): (0.5436100356, 0.5448025290), (0.1, 4): (0.3077742679, 0.3983453276), (0.1, 8): (0.4927462557, 0.3892584927),
                 (0.05, 8): (0.3104705405, 0.4152997669), (0.2, 8): (0.6608111379, 0.6340627800)}
        for (eta, steps), (first, second) in cases.items():
            self.assert_near([TWO.scaffold_factor(eta, steps, True), TWO.scaffold_factor(eta, steps, False)], [first, second])

    def test_local_steps_of_equal_curvature_leave_the_mean_where_it_is(self):
        centers = np.arange(8.0).reshape(8, 1)
        limit = shared_descent(RING, centers, 0.729)
        self.assert_near(limit.mean(), centers.mean(), 12)
        self.assert_near(limit, RING @ (centers + 0.729 * (limit - centers)), 12)  # one round changes nothing

    def test_rates_of_exact_methods_on_a_ring_of_eight(self):
        expected = {rates.nids: 0.901184, rates.d2: 0.949342, rates.extra: 0.9, rates.tracking: 0.903150, rates.tracking_atc: 0.9}
        for mode, factor in expected.items():
            self.assert_near(rates.slowest(mode, SPECTRUM, [0.9]), factor, 6)
        self.assertGreater(rates.d2(-0.4, 0.999999), 1)  # D² diverges if λ_n is below −1/3
        self.assert_near(rates.heavy_ball(0.9, 0.0), 0.9, 12)

    def test_floors_on_a_ring_of_eight(self):
        self.assert_near(floors.atc(SPECTRUM, 0.1, 1, 1).mean(), 0.0104905, 7)
        self.assert_near(floors.awc(SPECTRUM, 0.1, 1, 1).mean(), 0.0183789, 7)
        self.assert_near(floors.of_mean(8, 0.1, 1, 1), 0.0065789, 7)
        self.assert_near(floors.of_mean(8, 0.02, 1, 1, 0.8), 0.0062849, 7)
        self.assert_near(floors.actc(RING, 0.05, 0.05, 1, 3, 0.2), 0.00424228, 8)
        self.assert_near(15 / 16 * 2000 * 0.1**2 * floors.growth(4, 0.1, 0.2), 70.66145, 4)

    def test_potentials_of_sixteen_nodes(self):
        complete = {"blocking": 13.125, "nb2": 28.125, "nb1": 14.0625, "ad_psgd": 6.5625}
        ring = {"blocking": 41.5625, "nb2": 56.5625, "nb1": 28.28125, "ad_psgd": 20.78125}
        for variant in potential.VARIANTS:
            self.assert_near(potential.complete(variant, 16, 1), complete[variant])
            self.assert_near(potential.stationary(variant, 16, graphs.complete(16), 1), complete[variant])
            self.assert_near(potential.stationary(variant, 16, graphs.ring(16), 1), ring[variant])
            second = 2 - 2 * math.cos(math.pi / 8)
            self.assertLess(ring[variant], potential.bound(variant, 16, 16, second, 1))

    def test_random_pairs_on_a_complete_graph_shrink_gamma_by_a_known_factor(self):
        models = np.random.default_rng(1).normal(size=(6, 2))
        self.assert_near(gossip.after_pairs(models, graphs.complete(6), 3), gossip.gamma(models) * (4 / 5) ** np.arange(4), 12)
        halves = [graphs.laplacian(8, graphs.ring(8)[side::2]) for side in (0, 1)]
        for alpha, expected in ((0.3, 0.858345), (0.5, 0.801777), (0.6, 0.784853), (0.7, 1.14)):
            self.assert_near(gossip.matcha_contraction(halves, [0.5, 0.5], alpha), expected, 6)
        matrices, shares = gossip.matcha_rounds(halves, [0.5, 0.5], 0.5)
        moment = sum(share * each.T @ each for share, each in zip(shares, matrices))
        self.assert_near(np.linalg.norm(moment - 1 / 8, 2), gossip.matcha_contraction(halves, [0.5, 0.5], 0.5), 12)
        self.assert_near(gossip.equidyn_factor(17, 0.5), 0.5 * (1 - 1 / 17), 12)
        self.assert_near(gossip.equidyn_factor(17, 17 / 32), 0.5 * (1 - 1 / 16), 12)

    def test_order_statistics_of_sixteen_nodes(self):
        self.assert_near(times.harmonic(16), 3.3807289932)
        self.assert_near(times.exponential(1).order(12, 16), 1.2973956599)
        pareto = times.pareto(2.5 / 1.5, 2.5)
        self.assert_near([pareto.largest(16), pareto.order(12, 16)], [4.5482955661, 1.7028818599])
        self.assert_near(times.weibull(math.gamma(1.5), 2).largest(16), 1.8092551119)
        self.assert_near(times.bimodal(1, 0.05, 4).largest(16), 2.6796200, 7)
        self.assert_near(times.slowest_bimodal_sum(1, 0.05, 4, 8, 16) / 8, 1.6390317444)
        self.assert_near(times.slowest_of_rates([1, 2, 3]), 1.2166666667)
        for period, expected in ((5, 1.9354747335), (10, 1.6337354901), (50, 1.2654048688)):
            self.assert_near(times.slowest_sum(times.exponential(1), period, 16) / period, expected)
        self.assert_near(times.uniform(1, 3).largest(3), 2.5, 12)

    def test_laws_have_their_second_moments(self):
        t = (np.arange(2_000_000) + 0.5) / 2_000_000  # of a distribution function: quantiles give all moments
        scale = 2 / math.gamma(1.5)
        for law, quantiles in ((times.exponential(2.0, 1.0), 1 - 2 * np.log1p(-t)), (times.uniform(1, 3), 1 + 2 * t),
                               (times.weibull(2.0, 2.0), scale * np.sqrt(-np.log1p(-t)))):
            self.assert_near([law.mean, law.square], [quantiles.mean(), (quantiles**2).mean()], 4)
        self.assertEqual(times.pareto(2.0, 2.0).square, math.inf)
        draws = np.random.default_rng(2)
        for law, sample in ((times.lognormal(2.0, 0.5), 2 * np.exp(0.5 * draws.normal(size=(100_000, 8)) - 0.125)),
                            (times.gamma(2.0, 3.0), draws.gamma(3.0, 2 / 3, (100_000, 8)))):
            self.assert_near([law.mean, law.square], [sample.mean(), (sample**2).mean()], 1)
            for kept in (3, 8):
                ordered = np.sort(sample, axis=1)[:, kept - 1]
                self.assertLess(abs(law.order(kept, 8) - ordered.mean()), 4 * ordered.std() / math.sqrt(len(ordered)))
        self.assertIsNone(times.gamma(2.0, 2.5))

    def test_a_slow_node_holds_up_one_hop_a_round(self):
        for hops in range(4):
            for time in (0.5, 3.5, 7.5, 30.5):
                self.assertEqual(times.steps_behind_slow_node(hops, 3, time), self.by_recursion(hops, 3, time))

    @staticmethod
    def by_recursion(hops, slowdown, time):
        """Rounds that a node has finished by then, on a path of 40 nodes whose first one is slow."""
        ends, rounds = np.zeros(40), 0
        while True:
            before = np.concatenate([[ends[0]], ends, [ends[-1]]])
            ends = np.maximum(np.maximum(before[:-2], before[2:]), ends) + np.array([slowdown] + [1] * 39)
            if ends[hops] > time:
                return rounds
            rounds += 1

    def test_collectives_and_overlap(self):
        self.assertEqual(times.all_reduce("ring", 4, 400, 1, 0.01), 6 * (1 + 1))
        self.assertEqual(times.all_reduce("recursive_doubling", 8, 100, 1, 0.01), 3 * 2)
        self.assertEqual(times.all_reduce("rabenseifner", 8, 800, 1, 0.01), 6 + 14)
        self.assertIsNone(times.all_reduce("rabenseifner", 6, 800, 1, 0.01))
        self.assertIsNone(times.all_reduce("magic", 8, 800, 1, 0.01))
        # Periods of 2 s and all-reduces of 3 s: the first boundary waits for nothing.
        self.assertEqual(times.overlapped(np.full((4, 2), 2.0), 3.0).max(), 2 + 3 * 3)

    def test_compressors_have_their_exact_variances(self):
        v, draws = np.array([0.3, -1.2, 0.05, 0.9]), np.random.default_rng(3).random((200_000, 4))
        norm = np.linalg.norm(v)
        coded = norm * np.sign(v) * np.floor(4 * np.abs(v) / norm + draws) / 4
        error = ((coded - v) ** 2).sum(axis=1)
        self.assertLess(abs(error.mean() - compression.qsgd(v, 4)), 4 * error.std() / math.sqrt(len(error)))
        self.assert_near(compression.qsgd(v, 1), norm * np.abs(v).sum() - norm**2, 12)
        self.assert_near(compression.terngrad(v), 1.2 * np.abs(v).sum() - norm**2, 12)
        self.assert_near(compression.random_k(v, 1), 3 * norm**2, 12)

    def test_mean_squares_of_remembered_gradients(self):
        a, theta = np.array([1.0, 2, 3, 4]), np.array([0.0, 1, -1, 2])
        found = saga.adsaga(a, theta, 0.1, 5.0, 21, [[0, 1], [2, 3]])
        self.assert_near(found[[1, 2, 6, 11, 21]], [10.6375, 5.89559375, 0.8086447037, 0.4813877977, 0.0941247892])
        found = saga.saga(a, theta, 0.1, 5.0, 300)
        self.assert_near(found[300] / found[299], 0.8215454803)
        self.assert_near([saga.optimum(a, theta), found[0]], [0.7, 4.3**2], 12)

    def test_bounds(self):
        self.assert_near(bounds.descent(1.0, 2.0, 0.1, 10, 0.5, 3.0, 4), 2 + 2 + 0.15, 12)
        self.assert_near(bounds.sync_error(5.0, 1.0, 1.0, 0.5, 0, 4.0, 2), 5.0, 12)
        best = bounds.best_period(1.0, 0.5, 0.1, 2.0, 1.0, 10.0)

        def bound(period):  # from memory; its minimum is derived
            return 2 / (0.1 * 10) * (1 + 0.5 / period) + 0.1**2 * 4 * (period - 1)

        self.assertTrue(bound(best) < min(bound(0.99 * best), bound(1.01 * best)))
        self.assert_near(bounds.transient_steps(10, 0.5, False), 0.0625 * 1000 / 0.25, 9)


if __name__ == "__main__":
    unittest.main()
