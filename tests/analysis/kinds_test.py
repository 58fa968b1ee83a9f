"""Pictures of whole sweeps: costs along an axis, fits, Pareto fronts, phase diagrams."""

import itertools
import math
import unittest

import numpy as np
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from sweeps import HALF, QUARTER, T_OF_TWO, falling, sweep_of
from traces import legend_names

from gossamer.figures import along, pareto, phase
from gossamer.figures.measures import Measure, measure_of
from gossamer.figures.style import COLORS
from gossamer.quantities import Y
from gossamer.support.errors import AnalysisError
from gossamer.sweeps import Axis

TIME = Measure.to(HALF)


class AlongTest(unittest.TestCase):
    def figure(self, cells, axes=None, **options):
        return along.draw(sweep_of(axes or {"H": [1, 2, 4]}, cells), options.pop("measure", TIME), **options)

    def test_the_time_to_a_target_is_drawn_over_an_axis_in_the_band_of_its_interval(self):
        axes = self.figure({(1,): [falling(0.5)] * 2, (2,): [falling(0.4), falling(0.6)], (4,): [falling(1)] * 2}).axes[0]
        np.testing.assert_allclose(axes.lines[0].get_xydata(), [(1, 0.5), (2, 0.5), (4, 1)])
        outline = axes.collections[0].get_paths()[0].vertices
        at = outline[outline[:, 0] == 2, 1]
        np.testing.assert_allclose((at.min(), at.max()), (0.5 - T_OF_TWO * 0.1, 0.5 + T_OF_TWO * 0.1))
        self.assertEqual((axes.get_xscale(), axes.get_xlabel()), ("log", "H"))
        self.assertEqual(axes.get_ylabel(), "Virtual time to training loss 1 (s)")
        self.assertEqual([label.get_text() for label in axes.get_xticklabels()], ["1", "2", "4"])

    def test_runs_that_do_not_reach_the_target_are_a_bound_of_the_median(self):
        never = falling(100)
        cells = {(1,): [falling(0.5)] * 3, (2,): [falling(1), never, never], (4,): [falling(1), falling(2), never]}
        axes = self.figure(cells).axes[0]
        np.testing.assert_allclose(axes.lines[0].get_ydata(), [0.5, math.nan, math.nan])
        bounds, = [line for line in axes.lines if line.get_marker() == "^"]
        np.testing.assert_allclose(bounds.get_xydata().astype(float), [(2, 4), (4, 2)])  # the others run for 4 s

    def test_bytes_and_values_at_the_end_can_be_drawn_too(self):
        cells = {(1,): [falling(0.5)], (2,): [falling(1)], (4,): [falling(2)]}
        axes = self.figure(cells, measure=Measure.to(QUARTER, "bytes")).axes[0]
        np.testing.assert_allclose(axes.lines[0].get_ydata(), [1, 2, 4])  # kB: 1000 bytes a second
        axes = self.figure(cells, measure=Measure(Y["loss"])).axes[0]
        np.testing.assert_allclose(axes.lines[0].get_ydata(), [2 * 0.5**8, 2 * 0.5**4, 2 * 0.5**2])
        self.assertEqual(axes.get_ylabel(), "Training loss at the end")

    def test_the_measure_is_time_to_the_first_target_unless_another_is_named(self):
        sweep = sweep_of({"H": [1]}, {(1,): [falling(1)]}, [HALF, QUARTER])
        self.assertEqual(measure_of(sweep, None, None), Measure.to(HALF))
        self.assertEqual(measure_of(sweep, "bytes", QUARTER), Measure.to(QUARTER, "bytes"))
        self.assertEqual(measure_of(sweep, "consensus", None).quantity, Y["consensus"])
        without = sweep_of({"H": [1]}, {(1,): [falling(1)]}, [])
        self.assertEqual(measure_of(without, None, None), Measure(Y["loss"]))
        with self.assertRaisesRegex(AnalysisError, "--y time: to which target"):
            measure_of(without, "time", None)

    def test_an_axis_is_geometric_if_its_logarithms_are_more_even(self):
        for numbers, expected in (((1, 2, 4, 8), True), ((1, 2, 3, 4), False), ((0, 1, 10), False), ((1, 10), True),
                                  ((1, 2), False), (("1 ms", "10 ms", "0.1 s"), True)):
            self.assertEqual(along.is_geometric(Axis("x", numbers)), expected, numbers)

    def test_the_number_of_nodes_may_be_the_axis_though_it_is_none_of_the_sweeps(self):
        rings = (("ring 4", 1, 4), ("ring 8", 2, 8))
        cells = {(name,): [falling(half, topology={"nodes": nodes})] for name, half, nodes in rings}
        axes = self.figure(cells, {"topology": ["ring 4", "ring 8"]}, x_name="nodes").axes[0]
        np.testing.assert_allclose(axes.lines[0].get_xydata(), [(4, 1), (8, 2)])
        with self.assertRaisesRegex(AnalysisError, "the axis topology has labels that are no numbers"):
            self.figure(cells, {"topology": ["ring 4", "ring 8"]}, x_name="topology")
        with self.assertRaisesRegex(AnalysisError, "no axis of numbers, expected one among: topology"):
            self.figure(cells, {"topology": ["ring 4", "ring 8"]})

    def test_a_power_law_is_found_with_its_slope_and_drawn_beside_theorys(self):
        cells = {(n,): [falling(0.01 * n**2)] for n in (4, 8, 16)}
        figure = self.figure(cells, {"nodes": [4, 8, 16]}, fit=True, theory=(2.0,))
        axes = figure.axes[0]
        self.assertEqual((axes.get_xscale(), axes.get_yscale()), ("log", "log"))
        self.assertEqual(legend_names(figure), ["all runs: slope 2.00 ± 0.00", "slope 2"])
        points, line, theory = (axes.lines[k].get_xydata() for k in (0, 1, -1))
        np.testing.assert_allclose(points, [(n, 0.01 * n**2) for n in (4, 8, 16)])
        np.testing.assert_allclose(line, [points[0], points[2]])
        np.testing.assert_allclose(theory[1, 1] / theory[0, 1], 16)

    def test_the_interval_of_a_slope_counts_all_runs(self):
        halves = {4: (0.10, 0.13), 8: (0.41, 0.33), 16: (1.5, 1.7)}
        sweep = sweep_of({"nodes": [4, 8, 16]}, {(n,): [falling(half) for half in some] for n, some in halves.items()})
        measured = along.Measured(sweep, TIME)
        fit = along.fitted([(n, measured.point([cell])) for n, cell in zip((4, 8, 16), sweep.cells)])
        x = np.log(np.repeat([4, 8, 16], 2))
        y = np.log([half for some in halves.values() for half in some])
        slope, intercept = np.polyfit(x, y, 1)
        error = math.sqrt(((y - slope * x - intercept) ** 2).sum() / 4 / ((x - x.mean()) ** 2).sum())
        t = 2.7764451051977987  # of four degrees of freedom: from a table
        np.testing.assert_allclose((fit.slope, fit.intercept, fit.half_width), (slope, intercept, t * error))


class ParetoTest(unittest.TestCase):
    def test_the_front_is_what_no_other_point_beats(self):
        draw = np.random.default_rng(1)
        points = draw.integers(0, 8, (60, 2)).astype(float)
        better = (points[:, None] <= points[None]).all(axis=2) & (points[:, None] < points[None]).any(axis=2)
        alone = {tuple(point) for point, beaten in zip(points, better.any(axis=0)) if not beaten}
        found = points[pareto.front(points)]
        self.assertEqual({tuple(point) for point in found}, alone)
        self.assertEqual(len(found), len(alone))
        self.assertTrue(np.all(np.diff(found[:, 0]) > 0))

    def test_time_and_bytes_of_each_cell_are_a_point_and_the_front_has_a_dark_edge(self):
        costly = falling(0.5, sent_bytes_per_node=lambda t: 4000 * t)
        cells = {("a",): [costly], ("b",): [falling(1)], ("c",): [falling(2)], ("d",): [falling(100)]}
        figure = pareto.draw(sweep_of({"algorithm": list("abcd")}, cells))
        axes = figure.axes[0]
        points = {tuple(line.get_xydata()[0].astype(float)): to_hex(line.get_markeredgecolor()) for line in axes.lines
                  if line.get_marker() not in ("None", None)}
        self.assertEqual(set(points), {(0.5, 2), (1, 1), (2, 2)})
        self.assertEqual([point for point, edge in points.items() if edge != "#ffffff"], [(0.5, 2), (1, 1)])
        stairs = next(line for line in axes.lines if line.get_drawstyle() == "steps-post")
        np.testing.assert_allclose(stairs.get_xydata(), [(0.5, 2), (1, 1)])
        self.assertEqual((axes.get_xlabel(), axes.get_ylabel()),
                         ("Virtual time to training loss 1 (s)", "Sent per node to training loss 1 (kB)"))
        self.assertEqual(figure._supxlabel.get_text(), "1 of 4 are not shown, since not all of their runs reach the target")

    def test_without_a_target_there_is_nothing_to_reach(self):
        with self.assertRaisesRegex(AnalysisError, "to which target"):
            pareto.draw(sweep_of({"H": [1]}, {(1,): [falling(1)]}, []))


class PhaseTest(unittest.TestCase):
    """Two axes of numbers, and ring against torus, by the seconds that each seed takes to halve its loss."""

    AXES = {"latency": ["1 ms", "10 ms"], "bandwidth": ["1 Gbit/s", "10 Gbit/s"], "topology": ["ring", "torus"]}
    PLACES = list(itertools.product(AXES["latency"], AXES["bandwidth"]))

    def sweep(self, **changes):
        halves = {("1 ms", "1 Gbit/s"): ((1.0, 1.1), (0.5, 0.56)),  # torus, about twice as fast with both seeds
                  ("1 ms", "10 Gbit/s"): ((0.5, 0.51), (0.6, 0.61)),  # ring, by a fifth with both
                  ("10 ms", "1 Gbit/s"): ((0.5, 1.0), (1.0, 0.6)),  # undecided: seeds disagree
                  ("10 ms", "10 Gbit/s"): ((100, 100), (100, 100))}  # nobody reaches it within 4 s
        halves.update(changes.get("halves", {}))
        cells = {(*place, name): [falling(half) for half in some] for place, pair in halves.items()
                 for name, some in zip(("ring", "torus"), pair)}
        return sweep_of(self.AXES, cells)

    def verdicts(self, sweep, contested=("topology",), measure=TIME):
        plane = phase.plane_of(sweep, None)
        return phase.verdicts(sweep, plane, [sweep.axis(name) for name in contested], phase.Measured(sweep, measure))

    def test_the_winner_has_the_smaller_geometric_mean_and_the_margin_is_the_paired_ratio(self):
        found = self.verdicts(self.sweep())
        verdict = found["1 ms", "1 Gbit/s"]
        logs = np.log([1.0 / 0.5, 1.1 / 0.56])
        half = T_OF_TWO * abs(logs[0] - logs[1]) / 2
        self.assertEqual(verdict.winner, "torus")
        np.testing.assert_allclose((verdict.margin, verdict.low, verdict.high),
                                   np.exp([logs.mean(), logs.mean() - half, logs.mean() + half]))
        self.assertFalse(verdict.is_undecided)
        self.assertEqual(found["1 ms", "10 Gbit/s"].winner, "ring")
        self.assertTrue(found["10 ms", "1 Gbit/s"].is_undecided)
        self.assertIsNone(found["10 ms", "10 Gbit/s"])

    def test_who_does_not_reach_the_target_loses_by_at_least_what_it_ran(self):
        verdict = self.verdicts(self.sweep(halves={("1 ms", "1 Gbit/s"): ((1, 2), (100, 100))}))["1 ms", "1 Gbit/s"]
        self.assertEqual((verdict.winner, verdict.at_least), ("ring", True))
        np.testing.assert_allclose(verdict.margin, math.sqrt(4 / 1 * 4 / 2))  # the torus ran for 4 s
        # One seed that gets there beats none that is faster on the other.
        verdict = self.verdicts(self.sweep(halves={("1 ms", "1 Gbit/s"): ((3, 3.5), (0.1, 100))}))["1 ms", "1 Gbit/s"]
        self.assertEqual(verdict.winner, "ring")

    def test_one_seed_has_a_margin_and_no_interval(self):
        cells = {(*place, name): [falling(half)] for place in self.PLACES for name, half in (("ring", 1), ("torus", 0.5))}
        found = self.verdicts(sweep_of(self.AXES, cells))
        self.assertEqual({(each.winner, each.margin, each.is_undecided) for each in found.values()}, {("torus", 2.0, False)})

    def test_other_axes_are_free_and_the_best_of_them_counts(self):
        axes = {**self.AXES, "H": [1, 8]}
        halves = (("ring", 1, 1), ("ring", 8, 0.25), ("torus", 1, 0.5), ("torus", 8, 2))
        sweep = sweep_of(axes, {(*place, name, steps): [falling(half)] for place in self.PLACES for name, steps, half in halves})
        plane = [sweep.axis("latency"), sweep.axis("bandwidth")]
        found = phase.verdicts(sweep, plane, [sweep.axis("topology")], phase.Measured(sweep, TIME))
        self.assertEqual({(each.winner, each.margin) for each in found.values()}, {("ring", 2.0)})

    def test_larger_is_better_of_an_accuracy(self):
        cells = {(*place, name): [falling(1, test_accuracy=lambda t, a=accuracy: a)] for place in self.PLACES
                 for name, accuracy in (("ring", 0.4), ("torus", 0.8))}
        found = self.verdicts(sweep_of(self.AXES, cells), measure=Measure(Y["test_accuracy"]))
        self.assertEqual({(each.winner, round(each.margin, 9)) for each in found.values()}, {("torus", 2.0)})

    def tiles(self, axes):
        """By their centers: the face of each tile, and whether it is hatched."""
        result = {}
        for patch in axes.patches:
            if isinstance(patch, Rectangle):
                place = (patch.get_x() + 0.5, patch.get_y() + 0.5)
                face, hatched = result.get(place, (None, False))
                result[place] = (to_hex(patch.get_facecolor()) if face is None else face, hatched or bool(patch.get_hatch()))
        return result

    def test_tiles_have_the_winners_color_the_paler_the_closer_and_are_hatched_if_undecided(self):
        figure = phase.draw(self.sweep(), TIME)
        axes = figure.axes[0]
        tiles = self.tiles(axes)
        found = self.verdicts(self.sweep())
        for latency, bandwidth in self.PLACES:
            verdict = found[latency, bandwidth]
            face, hatched = tiles[self.AXES["latency"].index(latency), self.AXES["bandwidth"].index(bandwidth)]
            if verdict is None:
                self.assertEqual((face, hatched), ("#ffffff", False))
                continue
            self.assertEqual(hatched, (latency, bandwidth) == ("10 ms", "1 Gbit/s"))
            color = np.array([int(COLORS[("ring", "torus").index(verdict.winner)][k:k + 2], 16) for k in (1, 3, 5)])
            share = 0.25 + 0.75 * min(1, math.log(verdict.margin) / math.log(2))
            shown = np.array([int(face[k:k + 2], 16) for k in (1, 3, 5)])
            np.testing.assert_allclose(shown, 255 - share * (255 - color), atol=1)
        self.assertEqual([label.get_text() for label in axes.get_xticklabels()], self.AXES["latency"])
        self.assertEqual((axes.get_xlabel(), axes.get_ylabel()), ("latency", "bandwidth"))
        texts = [text.get_text() for text in axes.texts]
        self.assertIn("–", texts)
        self.assertIn(f"B\n{found['1 ms', '1 Gbit/s'].margin:.3g}×", texts)
        names = legend_names(figure)
        for name in ("A  ring", "B  torus", "undecided"):
            self.assertIn(name, names)

    def test_numbers_are_in_their_order_whatever_the_order_of_labels(self):
        axes = {**self.AXES, "latency": ["10 ms", "1 ms"]}
        cells = {(*place, name): [falling(half * (2 if place[0] == "10 ms" else 1))] for place in self.PLACES
                 for name, half in (("ring", 1), ("torus", 0.5))}
        figure = phase.draw(sweep_of(axes, cells), TIME)
        self.assertEqual([label.get_text() for label in figure.axes[0].get_xticklabels()], ["1 ms", "10 ms"])

    def test_a_plane_needs_two_axes_of_numbers_and_something_that_is_contested(self):
        sweep = self.sweep()
        for words, sentence in ((["latency"], "has two axes of numbers, and here are 1"),
                                (["latency", "topology"], "the axis topology has labels that are no numbers"),
                                (["latency", "nodes"], 'there is no axis "nodes"')):
            with self.assertRaisesRegex(AnalysisError, sentence):
                phase.draw(sweep, TIME, words)
        alone = sweep_of({name: self.AXES[name] for name in ("latency", "bandwidth")}, {place: [falling(1)] for place in self.PLACES})
        with self.assertRaisesRegex(AnalysisError, "nothing differs but latency and bandwidth"):
            phase.draw(alone, TIME)


if __name__ == "__main__":
    unittest.main()
