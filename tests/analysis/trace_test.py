import unittest

from traces import HEADER, WithFolder, sample

from gossamer.support.errors import AnalysisError
from gossamer.traces.trace import read, remark_on_losses


class TraceTest(WithFolder):
    def message(self, path):
        with self.assertRaises(AnalysisError) as caught:
            read(path)
        self.assertNotIn("\n", str(caught.exception))
        return str(caught.exception).replace(f"{self.folder}/", "")

    def test_a_trace_is_read_record_by_record(self):
        path = self.write("a.jsonl", HEADER, sample(0, train_loss=2.5), sample(0.5, train_loss=1.25),
                          {"record": "node", "node": 0, "node_steps": 7},
                          {"record": "end", "reason": "virtual_time", "time_s": 0.5})
        trace = read(path)
        self.assertEqual(trace.title, "Ring of 4")
        self.assertEqual([s["train_loss"] for s in trace.samples], [2.5, 1.25])
        self.assertEqual(trace.nodes[0]["node_steps"], 7)
        self.assertEqual(trace.end["reason"], "virtual_time")
        self.assertIsNone(trace.divergence)

    def test_a_series_holds_the_samples_that_know_both_columns(self):
        trace = read(self.write("a.jsonl", HEADER, sample(0, train_loss=2), sample(1, consensus_distance=3),
                                sample(2, train_loss=1, consensus_distance=4)))
        times, losses = trace.series("time_s", "train_loss")
        self.assertEqual((list(times), list(losses)), ([0, 2], [2, 1]))
        self.assertEqual(trace.series("epochs", "train_loss")[0].size, 0)
        self.assertTrue(trace.has("train_loss", "consensus_distance"))
        self.assertFalse(trace.has("epochs"))

    def test_the_squared_error_of_nodes_is_that_of_their_mean_and_their_spread(self):
        header = {**HEADER, "topology": {"nodes": 4}}
        run = read(self.write("a.jsonl", header, sample(0, distance_to_optimum=3, consensus_distance=2)))
        exact = read(self.write("b.jsonl", header, sample(0, distance_to_optimum_squared=9, consensus_distance=2)))
        self.assertEqual([*run.squared_error(), *exact.squared_error()], [9.5, 9.5])

    def test_the_first_crossing_of_a_target_is_found_between_samples(self):
        trace = read(self.write("a.jsonl", HEADER, sample(0, train_loss=8), sample(0.5), sample(1, train_loss=0.5),
                                sample(2, train_loss=2), sample(3, train_loss=0.25)))
        self.assertEqual(trace.first_at_most("train_loss", 0.5)["time_s"], 1)
        self.assertEqual(trace.first_at_most("train_loss", 9)["time_s"], 0)
        self.assertAlmostEqual(trace.first_at_most("train_loss", 2)["time_s"], 0.5)  # half of a factor of 16 is 4
        self.assertEqual(trace.first_at_most("train_loss", 2)["train_loss"], 2)
        self.assertIsNone(trace.first_at_most("train_loss", 0.1))
        self.assertEqual(trace.first_at_least("train_loss", 1)["time_s"], 0)

    def test_what_is_not_positive_falls_by_the_same_amount_in_equal_times(self):
        trace = read(self.write("a.jsonl", HEADER, sample(0, train_loss=1), sample(4, train_loss=-1)))
        self.assertEqual(trace.first_at_most("train_loss", -0.5)["time_s"], 3)

    def with_shares(self, name, schema, most, node_weights=None, **values):
        """A trace whose nodes hold 2 to `most` samples."""
        partition = {"samples_per_node": {"min": 2, "median": 2, "max": most}}
        if node_weights:
            partition["node_weights"] = node_weights
        return read(self.write(name, {**HEADER, "schema": schema, "partition": partition}, sample(0, **values)))

    def test_the_loss_over_all_samples_is_known_wherever_it_is_the_loss(self):
        old = self.with_shares("old.jsonl", 1, 9, train_loss=2)
        by_samples = self.with_shares("by_samples.jsonl", 2, 9, "samples", train_loss=2)
        equal_shares = self.with_shares("equal.jsonl", 2, 2, "equal", train_loss=2)
        for trace in (old, by_samples, equal_shares):
            self.assertEqual(trace.samples[0]["pooled_train_loss"], 2)
        both = self.with_shares("both.jsonl", 2, 9, "equal", train_loss=2, pooled_train_loss=3)
        self.assertEqual(both.samples[0]["pooled_train_loss"], 3)
        self.assertFalse(read(self.write("none.jsonl", HEADER, sample(0, train_loss=2))).has("pooled_train_loss"))

    def test_losses_that_mean_different_things_get_a_sentence(self):
        old = self.with_shares("old.jsonl", 1, 9, train_loss=2)
        new = self.with_shares("new.jsonl", 2, 9, "equal", train_loss=2, pooled_train_loss=3)
        by_samples = self.with_shares("by_samples.jsonl", 2, 9, "samples", train_loss=2)
        equal_shares = [self.with_shares(f"{schema}.jsonl", schema, 2, train_loss=2) for schema in (1, 2)]
        self.assertEqual(remark_on_losses([new, old]).replace(f"{self.folder}/", ""),
                         "train_loss is the mean over all samples in old.jsonl (schema 1) and the mean of the nodes' "
                         "losses in new.jsonl; pooled_train_loss is the same in both")
        self.assertIn("over all samples in", remark_on_losses([by_samples, new]))
        for alike in ([old, by_samples], [new, new], [old, *equal_shares], [new, *equal_shares]):
            self.assertIsNone(remark_on_losses(alike))

    def test_a_trace_that_was_cut_off_keeps_its_whole_records(self):
        trace = read(self.write("a.jsonl", HEADER, sample(0, train_loss=2), '{"record":"sam', end=""))
        self.assertEqual(len(trace.samples), 1)
        self.assertIsNone(trace.end)

    def test_a_divergence_is_kept(self):
        trace = read(self.write("a.jsonl", HEADER, sample(0, train_loss=2),
                                {"record": "divergence", "time_s": 1, "node": 3, "what": "its model is not finite"}))
        self.assertEqual(trace.divergence["node"], 3)

    def test_what_is_wrong_is_said_in_one_sentence_with_file_and_line(self):
        a_trace = "expected a trace, as `gossamer run` writes it"
        self.assertEqual(self.message(self.folder / "none.jsonl"),
                         "none.jsonl: cannot be read: No such file or directory")
        self.assertEqual(self.message(self.write("a.jsonl", end="")), f"a.jsonl: is empty, {a_trace}")
        self.assertEqual(self.message(self.write("a.jsonl", HEADER, end="")), f"a.jsonl: has no complete line, {a_trace}")
        self.assertEqual(self.message(self.write("a.jsonl", HEADER)),
                         "a.jsonl: holds no sample, so there is nothing to show")

    def test_a_line_that_is_no_record_is_named_with_what_was_expected(self):
        of_a_trace = "expected one record of a trace"
        for line, sentence in (('{"record": "sample", "time_s": }', f"is no JSON (Expecting value at column 32), {of_a_trace}"),
                               ("[" * 100_000, f"is no JSON (nested too deeply), {of_a_trace}"),
                               ('{"record": "sample", "time_s": %s}' % ("1" * 5000),
                                f"is no JSON (an integer of more than 4300 digits), {of_a_trace}"),
                               ('{"record": "sample", "time_s": NaN}', f"is no JSON (NaN is no number in JSON), {of_a_trace}"),
                               ('{"record": "sample", "time_s": 1, "time_s": 2}',
                                f'is no JSON (the key "time_s" twice in one object), {of_a_trace}'),
                               ('{"record": "sample", "time_s": 1e400}', "/time_s is Infinity, expected a number"),
                               ('{"record": "sample", "time_s": %s}' % ("1" * 400),
                                "/time_s is an integer of too many digits, expected a number"),
                               (sample(0, train_loss=None), "/train_loss is null, expected a number"),
                               (sample(0, train_loss={"a": 1}), "/train_loss is an object, expected a number"),
                               (sample(0, train_loss="\x1b[31m" + "a" * 500),
                                '/train_loss is "\\u001b[31m' + "a" * 68 + "…, expected a number"),
                               ({"record": "sample", "train_loss": 1}, 'has no "time_s"'),
                               ({"record": "node", "computing_s": "1"}, '/computing_s is "1", expected a number'),
                               ({"record": "end", "totals": []}, "/totals is an empty list, expected an object"),
                               ({"record": "event"},
                                'unknown record "event", expected one of: sample, node, divergence, end'),
                               (HEADER, "a second header; expected one trace in a file"),
                               (sample(-1), "time_s is -1, less than in the sample before; have two runs written one file?"),
                               ("[1, 2]", 'has no "record", expected an object such as {"record":"sample",…}')):
            self.assertEqual(self.message(self.write("a.jsonl", HEADER, sample(0), line)), f"a.jsonl:3: {sentence}")

    def test_a_header_that_cannot_be_used_is_named(self):
        for header, sentence in ((sample(0), 'the first record is "sample", expected "header"'),
                                 ({**HEADER, "schema": 3}, "schema 3, expected 1 or 2; a newer version of Gossamer wrote it"),
                                 ({**HEADER, "schema": True}, "schema true, expected 1 or 2"),
                                 ({**HEADER, "schema": [1]}, "schema a list, expected 1 or 2"),
                                 ({**HEADER, "title": 7}, "/title is 7, expected a text"),
                                 ({**HEADER, "warnings": "none"}, '/warnings is "none", expected a list'),
                                 ({**HEADER, "partition": {"samples_per_node": {"min": 1}}},
                                  '/partition/samples_per_node has no "max"')):
            self.assertEqual(self.message(self.write("a.jsonl", header, sample(0))), f"a.jsonl:1: {sentence}")

    def test_marks_of_windows_editors_do_not_matter(self):
        path = self.folder / "a.jsonl"
        path.write_bytes(b"\xef\xbb\xbf" + self.write("b.jsonl", HEADER, sample(0, train_loss=2)).read_bytes()
                         .replace(b"\n", b"\r\n"))
        self.assertEqual(read(path).samples[0]["train_loss"], 2)


if __name__ == "__main__":
    unittest.main()
