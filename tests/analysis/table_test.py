import contextlib
import io
import unittest

from traces import HEADER, WithFolder, sample

from gossamer.commands.table import goal, main, table
from gossamer.support.errors import AnalysisError
from gossamer.support.wording import readable_time
from gossamer.traces import read


class TableTest(WithFolder):
    def test_a_record_that_has_the_target_is_the_row(self):
        trace = read(self.write("a.jsonl", HEADER,
                                sample(0, train_loss=2, sent_bytes_per_node=0, node_steps_per_node=0),
                                sample(1.5, train_loss=0.5, sent_bytes_per_node=2.5e6, node_steps_per_node=40),
                                sample(3, train_loss=0.25, sent_bytes_per_node=5e6, node_steps_per_node=80)))
        lines = table([trace], goal("loss", 0.5)).split("\n")
        self.assertEqual(lines[0].split("  ")[0], "To a training loss of 0.5")
        self.assertEqual(lines[2].split(), ["Ring", "of", "4", "1.50", "s", "2.50", "MB", "40", "0.25"])
        self.assertEqual(len({len(line) for line in lines}), 1)  # columns stand below each other

    def test_a_crossing_between_two_records_is_interpolated_in_the_logarithm_of_a_loss(self):
        # From 1 to 1/4 by the same factor in equal times: 1/2 lies in the middle.
        trace = read(self.write("a.jsonl", HEADER,
                                sample(1, train_loss=1, sent_bytes_per_node=1e6, node_steps_per_node=10),
                                sample(3, train_loss=0.25, sent_bytes_per_node=2e6, node_steps_per_node=40)))
        self.assertEqual(table([trace], goal("loss", 0.5)).split("\n")[2].split(),
                         ["Ring", "of", "4", "2.00", "s", "1.50", "MB", "25", "0.25"])

    def test_an_accuracy_is_that_of_the_test_where_there_is_one_and_interpolated_as_it_is(self):
        # From 40 % to 80 % in 4 s: 70 % after 3 s, 3/4 of the way. Training is further.
        records = [sample(0, test_accuracy=0.4, train_accuracy=1, sent_bytes_per_node=0, node_steps_per_node=0),
                   sample(4, test_accuracy=0.8, train_accuracy=1, sent_bytes_per_node=4e6, node_steps_per_node=20)]
        trace = read(self.write("a.jsonl", HEADER, *records))
        lines = table([trace], goal("accuracy", 0.7)).split("\n")
        self.assertEqual(lines[0].split("  ")[0], "To an accuracy of 70 %")
        self.assertEqual(lines[2].split(), ["Ring", "of", "4", "3.00", "s", "3.00", "MB", "15", "80", "%"])
        for record in records:
            del record["test_accuracy"]
        trained = read(self.write("b.jsonl", HEADER, *records))
        self.assertEqual(table([trained], goal("accuracy", 0.7)).split("\n")[2].split()[3:5], ["0", "s"])

    def test_targets_of_own_models_are_met_by_their_mean(self):
        records = [sample(t, local_train_loss_mean=loss, local_train_loss_worst=9, local_train_loss_best=0,
                          local_test_accuracy_mean=accuracy, sent_bytes_per_node=0, node_steps_per_node=0)
                   for t, loss, accuracy in ((0, 4, 0.25), (2, 1, 0.75))]
        path = self.write("a.jsonl", HEADER, *records)
        self.assertEqual(table([read(path)], goal("local_loss", 2)).split("\n")[2].split()[3:5], ["1.00", "s"])
        self.assertEqual(table([read(path)], goal("local_accuracy", 0.5)).split("\n")[2].split()[3:5], ["1.00", "s"])
        with contextlib.redirect_stdout(io.StringIO()) as out:
            self.assertEqual(main([str(path), "--target-local-accuracy", "0.9"]), 0)
        self.assertIn("not reached", out.getvalue())

    def test_what_made_a_run_void_is_told_beside_its_row(self):
        path = self.write("a.jsonl", {**HEADER, "warnings": ["/record: no record is due before the run ends"]},
                          sample(0, train_loss=2, sent_bytes_per_node=0, node_steps_per_node=0))
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as err:
            self.assertEqual(main([str(path), "--target-loss", "1"]), 0)
        self.assertEqual(err.getvalue(), f"{path}: warning: /record: no record is due before the run ends\n")

    def test_a_target_that_is_not_reached_is_said_to_be_so(self):
        trace = read(self.write("a.jsonl", HEADER, sample(0, train_loss=2, sent_bytes_per_node=0,
                                                          node_steps_per_node=0)))
        self.assertEqual(table([trace], goal("loss", 1)).split("\n")[2].split(),
                         ["Ring", "of", "4", "not", "reached", "–", "–", "2"])

    def test_a_trace_without_loss_has_no_row(self):
        trace = read(self.write("a.jsonl", HEADER, sample(0, idle_share=0.5)))
        with self.assertRaisesRegex(AnalysisError, "no sample has train_loss"):
            table([trace], goal("loss", 1))

    def test_times_are_given_in_the_unit_that_reads_best(self):
        self.assertEqual([readable_time(s) for s in (0, 5e-6, 0.25, 0.999999, 59, 600, 36000)],
                         ["0 s", "5.00 µs", "250.00 ms", "1.00 s", "59.00 s", "10.00 min", "10.00 h"])


if __name__ == "__main__":
    unittest.main()
