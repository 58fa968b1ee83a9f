import pathlib
import unittest
import unittest.mock

import numpy as np
from traces import HEADER, WithFolder, sample

from gossamer.support.errors import AnalysisError
from gossamer.traces.records import COUNTS, Records
from gossamer.traces.trace import TraceError, read

ROOT = pathlib.Path(__file__).resolve().parents[2]


def has(module):
    try:
        __import__(module)
    except ImportError:
        return False
    return True


class RecordsTest(WithFolder):
    def trace(self, name="a.jsonl"):
        header = {**HEADER, "topology": {"nodes": 2}, "configuration": {"algorithm": {"kind": "d_psgd"}}}
        return read(self.write(name, header, sample(0, node_steps=0, train_loss=4), sample(0.5, node_steps=6),
                               sample(1, node_steps=12, train_loss=1, sent_bytes_per_node=80),
                               {"record": "node", "node": 0, "node_steps": 5, "idle_s": 0.5},
                               {"record": "node", "node": 1, "node_steps": 7, "idle_s": 0},
                               {"record": "end", "reason": "node_steps", "time_s": 1}))

    def test_columns_are_arrays_that_are_made_once_and_cannot_be_written(self):
        samples = self.trace().samples
        losses = samples["train_loss"]
        np.testing.assert_array_equal(losses, [4, np.nan, 1])
        self.assertIs(samples["train_loss"], losses)
        with self.assertRaises(ValueError):
            losses[0] = 0
        self.assertEqual(samples.keys(), ["time_s", "node_steps", "train_loss", "sent_bytes_per_node"])
        with self.assertRaises(KeyError):
            samples["test_loss"]

    def test_rows_stay_dicts_with_the_keys_of_their_lines(self):
        trace = self.trace()
        self.assertEqual(trace.samples[1], {"time_s": 0.5, "node_steps": 6})
        self.assertEqual([node["node_steps"] for node in trace.nodes], [5, 7])
        self.assertEqual(len(trace.samples[1:]), 2)

    def test_counts_are_integers_where_all_records_have_them_and_measures_are_not(self):
        samples = Records([{"time_s": 0, "messages": 3}, {"time_s": 1, "messages": 4, "lost_messages": 1}])
        self.assertEqual([samples[key].dtype for key in samples.keys()], [float, np.int64, float])
        self.assertEqual(Records([{"messages": 2**63}])["messages"].dtype, float)  # beyond int64

    def test_counts_are_those_that_the_trace_writer_writes_as_counts(self):
        text = (ROOT / "experiments" / "trace" / "trace.cpp").read_text()
        of_records = text[text.index("void append("):text.index("divergence.time")]  # samples and nodes
        names = {part.partition('"')[0] for part in of_records.split('count("')[1:]}
        self.assertEqual(names, COUNTS)

    def test_a_table_is_one_structured_array(self):
        table = self.trace().nodes.to_numpy()
        self.assertEqual(table.dtype.names, ("node", "node_steps", "idle_s"))
        self.assertEqual(table[1].tolist(), (1, 7, 0.0))

    def test_models_lie_beside_the_trace_and_are_not_copied(self):
        trace = self.trace()
        with self.assertRaisesRegex(TraceError, "a.jsonl: has no models beside it, expected .*a.npy, as `gossamer run --mod"):
            _ = trace.models
        np.save(self.folder / "a.npy", np.ones((3, 4)))
        with self.assertRaisesRegex(TraceError, r"a.npy: has the shape \(3, 4\), expected one row for each of 2 nodes"):
            _ = self.trace().models
        np.save(self.folder / "a.npy", np.arange(8.0).reshape(2, 4))
        models = self.trace().models
        self.assertIsInstance(models.base, np.memmap)
        self.assertEqual(models[1, 3], 7)

    def test_a_trace_is_shown_on_one_line(self):
        self.assertEqual(repr(self.trace()), "<Trace 'Ring of 4': 3 samples, 2 nodes, node_steps at 1.00 s>")
        self.assertEqual(repr(read(self.write("b.jsonl", HEADER, sample(0)))),
                         "<Trace 'Ring of 4': 1 samples, 0 nodes, cut off>")

    @unittest.skipUnless(has("pandas"), "needs Debian's python3-pandas")
    def test_a_data_frame_is_tidy(self):
        frame = self.trace().to_pandas()
        self.assertEqual(list(frame.columns), self.trace().samples.keys())
        self.assertEqual(frame["node_steps"].tolist(), [0, 6, 12])
        self.assertEqual(frame["train_loss"].isna().tolist(), [False, True, False])
        self.assertEqual(frame.attrs, {"title": "Ring of 4", "seed": 1})
        self.assertEqual(self.trace().nodes_to_pandas()["idle_s"].tolist(), [0.5, 0])

    @unittest.skipUnless(has("xarray"), "needs Debian's python3-xarray")
    def test_a_data_set_has_samples_nodes_and_models(self):
        np.save(self.folder / "a.npy", np.arange(8.0).reshape(2, 4))
        found = self.trace().to_xarray()
        self.assertEqual(dict(found.sizes), {"time_s": 3, "node": 2, "parameter": 4})
        self.assertEqual(float(found["train_loss"].sel(time_s=1)), 1)
        self.assertEqual(float(found["node_steps_of_node"].sel(node=1)), 7)
        self.assertEqual((found["idle_s_of_node"].units, found["sent_bytes_per_node"].units), ("s", "B"))
        self.assertEqual(float(found["models"].sel(node=1)[3]), 7)
        self.assertEqual(found.attrs["title"], "Ring of 4")

    def test_packages_that_are_absent_are_named(self):
        absent = {"pandas": None, "xarray": None}  # as if they could not be imported
        with unittest.mock.patch.dict("sys.modules", absent):
            with self.assertRaisesRegex(AnalysisError, "cannot load pandas: .*; Debian has it in python3-pandas"):
                self.trace().to_pandas()
            with self.assertRaisesRegex(AnalysisError, "Debian has it in python3-xarray"):
                self.trace().to_xarray()


if __name__ == "__main__":
    unittest.main()
