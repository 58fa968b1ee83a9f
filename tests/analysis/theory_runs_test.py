"""`gossamer theory` on runs that the program makes with their constants. Starts the program that GOSSAMER names."""

import contextlib
import io
import json
import os
import subprocess
import unittest

from traces import WithFolder

from gossamer.commands.theory import main

PROGRAM = os.environ.get("GOSSAMER", "gossamer")
RING, STAR = {"kind": "ring", "nodes": 8}, {"kind": "star", "nodes": 9, "center": 8}
EQUAL = {"kind": "quadratic", "dimension": 40, "mu": 0.5, "L": 1, "gradient_spread": 0, "noise": 1}
DIFFERENT = {"kind": "quadratic", "dimension": 40, "mu": 1, "L": 1}
APART = {"initial": {"kind": "normal", "stddev": 1, "per_node": True}}
CLOCKS = {"kind": "exponential", "mean": "1 s"}
FREE = {"kind": "alpha_beta", "latency": "0 s", "bandwidth": "1 Tbit/s", "payload": "1 B"}
BASE = {"numerics": "float64", "topology": RING, "model": EQUAL, "algorithm": {"kind": "d_psgd", "step_size": 0.1},
        "stop": {"node_steps": 2000}, "record": {"every_node_steps": 10, "nodes": "none"}}
LOGISTIC = {"kind": "logistic_regression", "l2": 0.01, "batch_size": "full",
            "data": {"kind": "synthetic_classification", "samples": 400, "features": 5}}
EACH = {"every_node_steps": 2, "nodes": "none"}


class TheoryRunsTest(WithFolder):
    def verdicts(self, *changes):
        """The verdicts of the predictions that apply to a run, or to several beside each other; none is violated."""
        traces = []
        for number, change in enumerate(changes or ({},)):
            file, trace = self.folder / f"{number}.json", self.folder / f"{number}.jsonl"
            file.write_text(json.dumps({key: value for key, value in {**BASE, **change}.items() if value is not None}))
            done = subprocess.run([PROGRAM, "run", str(file), "--theory", "--quiet", "--force", "--threads", "1", "--out",
                                   str(trace)],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            traces.append(str(trace))
        with contextlib.redirect_stdout(io.StringIO()) as out:
            self.assertEqual(main([*traces, "--json"]), 0)
        cells = json.loads(out.getvalue())["cells"]
        rows = [row for cell in cells for row in cell["predictions"]]
        self.assertEqual([row for row in rows if row["verdict"] == "violated"], [])
        self.assertEqual([row["reason"] for row in rows if "run again" in row.get("reason", "")], [])
        return {row["quantity"]: row["verdict"] for row in rows if row["verdict"] != "does not apply"}

    def assert_all(self, expected, found):
        for quantity in expected:
            self.assertIn(found.get(quantity), ("agrees", "within the bound"), quantity)

    def test_noise_around_a_minimum(self):
        expected = ("stationary E ‖x̄ − x*‖²", "stationary E f(x̄) − f*", "stationary E Γ of D-PSGD",
                    "stationary (1/n) Σ E ‖x_i − x*‖²",
                    "linear speed-up: the variance of one node over that of the mean of n",
                    "mean over the run of E ‖∇f(x̄)‖²",
                    "seconds of a round of D-PSGD", "bytes that a node sends")
        for form in ("awc", "atc", "cta"):
            self.assert_all(expected, self.verdicts({"algorithm": {"kind": "d_psgd", "step_size": 0.1, "form": form}}))

    def test_seeds_that_draw_other_objectives(self):
        found = self.verdicts(*({"seed": seed} for seed in (1, 2, 3)))
        self.assert_all(("stationary E f(x̄) − f*", "mean over the run of E ‖∇f(x̄)‖²"), found)

    def test_different_nodes_without_noise(self):
        found = self.verdicts({"model": DIFFERENT, "stop": {"node_steps": 400}, "record": EACH})
        self.assert_all(("share of ‖x̄ − x*‖² that is left", "factor of ‖x̄ − x*‖ in a step",
                         "stationary Γ of different nodes without noise",
                         "stationary Γ of different nodes without noise (by the smallest gain)"), found)

    def test_exact_methods(self):
        for algorithm, block in (("nids", RING), ("gradient_tracking", RING), ("scaffold", STAR)):
            steps = {"local_steps": 4} if algorithm == "scaffold" else {}
            found = self.verdicts({"model": {**DIFFERENT, "hessian_spread": 0.5}, "topology": block, "record": EACH,
                                   "algorithm": {"kind": algorithm, "step_size": 0.1, **steps}})
            self.assert_all(("share of the squared error that an exact method leaves",), found)
        # The slowest mode is alone in the long run, if its neighbors are far enough.
        found = self.verdicts({"model": {**DIFFERENT, "dimension": 1}, "topology": {"kind": "complete", "nodes": 8},
                               "record": EACH,
                               "algorithm": {"kind": "nids", "step_size": 0.3}, "stop": {"node_steps": 120}})
        self.assert_all(("factor of the error of all models in a round",), found)

    def test_averaging_alone(self):
        gossip = {"model": {**EQUAL, **APART}, "stop": {"node_steps": 100}, "record": {"every_node_steps": 1,
                                                                                       "nodes": "none"}}
        found = self.verdicts({**gossip, "algorithm": {"kind": "gossip"}})
        self.assert_all(("largest factor of √Γ in a round", "factor of √Γ in a round, in the long run"), found)
        lazy = {"kind": "choco_gossip", "compressor": {"kind": "identity"}, "consensus_step": 0.5}
        self.assert_all(("factor of √Γ in a round of CHOCO-Gossip without compression",),
                        self.verdicts({**gossip, "algorithm": lazy}))
        found = self.verdicts({**gossip, "algorithm": {"kind": "randomized_gossip"}, "compute": CLOCKS, "network": FREE,
                               "stop": {"virtual_time": "60 s"}, "record": {"every": "1 s", "nodes": "none"}})
        self.assert_all(("factor of E Γ in an interaction", "interactions over those of n Poisson clocks"), found)

    def test_gradient_descent_on_a_logistic_loss(self):
        found = self.verdicts({"model": LOGISTIC, "algorithm": {"kind": "all_reduce_sgd", "step_size": 0.5}, "record": EACH,
                               "stop": {"node_steps": 400}})
        self.assert_all(("largest factor of f(x) − f* in a step of gradient descent",
                         "f(x) − f* at the end of gradient descent",
                         "seconds of a step of synchronous SGD"), found)

    def test_pairs_on_noise(self):
        found = self.verdicts({"topology": {"kind": "complete", "nodes": 16}, "model": {**EQUAL, "mu": 0.01, "L": 0.01},
                               "algorithm": {"kind": "swarm_sgd", "local_steps": 1, "step_size": 0.1},
                               "compute": CLOCKS, "network": FREE,
                               "stop": {"virtual_time": "8000 s"}, "record": {"every": "8 s", "nodes": "none"}})
        self.assert_all(("stationary E Γ of pairs on noise alone",
                         "stationary E Γ of pairs on noise alone, any regular graph",
                         "largest E Γ of SwarmSGD", "interactions over those of n Poisson clocks",
                         "seconds of a node-step of asynchronous pairwise methods"), found)

    def test_times_without_a_model(self):
        timing = {"numerics": "off", "model": None, "network": FREE, "compute": CLOCKS}
        found = self.verdicts({**timing, "topology": STAR, "algorithm": {"kind": "k_sync", "gradients": 3},
                               "stop": {"virtual_time": "2000 s"},
                               "record": {"every": "20 s", "nodes": "none"}})
        self.assert_all(("seconds of an update of the K-sync family",), found)
        equal = {"kind": "constant", "step": "10 ms"}
        found = self.verdicts({**timing, "compute": equal, "network": {**FREE, "latency": "2 ms", "all_reduce": "ring"},
                               "topology": {"kind": "complete", "nodes": 8}, "algorithm": {"kind": "local_sgd",
                                                                                           "averaging_period": 4}})
        self.assert_all(("seconds of a step of local SGD", "speed-up of local SGD over synchronous SGD in time"), found)
        found = self.verdicts({**timing, "compute": equal, "network": {**FREE, "latency": "8 ms", "all_reduce": "ring"},
                               "topology": {"kind": "complete", "nodes": 8}, "algorithm": {"kind": "cocod_sgd",
                                                                                           "averaging_period": 2}})
        self.assert_all(("seconds of a step with overlapped all-reduces",), found)

    def test_periods_and_synchronous_runs_beside_each_other(self):
        local = [{"algorithm": {"kind": "local_sgd", "averaging_period": period, "step_size": 0.1},
                  "topology": {"kind": "complete", "nodes": 8}}
                 for period in (1, 4, 16)]
        self.assert_all(("best averaging period H at the end of the run",), self.verdicts(*local))
        # With step sizes so small gossip is no worse than the mean from the start.
        few = {"model": {**EQUAL, "mu": 1}, "stop": {"node_steps": 4000}, "topology": {"kind": "complete", "nodes": 8}}
        self.assert_all(("steps until the error is below twice that of synchronous SGD",), self.verdicts(
            {**few, "algorithm": {"kind": "d_psgd", "step_size": 0.01, "form": "atc"}}, {**few, "algorithm": {
                "kind": "all_reduce_sgd", "step_size": 0.01}}))


if __name__ == "__main__":
    unittest.main()
