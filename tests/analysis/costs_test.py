"""Costs of cells whose losses halve every `half` seconds: to 1 they take `half` seconds, to 0.5 twice as long."""

import math
import unittest

from sweeps import HALF, QUARTER, T_OF_TWO, falling, sweep_of

from gossamer.statistics import Costs
from gossamer.sweeps import SweepError

AXES = {"graph": ["ring", "torus"], "H": [1, 4]}
HALVES = {("ring", 1): (1, 1.2), ("ring", 4): (2, 2.4), ("torus", 1): (1, 3), ("torus", 4): (0.5, 0.5)}


def costs(target=HALF, x_name="time", halves=HALVES):
    cells = {labels: [falling(half) for half in each] for labels, each in halves.items()}
    return Costs(sweep_of(AXES, cells, [HALF, QUARTER]), target, x_name)


class CostsTest(unittest.TestCase):
    def test_the_mean_is_geometric_over_seeds(self):
        self.assertAlmostEqual(costs().mean(graph="torus", H=1), math.sqrt(3))
        self.assertAlmostEqual(costs(None).mean(graph="torus", H=1), math.sqrt(3))  # the sweep's first target
        self.assertAlmostEqual(costs(x_name="node_steps").mean(graph="torus", H=1), 10 * math.sqrt(3))

    def test_a_run_that_has_not_reached_the_target_costs_infinitely_much(self):
        found = costs(QUARTER)  # runs end after 4 s, and one would take 6 s
        self.assertEqual((found.mean(graph="torus", H=1), found.reached(graph="torus", H=1)), (math.inf, 0.5))
        self.assertEqual(found.reached(graph="torus", H=4), 1)
        with self.assertRaisesRegex(SweepError, "some run has not reached the target"):
            found.ratio({"graph": "torus", "H": 1}, {"graph": "torus", "H": 4})

    def test_the_best_label_has_the_least_mean(self):
        self.assertEqual((costs().best("H", graph="ring"), costs().best("H", graph="torus")), (1, 4))
        self.assertEqual(costs().best("graph", H=1), "ring")
        late = costs(QUARTER, halves={labels: (9, 9) for labels in HALVES})
        with self.assertRaisesRegex(SweepError, "no run reaches the target at graph = ring"):
            late.best("H", graph="ring")

    def test_ratios_are_paired_by_seed(self):
        found = costs().ratio({"graph": "ring", "H": 4}, {"graph": "ring", "H": 1})
        self.assertAlmostEqual(found.mean, 2)  # with both seeds, so that the interval has no width
        self.assertAlmostEqual(found.low, 2)
        found = costs().ratio({"graph": "torus", "H": 1}, {"graph": "torus", "H": 4})  # 2 and 6
        self.assertAlmostEqual(found.mean, math.sqrt(12))
        self.assertAlmostEqual(math.log(found.high / found.mean), T_OF_TWO * math.log(3) / 2)

    def test_tuning_leaves_the_best_label_of_an_axis(self):
        tuned = costs().tuned("H")
        self.assertEqual([axis.name for axis in tuned.axes], ["graph"])
        self.assertEqual([cell.labels for cell in tuned.cells], [{"graph": "ring"}, {"graph": "torus"}])
        self.assertEqual([(each.value, each.edge, each.runs) for cell in tuned.cells for each in cell.tuned], [(1, True, 4), (4, True, 4)])
        self.assertAlmostEqual(Costs(tuned).mean(graph="torus"), 0.5)

    def test_a_cell_that_reaches_the_target_more_often_is_better_than_one_that_is_faster_once(self):
        halves = {**HALVES, ("torus", 1): (0.1, 9), ("torus", 4): (1.9, 1.9)}
        tuned = costs(QUARTER, halves=halves).tuned("H")
        self.assertEqual(tuned.cells[1].tuned[0].value, 4)

    def test_labels_that_mean_no_cell_or_several_are_refused(self):
        with self.assertRaisesRegex(SweepError, "2 cells have graph = ring; expected one"):
            costs().mean(graph="ring")
        with self.assertRaisesRegex(SweepError, "0 cells have graph = star; expected one"):
            costs().mean(graph="star")


if __name__ == "__main__":
    unittest.main()
