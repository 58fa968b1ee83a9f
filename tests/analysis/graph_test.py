"""Pictures of the graph, and of what each node does with its time."""

import itertools
import unittest

import numpy as np
from matplotlib.collections import LineCollection
from sweeps import falling
from traces import WithFolder, event, legend_names, timeline

from gossamer.figures import graph, layout, nodes
from gossamer.figures.graph import Graph
from gossamer.figures.style import ORDERED
from gossamer.support.errors import AnalysisError
from gossamer.traces import TraceError, read_timeline


def ring(count):
    return np.array([(k, (k + 1) % count) for k in range(count)])


def torus(rows, columns):
    return np.array([edge for r in range(rows) for c in range(columns) for edge in
                     ((r * columns + c, r * columns + (c + 1) % columns), (r * columns + c, (r + 1) % rows * columns + c))])


def node(number, computing=3.0, idle=1.0, **values):
    return {"node": number, "computing_s": computing, "idle_s": idle, **values}


class LayoutTest(unittest.TestCase):
    def test_hops_are_the_lengths_of_shortest_paths(self):
        draw = np.random.default_rng(3)
        edges = np.array([pair for pair in itertools.combinations(range(12), 2) if draw.random() < 0.25])
        expected = np.full((12, 12), np.inf)
        np.fill_diagonal(expected, 0)
        for i, j in edges:
            expected[i, j] = expected[j, i] = 1
        for k in range(12):  # Floyd and Warshall
            expected = np.minimum(expected, expected[:, k:k + 1] + expected[k])
        known = np.isfinite(expected)
        np.testing.assert_array_equal(layout.hops(12, edges)[known], expected[known])

    def test_a_ring_is_a_circle_and_a_path_a_line(self):
        points = layout.places(12, ring(12))
        np.testing.assert_allclose(np.linalg.norm(points, axis=1), 1, atol=0.01)
        steps = np.linalg.norm(points - np.roll(points, 1, axis=0), axis=1)
        np.testing.assert_allclose(steps, steps.mean(), rtol=0.02)
        line = layout.places(6, ring(6)[:-1])
        self.assertLess(np.linalg.svd(line - line.mean(axis=0))[1][1], 0.05)

    def test_places_have_less_stress_than_classical_scaling_and_are_the_same_each_time(self):
        draw = np.random.default_rng(5)
        edges = np.array([pair for pair in itertools.combinations(range(30), 2) if draw.random() < 0.12])
        distances = layout.hops(30, edges)

        def stress(points):
            apart = np.linalg.norm(points[:, None] - points[None], axis=2)
            weights = 1 / np.maximum(distances, 1) ** 2
            scale = (weights * apart * distances).sum() / (weights * apart**2).sum()  # the best one
            return (weights * (scale * apart - distances) ** 2).sum()

        points = layout.places(30, edges)
        self.assertLess(stress(points), 0.9 * stress(layout._classical(distances)))
        np.testing.assert_array_equal(points, layout.places(30, edges))

    def test_small_and_disconnected_graphs_have_places(self):
        none = np.empty((0, 2), dtype=int)
        for count, edges in ((1, none), (2, ring(2)[:1]), (4, none), (6, np.array([(0, 1), (2, 3), (4, 5)]))):
            points = layout.places(count, edges)
            self.assertTrue(np.isfinite(points).all())
            self.assertEqual(len({tuple(point) for point in np.round(points, 6)}), count)

    def test_tori_and_grids_are_recognized_by_their_edges_alone(self):
        grid = np.array([edge for edge in torus(4, 6) if abs(edge[0] - edge[1]) in (1, 6)])
        for count, edges, columns in ((24, torus(4, 6), 6), (24, grid, 6), (9, torus(3, 3), 3), (24, ring(24), None),
                                      (24, np.array([*torus(4, 6), (0, 9)]), None)):
            self.assertEqual(layout.lattice(count, edges), columns)


class GraphTest(unittest.TestCase):
    def drawn(self, edges, count, y_name=None, **values):
        trace = falling(1, nodes=[node(k, **{key: each[k] for key, each in values.items()}) for k in range(count)])
        figure = graph.draw([Graph(count, edges)], [trace], ["one"], y_name)
        axes = figure.axes[0]
        lines = next(each for each in axes.collections if isinstance(each, LineCollection)).get_segments()
        return figure, axes.collections[-1], np.array(lines)

    def test_nodes_have_the_color_of_their_quantity_and_edges_join_them(self):
        figure, dots, lines = self.drawn(ring(5), 5, staleness_mean=[0, 1, 2, 3, 4])
        figure.canvas.draw()
        np.testing.assert_allclose(dots.get_facecolors(), ORDERED(np.arange(5) / 4), atol=0.01)
        points = dots.get_offsets()
        np.testing.assert_allclose(lines, points[ring(5)])
        self.assertEqual(figure.axes[1].get_ylabel(), "Mean staleness")
        self.assertEqual([text.get_text() for text in figure.axes[0].texts], list("01234"))

    def test_the_edges_of_a_torus_around_its_borders_are_short_ends(self):
        _, dots, lines = self.drawn(torus(4, 6), 24, staleness_mean=range(24))
        points = dots.get_offsets()
        step = points[1, 0] - points[0, 0]
        lengths = np.linalg.norm(lines[:, 1] - lines[:, 0], axis=1) / step
        inner, borders = 4 * 5 + 3 * 6, 4 + 6  # edges within, and those around
        self.assertEqual([np.isclose(lengths, 1).sum(), np.isclose(lengths, 0.45).sum()], [inner, 2 * borders])
        ends = lines[np.isclose(lengths, 0.45)][:, 1]
        self.assertTrue(((np.abs(ends) > np.abs(points).max(axis=0) + 0.1 * step).any(axis=1)).all())

    def test_the_quantity_is_the_one_asked_for_or_the_first_that_differs(self):
        def label(y_name=None):
            figure = self.drawn(ring(3), 3, y_name, staleness_mean=[1, 1, 1], sent_bytes=[1000, 2000, 3000])[0]
            return figure.axes[1].get_ylabel()

        self.assertEqual((label(), label("staleness"), label("idle")), ("Sent (kB)", "Mean staleness", "Idle share"))
        with self.assertRaisesRegex(AnalysisError, "a node has down_s, expected --y with one of: staleness, idle, bytes"):
            label("down")

    def test_what_no_picture_can_show_is_refused(self):
        with self.assertRaisesRegex(AnalysisError, "has 2000 nodes, and a picture can show 1000"):
            graph.draw([Graph(2000, ring(2000))], [falling(1, nodes=[node(k) for k in range(2000)])], ["one"])
        with self.assertRaisesRegex(AnalysisError, 'has no records of nodes.*"nodes": "none"'):
            graph.draw([Graph(3, ring(3))], [falling(1)], ["one"])
        with self.assertRaisesRegex(AnalysisError, "not every node has idle_share"):
            graph.draw([Graph(4, ring(4))], [falling(1, nodes=[node(k) for k in range(3)])], ["one"], "idle")


class NodesTest(WithFolder):
    def bars(self, axes):
        """By color, for each node: where its bar begins, and how high it is."""
        result = {}
        for container in axes.containers:
            result[len(result)] = [(patch.get_y(), patch.get_height()) for patch in container]
        return result

    def test_shares_of_a_nodes_time_add_up_to_all_of_it(self):
        records = [node(0, 3, 1), node(1, 2, 2, wasted_s=0.5, given_up=1), node(2, 1, 3, down_s=2, outages=1, slowdown=5)]
        parts, slow = nodes.of_trace(falling(1, nodes=records))
        np.testing.assert_allclose(parts["computing"], [0.75, 0.375, 0.25])
        np.testing.assert_allclose(parts["given up"], [0, 0.125, 0])
        np.testing.assert_allclose(parts["idle"], [0.25, 0.5, 0.25])
        np.testing.assert_allclose(parts["down"], [0, 0, 0.5])
        self.assertEqual(slow.tolist(), [False, False, True])

    def test_bars_are_stacked_and_slow_nodes_have_a_mark(self):
        records = [node(0, 3, 1), node(1, 1, 3, slowdown=5)]
        figure = nodes.draw([falling(1, nodes=records)], ["one"])
        axes = figure.axes[0]
        self.assertEqual(self.bars(axes), {0: [(0, 0.75), (0, 0.25)], 1: [(0.75, 0.25), (0.25, 0.75)]})
        marks = next(line for line in axes.lines if line.get_marker() == "^")
        self.assertEqual(marks.get_xdata().tolist(), [1])
        self.assertEqual(legend_names(figure), ["computing", "idle", "slow node"])

    def test_a_timeline_says_for_what_nodes_wait(self):
        events = [event("M", 1, name="thread_name", args={"name": "node 0"}),
                  *(event("X", 1, ts=1000 * begin, dur=1000 * long, cat=cat) for begin, long, cat in
                    ((0, 4, "compute"), (4, 2, "wait"), (6, 1, "transfer"), (7, 2, "averaging"), (9, 1, "down")))]
        parts, _ = nodes.of_timeline(read_timeline(self.write("t.json", timeline(events=events))))
        self.assertEqual({name: round(shares[0], 9) for name, shares in parts.items()},
                         {"computing": 0.4, "averaging": 0.2, "transfer": 0.1, "waiting": 0.2, "down": 0.1})

    def test_runs_without_records_of_nodes_are_one_sentence(self):
        with self.assertRaisesRegex(TraceError, "has no records of nodes with their times"):
            nodes.of_trace(falling(1))


if __name__ == "__main__":
    unittest.main()
