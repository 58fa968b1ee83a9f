"""`gossamer advise` end to end: its forecasts against the runs that it makes. Starts the program that GOSSAMER names."""

import contextlib
import io
import json
import os
import unittest

from traces import WithFolder

from gossamer.commands.advise import main

PROGRAM = os.environ.get("GOSSAMER", "gossamer")
EXPERIMENT = {
    "title": "Advice", "seed": 1, "numerics": "float64", "topology": {"kind": "ring", "nodes": 8},
    "model": {"kind": "quadratic", "dimension": 20, "mu": 1, "L": 1, "gradient_spread": 0, "noise": 0.1},
    "algorithm": {"kind": "d_psgd", "step_size": 0.1},
    "network": {"kind": "alpha_beta", "latency": "20 ms", "bandwidth": "1 Gbit/s"},
    "compute": {"kind": "constant", "step": "10 ms"}, "stop": {"node_steps": 400},
    "record": {"every_node_steps": 1, "nodes": "none"}}


class AdviseRunsTest(WithFolder):
    def test_the_best_choices_take_about_as_long_as_predicted(self):
        file, out = self.folder / "a.json", io.StringIO()
        file.write_text(json.dumps(EXPERIMENT))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()) as err:
            code = main([str(file), "--target", "train_loss=-9", "--seeds", "1", "-o", str(self.folder / "advice"), "--json",
                         "--program", PROGRAM])
        self.assertEqual(code, 0, err.getvalue())
        answer = json.loads(out.getvalue())
        predicted = {each["choice"]: each["seconds"] for each in answer["forecasts"] if "seconds" in each}
        self.assertEqual(len(answer["measured"]), 5)
        for run in answer["measured"]:
            ratio = run["seconds"]["1"] / predicted[run["choice"]]
            self.assertTrue(0.8 < ratio < 1.25, f"{run['choice']}: {ratio}")
        self.assertEqual(answer["disagreements"], [])


if __name__ == "__main__":
    unittest.main()
