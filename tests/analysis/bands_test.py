"""Curves of sweeps: bands over seeds, groups by what differs, targets, and legends that cover nothing."""

import math
import unittest

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.legend import Legend
from sweeps import HALF, T_OF_THREE, T_OF_TWO, falling, sweep_of
from traces import legend_names

from gossamer.figures.curves import draw, draw_sweep
from gossamer.figures.grouping import arrange, by_titles
from gossamer.figures.style import COLORS, STYLES, WIDTHS, ordered_colors, readable_on
from gossamer.support.errors import AnalysisError
from gossamer.traces import TraceError


def edges(axes, x, number=0):
    """Both edges of a band at some x."""
    outline = [band for band in axes.collections if band.get_paths()][number].get_paths()[0].vertices
    at = outline[np.isclose(outline[:, 0], x), 1]
    return at.min(), at.max()


def boxes(figure):
    figure.canvas.draw()
    return [legend.get_window_extent(figure.canvas.get_renderer()) for legend in figure.findobj(Legend)]


def points_of(line, count=3000):
    """Many points along a line, on the canvas."""
    corners = line.get_transform().transform(np.column_stack(line.get_data()).astype(float))
    steps = np.linspace(0, len(corners) - 1, count)
    return np.column_stack([np.interp(steps, np.arange(len(corners)), corners[:, k]) for k in (0, 1)])


class BandsTest(unittest.TestCase):
    def two_seeds(self, first, second, **options):
        return sweep_of({"topology": ["ring"]}, {("ring",): [first, second]}, **options)

    def test_the_edges_of_a_band_are_those_of_students_interval(self):
        sweep = self.two_seeds(falling(1, test_accuracy=lambda t: 0.1 * t), falling(1, test_accuracy=lambda t: 0.2 * t))
        axes = draw_sweep(sweep, y_names=["test_accuracy"]).axes[0]
        half = T_OF_TWO * 0.1 * 2 / 2  # at 2 s the values are 0.2 and 0.4, with the standard error |a − b|/2
        np.testing.assert_allclose(axes.lines[0].get_ydata()[4], 0.3)
        np.testing.assert_allclose(edges(axes, 2.0), (0.3 - half, 0.3 + half))

    def test_on_a_logarithmic_axis_it_is_the_interval_of_the_mean_logarithm(self):
        sweep = sweep_of({"topology": ["ring"]}, {("ring",): [falling(half) for half in (0.5, 1, 2)]})
        axes = draw_sweep(sweep, y_names=["loss"]).axes[0]
        self.assertEqual(axes.get_yscale(), "log")
        logs = np.log([2 * 0.5 ** (2 / half) for half in (0.5, 1, 2)])
        half = T_OF_THREE * logs.std(ddof=1) / math.sqrt(3)
        np.testing.assert_allclose(axes.lines[0].get_ydata()[4], np.exp(logs.mean()))
        np.testing.assert_allclose(edges(axes, 2.0), np.exp([logs.mean() - half, logs.mean() + half]))

    def test_a_mean_goes_as_far_as_all_runs_and_the_rest_of_the_longer_ones_is_thin(self):
        sweep = self.two_seeds(falling(1, end=2), falling(1, end=4, every=0.8), targets=())
        axes = draw_sweep(sweep, y_names=["loss"], log="y").axes[0]
        mean, rest = axes.lines
        self.assertEqual((mean.get_xdata()[0], mean.get_xdata()[-1]), (0, 2))
        self.assertTrue({0.8, 1.6, 0.5} <= set(mean.get_xdata()))  # the instants of both
        np.testing.assert_allclose(mean.get_ydata(), 2 * 0.5 ** mean.get_xdata())  # both are on one exponential
        np.testing.assert_allclose(rest.get_xdata(), [1.6, 2.4, 3.2, 4.0])
        self.assertLess(rest.get_linewidth(), mean.get_linewidth())

    def test_one_seed_has_no_band_and_the_remark_names_the_seeds(self):
        one = draw_sweep(sweep_of({"topology": ["ring"]}, {("ring",): [falling(1)]}), y_names=["loss"])
        self.assertEqual(len(one.axes[0].collections), 0)
        self.assertIsNone(one._supxlabel)
        two = draw_sweep(self.two_seeds(falling(1), falling(2)), y_names=["loss"])
        self.assertEqual(two._supxlabel.get_text(), "bands: 95 % intervals of the means over 2 seeds")

    def test_no_run_at_all_is_one_sentence(self):
        with self.assertRaisesRegex(TraceError, "no run has left a trace"):
            draw_sweep(sweep_of({"topology": ["ring"]}, {("ring",): []}))


class GroupsTest(unittest.TestCase):
    def grid(self, **axes):
        names = list(axes)
        combinations = [()]
        for name in names:
            combinations = [(*each, label) for each in combinations for label in axes[name]]
        return sweep_of(axes, {each: [falling(1)] for each in combinations})

    def looks(self, sweep, **options):
        return {group.name: group for group in arrange(sweep, **options).groups}

    def test_one_axis_has_colors_and_dashes_together(self):
        groups = self.looks(self.grid(topology=["ring", "torus", "complete"]))
        self.assertEqual([group.look.color for group in groups.values()], list(COLORS[:3]))
        self.assertEqual([group.look.dash for group in groups.values()], list(STYLES[:3]))

    def test_of_two_axes_one_has_colors_and_one_has_dashes(self):
        groups = self.looks(self.grid(topology=["ring", "torus"], H=[1, 4, 16]))
        self.assertEqual({(group.labels["H"], group.look.color) for group in groups.values()},
                         set(zip((1, 4, 16), ordered_colors(3))))
        self.assertEqual({(group.labels["topology"], group.look.dash) for group in groups.values()},
                         set(zip(("ring", "torus"), STYLES)))
        self.assertEqual({group.facet for group in groups.values()}, {0})
        keys = arrange(self.grid(topology=["ring", "torus"], H=[1, 4, 16])).keys
        self.assertEqual([(key.heading, key.names) for key in keys], [("H", ["1", "4", "16"]), ("topology", ["ring", "torus"])])

    def test_more_lines_than_a_panel_shows_well_get_panels_of_their_own(self):
        arrangement = arrange(self.grid(topology=["ring", "torus", "star"], H=[1, 2, 4, 8, 16, 32]))
        self.assertEqual(arrangement.facets, ["ring", "torus", "star"])
        self.assertEqual([len(arrangement.of(facet)) for facet in range(3)], [6, 6, 6])
        figure = draw_sweep(self.grid(topology=["ring", "torus", "star"], H=[1, 2, 4, 8, 16, 32]), y_names=["loss"])
        self.assertEqual([axes.get_title(loc="left") for axes in figure.axes], ["ring", "torus", "star"])
        self.assertEqual(legend_names(figure), ["1", "2", "4", "8", "16", "32"])
        self.assertEqual(len({axes.get_ylim() for axes in figure.axes}), 1)

    def test_a_third_axis_is_shown_by_panels_whose_names_say_its_label(self):
        arrangement = arrange(self.grid(topology=["ring", "torus"], H=[1, 4], latency=["1 ms", "10 ms"]))
        self.assertEqual(arrangement.facets, ["latency = 1 ms", "latency = 10 ms"])

    def test_users_choose_what_has_colors(self):
        sweep = self.grid(topology=["ring", "torus"], H=[1, 4, 16])
        groups = self.looks(sweep, wanted=["topology", "H"])
        self.assertEqual({(group.labels["topology"], group.look.color) for group in groups.values()},
                         set(zip(("ring", "torus"), COLORS)))
        with self.assertRaisesRegex(AnalysisError, 'there is no axis "h".*did you mean "H"'):
            arrange(sweep, wanted=["h"])

    def test_an_axis_that_follows_from_another_has_no_look(self):
        sweep = sweep_of({"n": [9, 16], "rows": [3, 4]}, {(9, 3): [falling(1)], (16, 4): [falling(1)]})
        self.assertEqual([key.heading for key in arrange(sweep).keys], ["n"])

    def test_colors_of_numbers_grow_lighter_also_in_gray(self):
        gray = [np.dot(to_rgb(color), [0.2126, 0.7152, 0.0722]) for color in ordered_colors(8)]
        self.assertTrue(np.all(np.diff(gray) > 0.03), gray)
        self.assertLess(gray[-1], 0.8)
        self.assertEqual([readable_on(color) for color in ("#ffffff", "#000000", COLORS[0], COLORS[4])],
                         ["black", "white", "white", "black"])

    def test_titles_that_users_chose_name_the_runs(self):
        def plain(*titles):
            cells = {(k,): [falling(1, title=title)] for k, title in enumerate(titles)}
            return sweep_of({"H": range(len(titles))}, cells, folder=None)

        figure = draw_sweep(by_titles(plain("Local SGD", "D-PSGD")), y_names=["loss"])
        self.assertEqual(legend_names(figure), ["Local SGD", "D-PSGD"])
        self.assertEqual(by_titles(plain("same", "same")).axes[0].name, "H")
        self.assertEqual(by_titles(plain(*map(str, range(8)))).axes[0].name, "H")  # more than there are colors

    def test_panels_without_end_are_refused_with_advice(self):
        with self.assertRaisesRegex(AnalysisError, "there would be 27 panels.*--group"):
            arrange(self.grid(**{name: ["x", "y", "z"] for name in "abcde"}))


class AxesTest(unittest.TestCase):
    def test_a_target_is_a_line_and_runs_that_reach_it_have_a_ring_there(self):
        fast, slow = falling(0.5), falling(8)  # the slow one does not get there
        figure = draw([fast, slow], y_names=["loss"], targets=[HALF])
        axes = figure.axes[0]
        self.assertIn([1.0, 1.0], [list(line.get_ydata()) for line in axes.lines])
        rings = [line for line in axes.lines if line.get_marker() == "o"]
        self.assertEqual([(line.get_xdata()[0], line.get_ydata()[0]) for line in rings], [(0.5, 1.0)])
        self.assertEqual([text.get_text() for text in axes.texts], ["1"])

    def test_seeds_have_their_mean_crossing_with_its_interval(self):
        sweep = sweep_of({"topology": ["ring"]}, {("ring",): [falling(0.5), falling(1.5)]})
        axes = draw_sweep(sweep, y_names=["loss"]).axes[0]
        ring = next(line for line in axes.lines if line.get_marker() == "o")
        np.testing.assert_allclose(ring.get_xdata().astype(float), [1.0])  # they cross at 0.5 s and 1.5 s
        bar = axes.containers[0].lines[2][0].get_segments()[0]
        np.testing.assert_allclose(bar[:, 0], [1 - T_OF_TWO / 2, 1 + T_OF_TWO / 2])

    def test_axes_are_logarithmic_where_asked_for_or_where_it_shows_more(self):
        def scales(**options):
            axes = draw([falling(1), falling(1, end=2)], y_names=["loss"], **options).axes[0]
            return axes.get_xscale(), axes.get_yscale()

        self.assertEqual(scales(), ("linear", "linear"))  # from 2 to 1/8
        self.assertEqual(scales(log="x"), ("log", "linear"))
        self.assertEqual(scales(log="xy"), ("log", "log"))
        self.assertEqual(scales(log="none"), ("linear", "linear"))
        axes = draw([falling(1, end=100, every=1), falling(1, end=2)], y_names=["loss"]).axes[0]
        self.assertEqual(axes.get_xscale(), "log")  # one run ends after 2 s, and another after 100 s
        self.assertGreater(min(axes.lines[0].get_xdata()), 0)

    def test_widths_are_those_of_a_column_and_a_page(self):
        for width, inches in WIDTHS.items():
            self.assertEqual(draw([falling(1)], width=width).get_size_inches()[0], inches)


class LegendTest(unittest.TestCase):
    def check_free(self, figure):
        for box in boxes(figure):
            for axes in figure.axes:
                for line in axes.lines:
                    inside = ((points_of(line) > box.min) & (points_of(line) < box.max)).all(axis=1)
                    self.assertFalse(inside.any(), line)
                for band in axes.collections:
                    for path in band.get_paths():
                        corners = band.get_transform().transform(path.vertices)
                        self.assertFalse(((corners > box.min) & (corners < box.max)).all(axis=1).any())

    def test_a_legend_is_inside_where_it_covers_no_curve_and_no_band(self):
        for half in (0.5, -8):  # curves that fall, and curves that rise
            cells = {("ring",): [falling(half), falling(half / 1.2)], ("torus",): [falling(half / 2), falling(half / 2.2)]}
            sweep = sweep_of({"topology": ["ring", "torus"]}, cells)
            figure = draw_sweep(sweep, y_names=["loss"], log="none")
            self.check_free(figure)
            box, = boxes(figure)
            panel = figure.axes[0].bbox.padded(1)
            self.assertTrue(panel.contains(*box.min) and panel.contains(*box.max))

    def test_a_legend_without_such_a_place_is_above_all_panels(self):
        zigzag = falling(1, every=0.05, test_accuracy=lambda t: round(t / 0.05) % 2)
        figure = draw([zigzag, falling(1, title="other", test_accuracy=lambda t: 0.5)], y_names=["test_accuracy"])
        self.check_free(figure)
        box, = boxes(figure)
        self.assertGreaterEqual(box.y0, figure.axes[0].bbox.y1)
        self.assertLessEqual(box.y1, figure.bbox.y1 + 1)
        self.assertLessEqual(box.x1, figure.bbox.x1)

    def test_several_legends_cover_neither_curves_nor_each_other_at_any_width(self):
        halves = {"ring": 0.3, "a torus with a long name": 0.5}
        cells = {(topology, steps): [falling(half * steps)] for topology, half in halves.items() for steps in (1, 2, 3)}
        for width in (None, *WIDTHS):
            figure = draw_sweep(sweep_of({"topology": list(halves), "H": [1, 2, 3]}, cells), width=width)
            self.check_free(figure)
            first, second = boxes(figure)
            self.assertFalse(first.overlaps(second))
            for box in (first, second):
                self.assertTrue(figure.bbox.padded(1).contains(*box.min) and figure.bbox.padded(1).contains(*box.max), box)


if __name__ == "__main__":
    unittest.main()
