import unittest

from traces import WithFolder

from gossamer.figures.calibration import draw, read, size_text, time_text
from gossamer.support.errors import AnalysisError
from gossamer.support.inputs import open_source

import numpy as np

# Two lines, 2 µs + s / (1 GB/s) up to 4 KiB and 6 µs + s / (2 GB/s) above; every time is 1 % above its line.
SEGMENTS = [{"first_bytes": 1, "last_bytes": 4096, "latency_s": 2e-6, "seconds_per_byte": 1e-9},
            {"first_bytes": 8192, "last_bytes": 65536, "latency_s": 6e-6, "seconds_per_byte": 0.5e-9}]


def message(size):
    line = SEGMENTS[size > 4096]
    fitted = line["latency_s"] + line["seconds_per_byte"] * size
    return {"size_bytes": size, "median_s": 1.01 * fitted, "low_s": fitted, "high_s": 1.1 * fitted, "fitted_s": fitted,
            "exchange_s": 2 * fitted}


FACTS = {"ranks": 2, "mpi": "Open MPI v4.1.4", "segments": SEGMENTS,
         "messages": [message(size) for size in (1, 64, 4096, 8192, 65536)]}


class CalibrationTest(WithFolder):
    def figure(self):
        return draw(FACTS)

    def test_every_segment_is_drawn_over_its_own_sizes_and_the_residuals_are_relative(self):
        times, residuals = self.figure().axes
        lines = [line for line in times.lines if line.get_xdata().size == 100]
        self.assertEqual([(line.get_xdata()[0], round(line.get_xdata()[-1])) for line in lines],
                         [(1, 4096), (8192, 65536)])
        np.testing.assert_allclose(lines[1].get_ydata()[0], 6e-6 + 8192 * 0.5e-9)
        np.testing.assert_allclose(residuals.lines[-1].get_ydata(), [0.01] * 5)

    def test_both_axes_of_the_times_are_logarithmic_and_carry_units(self):
        times, residuals = self.figure().axes
        self.assertEqual((times.get_xscale(), times.get_yscale()), ("log", "log"))
        self.assertEqual([size_text(size) for size in (1, 4096, 3 * 2**20)], ["1 B", "4 KiB", "3 MiB"])
        self.assertEqual([time_text(time) for time in (2, 1e-3, 1e-5, 5e-8)], ["2 s", "1 ms", "10 µs", "50 ns"])

    def test_what_is_no_machine_file_is_one_sentence(self):
        cases = (({"topology": {}}, 'has no "calibration" with messages and segments'),
                 ({"calibration": {**FACTS, "messages": [{"size_bytes": "a", "median_s": 1}]}},
                  '/calibration/messages/0/size_bytes is "a", expected a number of bytes from 1 to 2^63'),
                 ({"calibration": {**FACTS, "segments": [{"first_bytes": 1, "latency_s": 1, "seconds_per_byte": 1}]}},
                  '/calibration/segments/0 has no "last_bytes"'),
                 ({"calibration": {**FACTS, "messages": [{**message(1), "low_s": 9}]}},
                  "/calibration/messages/0: expected low_s <= median_s <= high_s"),
                 ({"calibration": {**FACTS, "messages": [{**message(1), "size_bytes": 1.7e308}]}},
                  "/calibration/messages/0/size_bytes is 1.7e+308, expected a number of bytes from 1 to 2^63"),
                 ({"calibration": {**FACTS, "mpi": ["Open MPI"]}}, "/calibration/mpi is a list, expected a text"),
                 ("{", "machine.json:2: is no JSON"))
        for content, sentence in cases:
            with self.assertRaises(AnalysisError) as caught:
                read(open_source(self.write("machine.json", content), "a machine file"))
            self.assertIn(sentence, str(caught.exception))


if __name__ == "__main__":
    unittest.main()
