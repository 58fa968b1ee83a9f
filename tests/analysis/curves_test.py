import unittest

from traces import HEADER, WithFolder, legend_names, sample

from gossamer.figures.curves import draw
from gossamer.figures.curves import legend_names as names_of
from gossamer.quantities import X, Y, is_logarithmic, scaled
from gossamer.traces import TraceError, read

import numpy as np


class CurvesTest(WithFolder):
    def trace(self, name="a.jsonl", title="Ring of 4", **values):
        """Three samples, 30 ms apart; each value is a list of three."""
        records = [sample(0.03 * k, **{key: column[k] for key, column in values.items()}) for k in range(3)]
        return read(self.write(name, {**HEADER, "title": title}, *records))

    def figure(self, *traces, **options):
        return draw(list(traces), **options)

    def test_loss_and_consensus_distance_are_drawn_over_virtual_time_with_units(self):
        figure = self.figure(self.trace(train_loss=[2, 1, 0.5], consensus_distance=[0, 4, 2]))
        loss, consensus = figure.axes
        np.testing.assert_allclose(loss.lines[0].get_xdata(), [0, 30, 60])
        np.testing.assert_allclose(loss.lines[0].get_ydata(), [2, 1, 0.5])
        self.assertEqual(loss.get_ylabel(), "Training loss")
        self.assertEqual(consensus.get_xlabel(), "Virtual time (ms)")
        self.assertEqual(consensus.get_yscale(), "log")
        np.testing.assert_allclose(consensus.lines[0].get_ydata(), [4, 2])  # the logarithm of 0 is left out

    def test_test_accuracy_gets_a_third_panel_where_it_is_known(self):
        figure = self.figure(self.trace(train_loss=[2, 1, 1], consensus_distance=[1, 4, 2],
                                        test_accuracy=[0.1, 0.5, 0.9]))
        self.assertEqual([axes.get_ylabel() for axes in figure.axes],
                         ["Training loss", "Consensus distance $\\Gamma$", "Test accuracy"])

    def test_models_that_are_equal_up_to_rounding_leave_the_panel_to_the_others(self):
        equal = self.trace("a.jsonl", "Equal", train_loss=[2, 1, 1], consensus_distance=[0, 1e-12, 2e-12])
        apart = self.trace("b.jsonl", "Apart", train_loss=[2, 1, 1], consensus_distance=[0, 4, 2])
        loss, consensus = self.figure(equal, apart).axes
        self.assertEqual([line.get_xdata().size for line in loss.lines], [3, 3])
        self.assertEqual([line.get_xdata().size for line in consensus.lines], [0, 2])
        self.assertEqual([text.get_text() for text in consensus.texts], ["Equal: 0 up to rounding"])
        alone = self.figure(equal).axes[1]  # nothing to compare with
        self.assertEqual([line.get_xdata().size for line in alone.lines], [2])

    def test_rounding_at_the_start_is_not_drawn_but_a_decay_is(self):
        start = self.trace("a.jsonl", train_loss=[2, 1, 1], consensus_distance=[1e-9, 4, 2])
        np.testing.assert_allclose(self.figure(start).axes[1].lines[0].get_ydata(), [4, 2])
        decay = self.trace("b.jsonl", train_loss=[2, 1, 1], consensus_distance=[4, 1e-6, 1e-12])
        np.testing.assert_allclose(self.figure(decay).axes[1].lines[0].get_ydata(), [4, 1e-6, 1e-12])

    def test_own_models_are_a_line_for_their_mean_in_a_band_from_the_best_to_the_worst(self):
        trace = self.trace(train_loss=[2, 1, 1], local_train_loss_mean=[2, 1.5, 1.25],
                           local_train_loss_worst=[2, 1.75, 1.5], local_train_loss_best=[2, 1.25, 1.125])
        axes = self.figure(trace, y_names=["local_loss"]).axes[0]
        np.testing.assert_allclose(axes.lines[0].get_ydata(), [2, 1.5, 1.25])
        edges = axes.collections[0].get_paths()[0].vertices
        for x, low, high in ((0, 2, 2), (30, 1.25, 1.75), (60, 1.125, 1.5)):
            at = edges[np.isclose(edges[:, 0], x), 1]
            self.assertEqual((at.min(), at.max()), (low, high))
        self.assertEqual(axes.get_ylabel(), "Training loss of own models")

    def test_numbers_at_the_edge_of_floats_are_drawn_without_an_error(self):
        most = 1.7976931348623157e308
        for key in ("idle_share", "train_loss", "consensus_distance"):
            for values in ([most, 0, -most], [5e-324, 1, most], [most] * 3, [-most] * 3):
                self.figure(self.trace(**{key: values})).canvas.draw()

    def test_a_run_without_numerics_shows_its_idle_share(self):
        figure = self.figure(self.trace(idle_share=[0, 0.5, 0.25]))
        self.assertEqual([axes.get_ylabel() for axes in figure.axes], ["Idle share"])

    def test_lines_of_several_traces_differ_in_color_and_style_and_carry_their_titles(self):
        traces = [self.trace(f"{k}.jsonl", f"Run {k}", train_loss=[2, 1, 1]) for k in range(5)]
        figure = self.figure(*traces)
        axes = figure.axes[0]
        self.assertEqual(len({line.get_color() for line in axes.lines}), 5)
        self.assertEqual(len({str(line.get_linestyle()) + str(line._dash_pattern) for line in axes.lines}), 5)
        self.assertEqual(legend_names(figure), [f"Run {k}" for k in range(5)])

    def test_equal_titles_are_told_apart_by_their_files(self):
        traces = [self.trace("a.jsonl", train_loss=[2, 1, 1]), self.trace("b.jsonl", train_loss=[2, 1, 1])]
        self.assertEqual(names_of(traces), ["Ring of 4 (a)", "Ring of 4 (b)"])

    def test_scales_fit_the_largest_value(self):
        self.assertEqual(scaled(X["time"], 2e-6), (1e-6, "µs"))
        self.assertEqual(scaled(X["time"], 0.5), (1e-3, "ms"))
        self.assertEqual(scaled(X["time"], 60), (1, "s"))
        self.assertEqual(scaled(X["time"], 600), (60, "min"))
        self.assertEqual(scaled(X["time"], 86400), (3600, "h"))
        self.assertEqual(scaled(X["bytes"], 31400), (1e3, "kB"))
        self.assertEqual(scaled(X["bytes"], 2e9), (1e9, "GB"))
        self.assertEqual(scaled(X["node_steps"], 5000), (1, ""))

    def test_the_axis_is_logarithmic_where_positive_values_span_more_than_a_factor_of_20(self):
        self.assertTrue(is_logarithmic(Y["loss"], np.array([21, 1])))
        self.assertFalse(is_logarithmic(Y["loss"], np.array([19, 1])))
        self.assertFalse(is_logarithmic(Y["loss"], np.array([21, 1, -1])))
        self.assertFalse(is_logarithmic(Y["test_accuracy"], np.array([1, 0.01])))
        self.assertFalse(is_logarithmic(Y["consensus"], np.array([0, 0])))

    def test_the_x_axis_can_show_bytes_steps_and_epochs(self):
        trace = self.trace(train_loss=[2, 1, 1], sent_bytes_per_node=[0, 1000, 2000], epochs=[0, 1, 2],
                           node_steps_per_node=[0, 10, 20])
        for name, label in (("bytes", "Sent per node (kB)"), ("node_steps", "Node-steps per node"),
                            ("epochs", "Epochs")):
            self.assertEqual(self.figure(trace, x_name=name).axes[-1].get_xlabel(), label)

    def test_what_no_sample_knows_cannot_be_drawn(self):
        trace = self.trace(train_loss=[2, 1, 1])
        with self.assertRaisesRegex(TraceError, "a.jsonl: no sample has epochs, which the x axis shows"):
            draw([trace], x_name="epochs")
        with self.assertRaisesRegex(TraceError, "no sample has distance_to_optimum, which --y distance shows"):
            draw([trace], y_names=["distance"])

    def test_suboptimality_and_the_loss_over_all_samples_are_quantities(self):
        trace = self.trace(train_loss=[2, 1, 1], pooled_train_loss=[3, 2, 2], suboptimality=[1, 1e-3, 1e-9])
        pooled, gap = self.figure(trace, y_names=["pooled_loss", "suboptimality"]).axes
        np.testing.assert_allclose(pooled.lines[0].get_ydata(), [3, 2, 2])
        np.testing.assert_allclose(gap.lines[0].get_ydata(), [1, 1e-3, 1e-9])
        self.assertEqual(gap.get_yscale(), "log")


if __name__ == "__main__":
    unittest.main()
