import unittest

from traces import HEADER, WithFolder, sample

from table import readable_time, table
from trace import TraceError, read


class TableTest(WithFolder):
    def test_a_row_is_the_first_record_at_which_the_target_is_reached(self):
        trace = read(self.write("a.jsonl", HEADER,
                                sample(0, train_loss=2, sent_bytes_per_node=0, node_steps_per_node=0),
                                sample(1.5, train_loss=0.5, sent_bytes_per_node=2.5e6, node_steps_per_node=40),
                                sample(3, train_loss=0.25, sent_bytes_per_node=5e6, node_steps_per_node=80)))
        lines = table([trace], target=0.5).split("\n")
        self.assertEqual(lines[0].split("  ")[0], "To a training loss of 0.5")
        self.assertEqual(lines[2].split(), ["Ring", "of", "4", "1.50", "s", "2.50", "MB", "40", "0.25"])
        self.assertEqual(len({len(line) for line in lines}), 1)  # columns stand below each other

    def test_a_target_that_is_not_reached_is_said_to_be_so(self):
        trace = read(self.write("a.jsonl", HEADER, sample(0, train_loss=2, sent_bytes_per_node=0,
                                                          node_steps_per_node=0)))
        self.assertEqual(table([trace], target=1).split("\n")[2].split(),
                         ["Ring", "of", "4", "not", "reached", "–", "–", "2"])

    def test_a_trace_without_loss_has_no_row(self):
        trace = read(self.write("a.jsonl", HEADER, sample(0, idle_share=0.5)))
        with self.assertRaisesRegex(TraceError, "no sample has train_loss"):
            table([trace], target=1)

    def test_times_are_given_in_the_unit_that_reads_best(self):
        self.assertEqual([readable_time(s) for s in (0, 5e-6, 0.25, 0.999999, 59, 600, 36000)],
                         ["0 s", "5.00 µs", "250.00 ms", "1.00 s", "59.00 s", "10.00 min", "10.00 h"])


if __name__ == "__main__":
    unittest.main()
