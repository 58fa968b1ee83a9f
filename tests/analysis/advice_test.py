"""The forecasts of `gossamer advise`: formulas against recursions, ranking, and where runs disagree."""

import unittest
from types import SimpleNamespace

import numpy as np

import traces  # noqa: F401  puts the package on the path
from gossamer.theory import advice
from gossamer.theory.advice import Candidate, Forecast, Outcome
from gossamer.theory.facts import DoesNotApply
from gossamer.theory.formulas import choice


def problem(**changes):
    start = choice.start(5.0, 3.0, 8.0, 0.5, 2.0)
    whole = {"nodes": 4, "eta": 0.1, "L": 2.0, "mu": 0.5, "sigma2": 0.4, "zeta2": 1.0, "difference": 0.0, "start": start,
             "f_star": -1.0, "slope": 1.0}
    return advice.Problem(**{**whole, **changes})


def timing(kind, topology, step="10 ms", law="constant"):
    """What advice reads of a run without models."""
    algorithm = {"kind": kind, "step_size": 0.1}
    compute = {"kind": law, "step": step, "mean": step}
    network = {"kind": "alpha_beta", "latency": "1 ms", "bandwidth": "1 Gbit/s", "all_reduce": "ring"}
    return SimpleNamespace(header={"topology": topology, "payload_bytes": 1000}, end=None,
                           configuration={"algorithm": algorithm, "compute": compute, "network": network},
                           samples=[{"time_s": 0, "node_steps_per_node": 0}, {"time_s": 6.0, "node_steps_per_node": 500}])


class FormulasTest(unittest.TestCase):
    def test_two_curvatures_have_the_moments_of_the_start(self):
        # x_0 − x* = (2, 1) along ν = 0.5 and 3: distance 5, 2 gap = 2 + 3, gradient 1 + 9.
        start = choice.start(5.0, 2.5, 10.0, 0.5, 3.0)
        np.testing.assert_allclose(start.curvatures, (0.5, 3.0))
        np.testing.assert_allclose(start.weights, (4.0, 1.0))
        x, eta = np.array([2.0, 1.0]), 0.2
        for _ in range(7):
            x -= eta * np.array([0.5, 3.0]) * x
        self.assertAlmostEqual(start.loss(7, eta), 0.5 * float(np.array([0.5, 3.0]) @ x**2), places=12)

    def test_moments_that_do_not_fit_leave_one_curvature_and_the_loss_at_the_start(self):
        for start in (choice.start(5.0, 0.1, 10.0, 0.5, 3.0), choice.start(4.0, 1.0, 1.0, 0.5, 0.5),
                      choice.start(0.01, 3.0, 900.0, 0.5, 3.0)):
            self.assertTrue(all(0.5 <= nu <= 3.0 for nu in start.curvatures))
            self.assertGreaterEqual(min(start.weights), 0)
        self.assertAlmostEqual(choice.start(5.0, 0.1, 10.0, 0.5, 3.0).loss(0, 0.1), 0.1)

    def test_the_floor_is_the_stationary_loss_of_the_recursion(self):
        nodes, eta, nu, s2 = 4, 0.3, 1.7, 0.5
        variance = 0.0
        for _ in range(400):
            variance = (1 - eta * nu) ** 2 * variance + eta**2 * s2 / nodes
        self.assertAlmostEqual(choice.noise_floor(nodes, eta, nu, s2), nu * variance / 2, places=12)

    def test_the_spread_of_local_steps_is_that_of_random_walks(self):
        # Flat objectives: after j steps x_i − x̄ has the variance (1 − 1/n) j η² σ² and the drift j η ‖∇f_i‖.
        eta, H, sigma2, zeta2, nodes = 0.1, 6, 0.7, 0.3, 5
        walks = [(1 - 1 / nodes) * j * eta**2 * sigma2 + j**2 * eta**2 * zeta2 for j in range(H)]
        self.assertAlmostEqual(choice.spread_of_local_steps(nodes, eta, H, sigma2, zeta2), np.mean(walks), places=14)

    def test_the_spread_of_gossip_bounds_the_modes_of_w(self):
        eta, sigma2, rho = 0.1, 0.7, 0.8
        variance, drift = 0.0, 0.0
        for _ in range(500):
            variance, drift = rho**2 * variance + eta**2 * sigma2, rho * drift + eta * 3.0
        self.assertAlmostEqual(choice.spread_of_gossip(10**9, eta, 1, sigma2, 9.0, rho), variance + drift**2, places=6)

    def test_the_least_number_of_steps_is_found(self):
        for wanted in (0, 1, 2, 3, 17, 1000):
            self.assertEqual(choice.least_steps(lambda k: k >= wanted), wanted)
        self.assertIsNone(choice.least_steps(lambda k: False))


    def test_a_wrong_gradient_stops_descent_at_the_bias(self):
        # f = ν x²/2 with the gradient ν x + e stops at x = −e/ν.
        nu, error = 1.7, 0.3
        self.assertAlmostEqual(choice.bias(error**2, 1.0, nu), nu * (error / nu) ** 2 / 2, places=14)


class ForecastTest(unittest.TestCase):
    def test_the_constants_of_a_trace_make_the_problem(self):
        # Two nodes with f = ν x²/2 at x_0 − x* = 2 with ν = 1.5: the loss is 3 above f*, the gradient 3.
        numbers = {"L": 1.5, "mu": 1.5, "L_max": 1.5, "mu_min": 1.5, "M_squared": 9.75, "zeta_squared_start": 0.5,
                   "sigma_squared_start": 0.25, "sigma_squared": 0.25, "zeta_star_squared": 0.5, "f_star": -2.0,
                   "distance_start_squared": 4.0}
        constants = {key: {"value": value, "standard_error": 0, "source": "by hand"} for key, value in numbers.items()}
        trace = SimpleNamespace(header={"topology": {"nodes": 2}, "theory": {"constants": constants}}, end=None,
                                configuration={"model": {"kind": "quadratic_file"}}, samples=[{"train_loss": 1.0}])
        found = advice.problem_of(trace, 0.1)
        self.assertEqual((found.trust, found.slope), ("derived", 1.5))
        self.assertAlmostEqual(found.loss(3, 0.0), -2 + 3 * 0.85**6 + (1 - 0.85**6) * 0.1 * 0.25 / 4 / (2 - 0.15))
        with self.assertRaisesRegex(DoesNotApply, "needs less than 2"):
            advice.problem_of(trace, 1.4)
        # A bound on L that is far above the curvature along the start is replaced by it.
        constants["L"] = {"value": 15.0, "standard_error": 0, "source": "at every x: a bound"}
        constants["mu"]["value"], trace.configuration = 0.5, {"model": {"kind": "softmax_regression"}}
        found = advice.problem_of(trace, 0.1)
        self.assertEqual(found.trust, "estimate")
        self.assertAlmostEqual(found.L, 1.5)
        self.assertAlmostEqual(found.difference, 1.5)
        del constants["f_star"]
        with self.assertRaisesRegex(DoesNotApply, "needs f_star"):
            advice.problem_of(trace, 0.1)

    def test_the_loss_of_a_problem_with_one_hessian_is_that_of_its_recursion(self):
        one = problem(mu=2.0, L=2.0, start=choice.start(3.0, 3.0, 12.0, 2.0, 2.0))
        mean, variance = 3.0, 0.0
        for steps in range(1, 30):
            mean, variance = mean * 0.8**2, 0.8**2 * variance + 0.1**2 * 0.4 / 4
            self.assertAlmostEqual(one.loss(steps, spread=7.0), -1 + mean + variance, places=12)

    def test_unequal_hessians_cost_a_bias(self):
        self.assertGreater(problem(difference=0.5).loss(100, 0.2), problem().loss(100, 0.2))
        self.assertEqual(problem().trust, "derived")
        self.assertEqual(problem(difference=0.5).trust, "estimate")

    def test_a_step_that_a_mode_of_w_cannot_bear_is_refused(self):
        ring = {"rho": 0.9, "smallest_eigenvalue": -0.9}
        gossip = Candidate("ring", 1, {}, {"kind": "d_psgd"})
        with self.assertRaisesRegex(DoesNotApply, "diverges along λₙ"):
            advice.spread_of(problem(), gossip, {"topology": ring})
        self.assertGreater(advice.spread_of(problem(eta=0.04), gossip, {"topology": ring}), 0)

    def test_times_are_formulas_or_runs_without_models(self):
        topology = {"nodes": 4, "rho": 0.5, "smallest_eigenvalue": 0.0}
        gossip = Candidate("ring", 1, {}, {"kind": "d_psgd"})
        found = advice.forecast(problem(), gossip, 1.0, lambda each: timing("d_psgd", topology))
        self.assertEqual(found.trust_in_times, "derived")
        self.assertAlmostEqual(found.step_seconds, 0.01)  # messages of 1 ms and 8 µs fly meanwhile
        found = advice.forecast(problem(), gossip, 1.0, lambda each: timing("d_psgd", topology, law="exponential"))
        self.assertEqual(found.trust_in_times, "simulated")
        self.assertAlmostEqual(found.step_seconds, 6.0 / 500)
        self.assertAlmostEqual(found.seconds, found.steps * 6.0 / 500)
        far = advice.forecast(problem(), gossip, -1.0, lambda each: timing("d_psgd", topology))
        self.assertIn("above the target", far.reason)
        self.assertIsNone(far.seconds)

    def test_the_fastest_comes_first_and_the_hopeless_last(self):
        found = [Forecast(None, reason="never"), Forecast(None, 10, 2.0), Forecast(None, 15, 1.0)]
        self.assertEqual([each.seconds for each in advice.ranked(found)], [15.0, 20.0, None])

    def test_graphs_have_all_nodes(self):
        self.assertEqual(set(advice.graphs_of(16, {"kind": "star", "nodes": 16})),
                         {"star", "ring", "torus", "exponential", "complete", "one_peer_exponential"})
        self.assertEqual(set(advice.graphs_of(7, {"kind": "ring", "nodes": 7})), {"ring", "exponential", "complete"})
        self.assertEqual(advice.graphs_of(12, {"kind": "ring", "nodes": 12})["torus"], {"kind": "torus", "rows": 3, "columns": 4})
        names = [each.name for each in advice.candidates(16, {"kind": "ring", "nodes": 16}, 0.1)]
        self.assertEqual(len(names), len(set(names)))
        self.assertIn("all_reduce_sgd, H = 1", names)


class OutcomesTest(unittest.TestCase):
    @staticmethod
    def outcome(name, predicted, seconds):
        candidate = Candidate("", 1, {}, {"kind": name})
        return Outcome(Forecast(candidate, 1, predicted, "derived", "derived"), dict(enumerate(seconds)))

    def test_agreement_says_nothing(self):
        self.assertEqual(advice.disagreements([self.outcome("a", 1.0, [1.0, 1.1]), self.outcome("b", 2.0, [2.0, 1.9])]), [])

    def test_a_far_time_a_missed_target_and_a_wrong_order_are_named(self):
        found = advice.disagreements([self.outcome("a", 1.0, [2.0, 2.2]), self.outcome("b", 1.5, [1.6, 1.4]),
                                      self.outcome("c", 3.0, [3.0, None])])
        self.assertEqual(len(found), 3)
        self.assertIn("a, H = 1: took 2.1 times as long", found[0])
        self.assertIn("c, H = 1: 1 of 2 runs did not reach", found[1])
        self.assertIn("b, H = 1 was faster than a, H = 1 with every seed", found[2])

    def test_the_sweep_has_a_cell_for_each_and_ends_runs(self):
        best = [Forecast(Candidate("ring", 2, {"kind": "ring", "nodes": 4}, {"kind": "d_psgd"}), 200, 0.5)]
        sweep = advice.sweep_of(best, "a.json", {"/seed": 3}, 0.25, 5)
        self.assertEqual(sweep["set"]["/stop"], {"target_loss": 0.25, "virtual_time": "400 s"})
        self.assertEqual(sweep["set"]["/seed"], 3)
        self.assertEqual(list(sweep["axes"][0]["settings"]), ["d_psgd, H = 2, ring"])
        self.assertEqual(sweep["set"]["/record"]["every_node_steps"], 4)

    def test_the_time_to_a_target_is_that_of_the_first_record_there(self):
        trace = SimpleNamespace(samples=[{"time_s": 0, "train_loss": 3}, {"time_s": 2, "train_loss": 0.5},
                                         {"time_s": 3, "train_loss": 0.4}])
        self.assertEqual(advice.time_to(trace, 0.5), 2)
        self.assertIsNone(advice.time_to(trace, 0.1))


if __name__ == "__main__":
    unittest.main()
