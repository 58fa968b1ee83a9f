"""The sizes of pages that gossamer report writes, and that large ones keep the extremes of their curves."""

import math
import unittest

from report_test import ReportFolder, column
from reports import SPEED, edges_program, records, write_sweep

KILOBYTE = 1000


class ReportSizeTest(ReportFolder):
    def test_a_hundred_curves_a_map_and_a_graph_of_1000_nodes_take_400_kilobytes(self):
        axes = {"latency": ("/network/latency", [f"{2**k} ms" for k in range(10)]),
                "local_steps": ("/algorithm/local_steps", [2**k for k in range(10)])}
        sweep = write_sweep(self.folder / "sweep", axes, (1,), lambda labels: 1 + 0.1 * math.sqrt(labels["local_steps"]), nodes=1000)
        text = self.report(sweep, program=edges_program(self.folder, 1000))
        self.assertLessEqual(len(text.encode()), 400 * KILOBYTE)
        self.assertEqual(sum(cell["curve"] is not None for cell in self.data["cells"]), 100)
        self.assertEqual([graph["nodes"] for graph in self.data["graphs"]], [1000])
        self.assertEqual(len(self.data["maps"][0]["fields"]), 100)

    def test_five_hundred_runs_stay_below_5_megabytes_and_keep_their_extremes(self):
        axes = {"topology": ("/topology", list(SPEED)), "local_steps": ("/algorithm/local_steps", list(range(1, 35)))}
        sweep = write_sweep(self.folder / "sweep", axes, (1, 2, 3, 4, 5), lambda labels: 1 + 0.02 * labels["local_steps"], count=150, nodes=4)
        text = self.report(sweep, program=edges_program(self.folder, 4))
        self.assertLessEqual(len(text.encode()), 5000 * KILOBYTE)
        self.assertEqual(len(self.data["runs"]), 510)
        y = {each["key"]: each["at"] for each in self.data["curves"]["y"]}
        samples = [record for record in records("a run", 1.02, 1, count=150, nodes=4) if record["record"] == "sample"]
        for key in ("train_loss", "consensus_distance"):
            shown = column(self.data["runs"][0]["curve"]["y"][y[key]]["mean"])
            whole = [sample[key] for sample in samples]
            self.assertLess(len(shown), 100)
            self.assertAlmostEqual(shown.max(), max(whole), delta=1e-4 * max(whole))
            self.assertAlmostEqual(shown.min(), min(whole), delta=1e-4 * min(whole))


if __name__ == "__main__":
    unittest.main()
