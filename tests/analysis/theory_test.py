"""`gossamer theory`: on traces made by hand, whose numbers are known."""

import contextlib
import io
import json
import math
import unittest

import numpy as np
from traces import END, HEADER, WithFolder, outcome, sample

from gossamer.commands.theory import main
from gossamer.statistics.intervals import student_quantile
from gossamer.sweeps import load
from gossamer.theory import across, moments
from gossamer.theory.comparison import Comparison, Relation, Verdict, at_most, exactly, on_average, worst
from gossamer.theory.evidence import Evidence
from gossamer.theory.facts import CANNOT
from gossamer.theory.formulas import bounds, floors, graphs
from gossamer.theory.predictions.registry import PREDICTIONS
from gossamer.theory.rows import of_cell

ETA, NODES, NOISE = 0.1, 8, 2.0
SPECTRUM = np.sort(np.linalg.eigvalsh(graphs.metropolis(NODES, graphs.ring(NODES))))[::-1].tolist()
CONSTANTS = {"L": 1.0, "L_max": 1.0, "mu": 1.0, "mu_min": 1.0, "sigma_squared": NOISE**2, "sigma_squared_start": NOISE**2,
             "zeta_star_squared": 0.0, "zeta_squared_start": 0.0, "M_squared": 10.0, "f_star": 0.0}
CONFIGURATION = {
    "seed": 1, "topology": {"kind": "ring", "nodes": NODES},
    "model": {"kind": "quadratic", "dimension": 1, "mu": 1, "L": 1, "gradient_spread": 0, "hessian_spread": 0,
              "noise": NOISE},
    "algorithm": {"kind": "d_psgd", "step_size": ETA, "form": "awc", "local_steps": 1},
    "network": {"kind": "alpha_beta", "latency": "1 ms", "bandwidth": "1 Gbit/s", "geometry": "none", "jitter": 0,
                "overhead": "0 s",
                "bandwidth_factor": 1},
    "compute": {"kind": "constant", "step": "10 ms", "draw": "per_step", "stragglers": {"kind": "none"}},
    "stop": {"node_steps": 400}}
TOPOLOGY = {"kind": "ring", "nodes": NODES, "edges": 8, "degree_min": 2, "degree_mean": 2.0, "degree_max": 2,
            "rho": SPECTRUM[1],
            "second_eigenvalue": SPECTRUM[1], "laplacian_second": 2 - math.sqrt(2)}
FLOOR = floors.of_mean(NODES, ETA, 1, NOISE**2)


def header(constants=CONSTANTS, spectrum=SPECTRUM, topology=TOPOLOGY, seed=1, **changes):
    """A header with the constants of theory; blocks of the configuration are changed by their names."""
    configuration = {**CONFIGURATION, "seed": seed}
    for name, change in changes.items():
        configuration[name] = {**configuration[name], **change}
    theory = {"theory": {"constants": {key: {"value": value, "standard_error": 0, "source": "by hand"} for key,
                                       value in constants.items()},
                         "spectrum": spectrum}} if constants is not None else {}
    return {**HEADER, "schema": 2, "seed": seed, "configuration": configuration, "topology": topology, "payload_bytes": 4,
            "problem": {"dimension": 1}, **theory}


def records(squares, gammas=None, apart=10, **values):
    """Samples with such ‖x̄ − x*‖², so many steps apart: f is half of it."""
    gammas = gammas if gammas is not None else [0.0] * len(squares)
    return [sample(0.01 * apart * k, node_steps_per_node=apart * k, node_steps=NODES * apart * k,
                   distance_to_optimum=math.sqrt(square),
                   suboptimality=square / 2, train_loss=square / 2, gradient_norm=math.sqrt(square),
                   consensus_distance=gamma,
                   **{key: each[k] for key, each in values.items()})
            for k, (square, gamma) in enumerate(zip(squares, gammas))]


def around(middle, count=80, spread=0.1, seed=1):
    """Independent values whose mean is exactly this, also that of their second half."""
    values = np.random.default_rng(seed).normal(size=count // 2)
    values = middle * (1 + spread * (values - values.mean()) / values.std())
    return np.concatenate([values, values]).tolist()


class TheoryTest(WithFolder):
    def rows(self, *records_of_runs, headers=None, **changes):
        """The rows of the cell of these runs, by their quantities."""
        headers = headers or [header(seed=seed, **changes) for seed in range(1, len(records_of_runs) + 1)]
        paths = [self.write(f"{place}.jsonl", each, *some, END)
                 for place, (each, some) in enumerate(zip(headers, records_of_runs))]
        cells = load(paths).cells
        self.assertEqual(len(cells), 1)
        rows = of_cell(cells[0]).rows
        self.assertEqual([row.reason for row in rows if CANNOT in row.reason], [])
        return {row.quantity: row for row in rows}

    def printed(self, *words):
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
            self.assertEqual(main([str(word) for word in words]), 0, err.getvalue())
        return out.getvalue()

    # Verdicts.

    def test_comparisons_allow_four_standard_errors_or_the_tolerance(self):
        self.assertIs(Comparison(1.0, 1.39, 0.1).verdict, Verdict.AGREES)
        self.assertIs(Comparison(1.0, 1.41, 0.1).verdict, Verdict.VIOLATED)
        self.assertIs(Comparison(1.0, 1.41, 0.1, 0.5).verdict, Verdict.AGREES)
        self.assertIs(Comparison(1.0, 0.2, 0.1, relation=Relation.AT_MOST).verdict, Verdict.WITHIN)
        self.assertIs(Comparison(1.0, 1.5, 0.1, relation=Relation.AT_MOST).verdict, Verdict.VIOLATED)
        self.assertIs(Comparison(1.0, 0.5, 0.1, relation=Relation.AT_LEAST).verdict, Verdict.VIOLATED)
        self.assertIs(Comparison(1.0, 7.0, 0.1, relation=Relation.AT_LEAST).verdict, Verdict.WITHIN)
        for measured in (math.nan, math.inf):
            for relation in Relation:
                self.assertIs(Comparison(1.0, measured, relation=relation).verdict, Verdict.VIOLATED)
        self.assertIs(exactly(1.0, 1 + 2e-9).verdict, Verdict.VIOLATED)
        self.assertIs(exactly(0.0, 0.0).verdict, Verdict.AGREES)
        self.assertIs(worst(np.zeros(3), np.array([0, math.nan, 0]), 1.0).verdict, Verdict.VIOLATED)
        self.assertEqual(worst(np.array([1.0, 2]), np.array([1.0, 2.5]), 1.0).deviation, 0.5)
        self.assertAlmostEqual(on_average(2.0, [1, 3]).error, 1.0)
        self.assertIs(at_most(1.0, 1 + 1e-10).verdict, Verdict.WITHIN)

    def test_a_floor_agrees_and_one_of_half_its_size_is_violated(self):
        rows = self.rows(records(around(FLOOR)))
        row = rows["stationary E ‖x̄ − x*‖²"]
        self.assertEqual((row.verdict, row.over), (Verdict.AGREES, "batches"))
        self.assertAlmostEqual(row.predicted, FLOOR)
        self.assertAlmostEqual(row.measured, FLOOR, delta=0.05 * FLOOR)
        self.assertTrue(row.low < row.measured < row.high)
        self.assertIs(self.rows(records(around(FLOOR / 2)))["stationary E ‖x̄ − x*‖²"].verdict, Verdict.VIOLATED)
        speed_up = rows["linear speed-up: the variance of one node over that of the mean of n"]
        self.assertEqual((speed_up.predicted, speed_up.verdict), (NODES, Verdict.AGREES))

    def test_three_seeds_have_an_interval_by_student(self):
        means = [FLOOR * factor for factor in (0.9, 1.0, 1.1)]
        row = self.rows(*(records([mean] * 80) for mean in means))["stationary E ‖x̄ − x*‖²"]
        self.assertEqual(row.over, "seeds")
        self.assertAlmostEqual(row.high - row.low, 2 * student_quantile(2) * 0.1 * FLOOR / math.sqrt(3))

    def test_gamma_is_that_of_the_modes_of_w(self):
        for form, modes in (("awc", floors.awc), ("atc", floors.atc), ("cta", floors.cta)):
            gamma = float(modes(SPECTRUM, ETA, 1, NOISE**2)[1:].sum())
            row = self.rows(records(around(FLOOR), around(gamma)), algorithm={"form": form})["stationary E Γ of D-PSGD"]
            self.assertAlmostEqual(row.predicted, gamma)
            self.assertIs(row.verdict, Verdict.AGREES, form)

    def test_rates_are_slopes(self):
        squares = [9 * (1 - ETA) ** (2 * 10 * k) for k in range(40)]
        rows = self.rows(records(squares), model={"noise": 0})
        row = rows["factor of ‖x̄ − x*‖ in a step"]
        self.assertAlmostEqual(row.predicted, 1 - ETA)
        self.assertAlmostEqual(row.measured, 1 - ETA, places=6)
        self.assertIs(row.verdict, Verdict.AGREES)
        self.assertIs(rows["share of ‖x̄ − x*‖² that is left"].verdict, Verdict.AGREES)
        slow = [9 * (1 - 0.8 * ETA) ** (2 * 10 * k) for k in range(40)]
        self.assertIs(self.rows(records(slow), model={"noise": 0})["factor of ‖x̄ − x*‖ in a step"].verdict,
                      Verdict.VIOLATED)

    def test_a_bound_is_kept_or_violated(self):
        name = "mean over the run of E ‖∇f(x̄)‖²"
        squares = [4.0] + [0.05] * 79
        bound = bounds.descent(2.0, 1.0, ETA, 790, 0.0, NOISE**2, NODES)
        row = self.rows(records(squares))[name]
        self.assertAlmostEqual(row.predicted, bound)
        self.assertEqual((row.verdict, row.relation), (Verdict.WITHIN, Relation.AT_MOST))
        self.assertIs(self.rows(records([4.0] * 80))[name].verdict, Verdict.VIOLATED)

    def test_gradient_descent_keeps_its_bounds(self):
        factor, name = "largest factor of f(x) − f* in a step of gradient descent", "f(x) − f* at the end of gradient descent"
        changes = {"model": {"noise": 0}, "algorithm": {"kind": "all_reduce_sgd"},
                   "constants": {**CONSTANTS, "distance_start_squared": 9.0}}
        # The first two records are of the start.
        rows = self.rows(records([9.0, *(9 * (1 - ETA) ** (2 * k) for k in range(40))], apart=1), **changes)
        self.assertAlmostEqual(rows[factor].predicted, 1 - ETA)
        self.assertAlmostEqual(rows[factor].measured, (1 - ETA) ** 2)
        self.assertIs(rows[factor].verdict, Verdict.WITHIN)
        self.assertAlmostEqual(rows[name].predicted, 9 / (2 * ETA * 40))
        self.assertIs(rows[name].verdict, Verdict.WITHIN)
        slow = self.rows(records([9 * (1 - ETA / 4) ** (2 * k) for k in range(40)], apart=1), **changes)
        self.assertIs(slow[factor].verdict, Verdict.VIOLATED)
        self.assertIs(self.rows(records([9.0] * 40, apart=1), **changes)[name].verdict, Verdict.VIOLATED)

    # Why a prediction does not apply.

    def reason(self, quantity, **changes):
        row = self.rows(records(around(FLOOR)), **changes)[quantity]
        self.assertIs(row.verdict, Verdict.NOT_APPLICABLE, row)
        return row.reason

    def test_conditions_are_read_from_the_configuration(self):
        floor = "stationary E ‖x̄ − x*‖²"
        self.assertIn("different Hessians", self.reason(floor, model={"hessian_spread": 0.5}))
        self.assertIn("is a schedule",
                      self.reason(floor, algorithm={"step_size": {"kind": "cosine", "base": 0.1, "steps": 9}}))
        self.assertIn("gradients are exact", self.reason(floor, model={"noise": 0}))
        self.assertIn("linear_regression", self.reason(floor, constants={**CONSTANTS}, model={"kind": "linear_regression"}))
        self.assertIn("swarm_sgd does not move the mean model", self.reason(floor, algorithm={"kind": "swarm_sgd"}))
        self.assertIn("not doubly stochastic", self.reason(floor, topology={**TOPOLOGY, "stochasticity": "rows"}))
        self.assertIn("nodes differ", self.reason("stationary E Γ of D-PSGD", model={"gradient_spread": 1}))
        self.assertIn("η L = 2, expected at most 1", self.reason("mean over the run of E ‖∇f(x̄)‖²",
                                                                 algorithm={"step_size": 2.0}))
        descent = "mean over the run of E ‖∇f(x̄)‖²"
        self.assertIn("changes with the model", self.reason(descent, model={"kind": "logistic_regression",
                                                                            "batch_size": 8}))
        self.assertIn("holds for all models", self.reason(descent, model={"kind": "mlp", "batch_size": "full"}))
        self.assertIn("η L = 2 makes the mean model diverge", self.reason(floor, algorithm={"step_size": 2.0}))
        self.assertIn("η = 1.7 makes D-PSGD diverge", self.reason("stationary E Γ of D-PSGD", algorithm={"step_size": 1.7}))
        self.assertIn("several local steps", self.reason("stationary E Γ of D-PSGD", algorithm={"local_steps": 3}))
        self.assertIn("some nodes are a round further", self.reason(floor, compute={"kind": "exponential", "mean": "1 s"}))
        self.assertIn("only after several steps", self.reason(descent, algorithm={"kind": "local_sgd", "averaging_period": 4}))
        round_of = "seconds of a round of D-PSGD"
        self.assertIn("closed form", self.reason(round_of, compute={"kind": "exponential", "mean": "10 ms"}))
        self.assertIn("messages differ (jitter)", self.reason(round_of, network={"jitter": 0.1}))
        self.assertIn("the network is nic", self.reason(round_of, network={"kind": "nic"}))
        self.assertIn("stragglers (slow_nodes)", self.reason(round_of, compute={"stragglers": {"kind": "slow_nodes"}}))

    def test_a_trace_without_constants_has_to_run_again(self):
        for quantity in ("stationary E Γ of D-PSGD", "mean over the run of E ‖∇f(x̄)‖²"):
            self.assertIn("run again with --theory", self.reason(quantity, constants=None))
        few = {key: value for key, value in CONSTANTS.items() if key != "L_max"}
        self.assertEqual(self.reason("mean over the run of E ‖∇f(x̄)‖²", constants=few), "needs L_max, which is not known")
        one = header(constants=few)
        one["theory"]["absent"] = {"L_max": "a perceptron has none"}
        row = self.rows(records(around(FLOOR)), headers=[one])["mean over the run of E ‖∇f(x̄)‖²"]
        self.assertEqual(row.reason, "needs L_max, which is not known: a perceptron has none")

    def test_runs_that_move_or_are_short_have_no_floor(self):
        moving = self.rows(records([1.0 * 0.9**k for k in range(80)]))["stationary E ‖x̄ − x*‖²"]
        self.assertIn("has not come to rest", moving.reason)
        short = self.rows(records(around(FLOOR, 10)))["stationary E ‖x̄ − x*‖²"]
        self.assertIn("10 records, too few", short.reason)

    def test_of_runs_that_diverged_theory_says_nothing(self):
        path = self.write("a.jsonl", header(), *records(around(FLOOR)), {"record": "end", "reason": "diverged"})
        rows = of_cell(load([path]).cells[0]).rows
        self.assertEqual({(row.verdict, row.reason) for row in rows}, {(Verdict.NOT_APPLICABLE, "a run diverged")})

    # Times.

    def test_a_round_lasts_the_longer_of_a_step_and_a_message(self):
        quantity = "seconds of a round of D-PSGD"
        row = self.rows(records(around(FLOOR)))[quantity]
        self.assertEqual((row.predicted, row.verdict), (0.01, Verdict.AGREES))
        atc = self.rows(records(around(FLOOR)), algorithm={"form": "atc"})[quantity]
        self.assertAlmostEqual(atc.predicted, 0.011 + 4 * 8e-9)  # a message: 1 ms, and 4 bytes at 1 Gbit/s
        self.assertIs(atc.verdict, Verdict.VIOLATED)

    def test_synchronous_sgd_waits_for_the_slowest(self):
        network = {"latency": "0 s", "all_reduce": "ring"}
        row = self.rows(records(around(FLOOR)), algorithm={"kind": "all_reduce_sgd"}, network=network,
                        compute={"kind": "exponential", "mean": "10 ms"})["seconds of a step of synchronous SGD"]
        self.assertAlmostEqual(row.predicted, 0.01 * sum(1 / k for k in range(1, 9)) + 14 * 0.5 * 8e-9)

    # Cells beside each other.

    def test_the_best_period_is_that_of_the_smallest_loss(self):
        paths = []
        for period, level in ((1, 4.0), (4, 1.0), (16, 2.0)):
            changed = header(algorithm={"kind": "local_sgd", "averaging_period": period}, network={"all_reduce": "ring"})
            paths.append(self.write(f"{period}.jsonl", changed, *records([8.0] + [level] * 79), END))
        sweep = load(paths)
        found = [of_cell(cell) for cell in sweep.cells]
        across.add_comparisons(found)
        row = next(row for row in found[0].rows if row.quantity == across.BEST[0])
        self.assertEqual((row.measured, row.evidence), (4.0, Evidence.MEMORY))
        predicted = bounds.best_period(4.0, 14 * (1e-3 + 0.5 * 8e-9), ETA, 1.0, NOISE**2, 7.9)
        self.assertAlmostEqual(row.predicted, max(1.0, predicted))
        self.assertIn("times the f − f* of the best", row.reason)

    def test_the_transient_needs_synchronous_runs_beside(self):
        ours, theirs = [2.0] * 20 + [0.5] * 60, [0.5] * 80
        paths = [self.write("a.jsonl", header(), *records(ours), END),
                 self.write("b.jsonl", header(algorithm={"kind": "all_reduce_sgd"}), *records(theirs), END)]
        found = [of_cell(cell) for cell in load(paths).cells]
        across.add_comparisons(found)
        rows = [row for cell in found for row in cell.rows if row.quantity == across.TRANSIENT[0]]
        row = next(row for row in rows if row.predicted is not None)
        self.assertEqual((row.measured, row.verdict), (200.0, Verdict.WITHIN))
        self.assertAlmostEqual(row.predicted, bounds.transient_steps(NODES, SPECTRUM[1], False))

    # Moments.

    def moments(self, errors=(0.0, 0.0, 0.0, 0.0), expected=FLOOR, scale=0.01, times=(0, 1)):
        """The row of moments for runs whose losses are off by these."""
        samples = [sample(time, node_steps=8, interactions=0, train_loss=expected) for time in times]
        oracle = {**header(), "moments": True}
        paths = [self.write("m.jsonl", oracle, *samples, END)]
        for seed, error in enumerate(errors, start=1):
            changed = [sample(0, node_steps=8, interactions=0, train_loss=expected),
                       sample(1, node_steps=8, interactions=0, train_loss=expected + scale * error)]
            paths.append(self.write(f"s{seed}.jsonl", header(seed={"all": 1, "batches": seed}), *changed, END))
        with contextlib.redirect_stdout(io.StringIO()) as out:
            self.assertEqual(main([*map(str, paths), "--json"]), 0)
        return json.loads(out.getvalue())["cells"][0]["predictions"][0]

    def test_means_over_seeds_lie_around_exact_moments(self):
        row = self.moments((-1.0, 1.0, -0.5, 0.5))
        self.assertEqual(row["verdict"], "agrees")
        self.assertIn("train_loss at", row["remark"])
        far = self.moments((9.9, 10.1, 9.95, 10.05))
        self.assertEqual(far["verdict"], "violated")
        self.assertAlmostEqual(far["measured"] - far["predicted"], 0.1)
        self.assertIn("train_loss at 1 s", far["remark"])

    def test_squares_of_moments_are_compared_with_those_of_runs(self):
        oracle = self.write("m.jsonl", {**header(), "moments": True}, sample(0, distance_to_optimum_squared=4.0), END)
        runs = [self.write(f"s{seed}.jsonl", header(seed={"all": 1, "batches": seed}),
                           sample(0, distance_to_optimum=2.0), END)
                for seed in (1, 2, 3)]
        row = json.loads(self.printed(oracle, *runs, "--json"))["cells"][0]["predictions"][0]
        self.assertEqual((row["verdict"], row["predicted"], row["measured"]), ("agrees", 4.0, 4.0))
        self.assertIn("distance_to_optimum_squared", row["remark"])

    def test_moments_need_the_same_schedule_and_several_seeds(self):
        self.assertIn("another schedule of events", self.moments(times=(0, 2))["reason"])
        self.assertIn("2 runs, expected at least 3", self.moments((0.1, -0.1))["reason"])

    def test_four_standard_errors_of_few_seeds_are_as_improbable_as_of_many(self):
        self.assertAlmostEqual(moments.FOUR_ERRORS, 0.99993666, places=7)
        self.assertGreater(student_quantile(3, moments.FOUR_ERRORS), 15)
        self.assertAlmostEqual(student_quantile(4000, moments.FOUR_ERRORS), 4.0, delta=0.02)

    # The command.

    def test_the_table_has_evidence_intervals_and_reasons(self):
        path = self.write("a.jsonl", header(algorithm={"kind": "swarm_sgd", "local_steps": 1, "variant": "nb1",
                                                       "steps": "fixed"},
                                            compute={"kind": "exponential", "mean": "1 s"}, network={"latency": "0 s"}),
                          *records(around(FLOOR), around(1.0)), END)
        out = self.printed(path)
        self.assertRegex(out, r"largest E Γ of SwarmSGD +≤ \S+ +1 +\[\S+, \S+\] +batches +from memory +within the bound")
        self.assertIn("(from memory, not checked against the paper: constants may be off)", " ".join(out.split()))
        self.assertRegex(out, r"\d+ predictions are about other algorithms: --all names them")
        self.assertNotIn("about gossip", out)
        self.assertIn("is about gossip, and this is swarm_sgd", self.printed(path, "--all"))

    def test_json_has_every_prediction(self):
        path = self.write("a.jsonl", header(), *records(around(FLOOR)), END)
        cell, = json.loads(self.printed(path, "--json"))["cells"]
        self.assertGreaterEqual(len(cell["predictions"]), len(PREDICTIONS))
        verdicts = {each["quantity"]: each["verdict"] for each in cell["predictions"]}
        self.assertEqual(verdicts["stationary E ‖x̄ − x*‖²"], "agrees")
        for each in cell["predictions"]:
            self.assertTrue(each["source"] and each["formula"] and each["evidence"])
            self.assertEqual("reason" in each, each["verdict"] == "does not apply", each)

    def test_the_picture_has_the_curves_of_theory(self):
        path = self.write("a.jsonl", header(), *records(around(FLOOR), around(1.0)), END)
        self.printed(path, "--plot", self.folder / "a.svg")
        self.assertGreater((self.folder / "a.svg").stat().st_size, 2000)
        from gossamer.figures import draw_theory

        figure = draw_theory([of_cell(cell) for cell in load([path]).cells])
        labels = [axes.get_ylabel() for axes in figure.axes]
        self.assertEqual(labels, ["Consensus distance $\\Gamma$", "Gradient norm", "Distance to optimum",
                                  "$f(\\bar{x}) - f(x^*)$"])
        level = next(line for line in figure.axes[2].lines if len(set(line.get_ydata())) == 1)
        self.assertAlmostEqual(level.get_ydata()[0], math.sqrt(FLOOR))

    def test_misuse_is_one_sentence(self):
        self.assertEqual(outcome(main)[0], 2)
        self.assertIn("nothing to read; expected such as: gossamer theory", outcome(main)[1])
        path = self.write("m.jsonl", {**header(), "moments": True}, *records(around(FLOOR)), END)
        self.assertIn("has exact moments, expected traces of runs beside it", outcome(main, path)[1])
        timing = self.write("t.jsonl", {**header(constants=None), "configuration": {"algorithm": {"kind": "gossip"}}},
                            sample(0), END)
        self.assertIn("No prediction applies.", self.printed(timing))
        self.assertEqual(outcome(main, timing, "--plot", self.folder / "t.png")[0], 2)
        self.assertIn("is empty, expected a trace", outcome(main, self.write("e.jsonl", end=""))[1])
        old = self.write("o.jsonl", HEADER, sample(0), END)
        self.assertIn("the trace has no configuration of the algorithm", self.printed(old))


if __name__ == "__main__":
    unittest.main()
