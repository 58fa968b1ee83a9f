"""Losses of 2 that halve every `half` seconds, with 10 node-steps a second, at the times of slower networks."""

import unittest

from sweeps import HALF, falling, sweep_of

from gossamer.statistics import Costs
from gossamer.sweeps import SweepError, retimed


def training(**quantities):
    return sweep_of({"H": [1, 4]}, {(1,): [falling(1, **quantities), falling(1.2, **quantities)], (4,): [falling(9), falling(2)]})


def timing(labels=(1, 4), seeds=1, every=0.5, end=4):
    """A network on which a node-step takes ten times as long as in the training, and one on which it takes 10 H times."""
    def slower(factor):
        return [falling(1, end=end * factor, every=every * factor, node_steps_per_node=lambda t: 10 * t / factor)] * seeds

    cells = {(H, network): slower(10 * (H if network == "H" else 1)) for H in labels for network in ("10", "H")}
    return sweep_of({"H": [1, 4], "network": ["10", "H"]}, cells, [])


class RetimedTest(unittest.TestCase):
    def test_a_target_takes_the_time_that_its_node_steps_take_on_the_network(self):
        found = retimed(training(), timing())
        costs = Costs(found)
        self.assertEqual([axis.name for axis in found.axes], ["H", "network"])
        self.assertEqual(found.targets, [HALF])
        # The loss is 1 after `half` seconds of the training: 10 or 12 node-steps, and 20.
        by_seed = costs.by_seed(costs.cell(H=1, network="10"))
        self.assertAlmostEqual(by_seed[1], 10)
        self.assertAlmostEqual(by_seed[2], 12)
        self.assertAlmostEqual(costs.by_seed(costs.cell(H=4, network="H"))[2], 80)

    def test_a_run_that_does_not_reach_the_target_is_censored_at_its_end_on_the_network(self):
        found = retimed(training(), timing())
        costs = Costs(found)
        self.assertEqual(costs.reached(H=4, network="H"), 0.5)
        run, = (run for cell in found.cells if cell.labels == {"H": 4, "network": "H"} for run in cell.runs if run.seed == 1)
        self.assertAlmostEqual(run.trace.samples[-1]["time_s"], 160)  # 4 s of the training, 40 times as long
        self.assertEqual(run.status, "done")

    def test_targets_are_also_reached_from_below(self):
        sweep = training(train_accuracy=lambda t: min(1, t / 4))
        sweep.targets = [type(HALF)("train_accuracy", 0.5)]
        self.assertAlmostEqual(Costs(retimed(sweep, timing((1,)))).mean(H=1, network="H"), 20)

    def test_times_are_interpolated_where_records_are_at_other_node_steps(self):
        costs = Costs(retimed(training(), timing(every=2)))  # at 0, 20 and 40 node-steps
        self.assertAlmostEqual(costs.by_seed(costs.cell(H=1, network="10"))[2], 12)

    def test_only_samples_around_the_crossing_are_kept_and_the_last(self):
        cell = retimed(training(), timing()).cells[0]
        self.assertEqual([sample["node_steps_per_node"] for sample in cell.runs[0].trace.samples], [5, 10, 40])

    def test_what_has_no_counterpart_is_refused(self):
        with self.assertRaisesRegex(SweepError, "no run of the training has 7, 10, expected one cell for it"):
            retimed(training(), timing((7,)))
        with self.assertRaisesRegex(SweepError, "1, 10: 2 runs give times, expected one"):
            retimed(training(), timing(seeds=2))
        with self.assertRaisesRegex(SweepError, "has made 40 node-steps, and its counterpart with times 30; expected as many"):
            retimed(training(), timing(end=3))


if __name__ == "__main__":
    unittest.main()
