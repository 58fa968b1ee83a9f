import json
import unittest

from traces import WithFolder, legend_names

from gossamer.figures import gantt
from gossamer.figures.gantt import ACTIVITIES, draw
from gossamer.support.errors import AnalysisError
from gossamer.traces import read_timeline

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex


def named(thread, name):
    return {"ph": "M", "pid": 1, "tid": thread, "name": "thread_name", "args": {"name": name}}


def bar(thread, category, begin_ms, end_ms):
    return {"ph": "X", "pid": 1, "tid": thread, "ts": 1e3 * begin_ms, "dur": 1e3 * (end_ms - begin_ms), "cat": category,
            "name": category, "args": {}}


def message(number, sender, sent_ms, receiver, arrived_ms):
    return [{"ph": phase, "pid": 1, "tid": thread, "ts": 1e3 * time, "id": number, "cat": "message", "name": "model"}
            for phase, thread, time in (("f", receiver, arrived_ms), ("s", sender, sent_ms))]


def in_flight(time_ms, size):
    return {"ph": "C", "pid": 1, "ts": 1e3 * time_ms, "name": "bytes in flight", "args": {"bytes": size}}


# Node 3 waits for a message of 2 MB that node 8 sends at 20 ms.
PAIR = [named(9, "node 8"), named(4, "node 3"), bar(4, "compute", 0, 10), bar(4, "wait", 10, 20),
        bar(4, "transfer", 20, 25), bar(9, "compute", 0, 40), *message(1, 9, 20, 4, 25),
        in_flight(0, 0), in_flight(20, 2_000_000), in_flight(25, 0)]


class GanttTest(WithFolder):
    def timeline(self, name="a.json", events=PAIR, title="A pair", **facts):
        content = {"otherData": {"program": "gossamer", "title": title, **facts}, "traceEvents": events}
        return read_timeline(self.write(name, json.dumps(content)))

    def figure(self, *timelines, **options):
        return draw(list(timelines), **options)

    @staticmethod
    def bars(axes):
        """The extent of every bar, by color: begin, end, and the row that it lies in."""
        result = {}
        for collection in axes.collections:
            if isinstance(collection, PolyCollection):
                color = to_hex(collection.get_facecolor()[0])
                for path in collection.get_paths():
                    (begin, low), (end, high) = path.vertices.min(axis=0), path.vertices.max(axis=0)
                    result.setdefault(color, []).append((begin, end, (low + high) / 2))
        return result

    def test_each_node_has_a_row_with_a_bar_for_each_thing_that_it_does(self):
        rows = self.figure(self.timeline()).axes[0]
        self.assertEqual([label.get_text() for label in rows.get_yticklabels()], ["node 3", "node 8"])
        self.assertGreater(rows.get_ylim()[0], rows.get_ylim()[1])  # from the top
        bars = self.bars(rows)
        color = {activity: shade.lower() for activity, (shade, _) in ACTIVITIES.items()}
        np.testing.assert_allclose(sorted(bars[color["compute"]]), [(0, 10, 0), (0, 40, 1)])
        np.testing.assert_allclose(bars[color["wait"]], [(10, 20, 0)])
        np.testing.assert_allclose(bars[color["transfer"]], [(20, 25, 0)])

    def test_a_message_that_does_not_arrive_is_lost_in_red(self):
        lost = [{**event, "cat": "lost", "args": {"fate": "missed"}} for event in message(2, 4, 10, 9, 15)]
        timeline = self.timeline(events=[*PAIR, *lost])
        self.assertEqual(timeline.lost, [(0, 0.01, 1, 0.015)])
        self.assertEqual(len(timeline.arrows), 1)
        figure = self.figure(timeline)
        rows = figure.axes[0]
        crosses = [points.get_offsets().tolist() for points in rows.collections
                   if to_hex(points.get_edgecolor()[0] if len(points.get_edgecolor()) else "w") == gantt.LOST
                   and len(points.get_offsets())]
        self.assertIn([[15.0, 1.0]], crosses)
        self.assertIn("lost message", legend_names(figure))

    def test_an_arrow_leads_from_sender_to_receiver(self):
        rows = self.figure(self.timeline()).axes[0]
        lines = [collection for collection in rows.collections if isinstance(collection, gantt.LineCollection)]
        np.testing.assert_allclose(lines[0].get_segments()[0], [(20, 1), (25, 0)])

    def test_what_is_in_flight_is_drawn_below_with_units(self):
        below = self.figure(self.timeline()).axes[-1]
        np.testing.assert_allclose(below.lines[0].get_xdata(), [0, 20, 25, 40])
        np.testing.assert_allclose(below.lines[0].get_ydata(), [0, 2, 0, 0])
        self.assertEqual(below.get_ylabel(), "In flight (MB)")
        self.assertEqual(below.get_xlabel(), "Virtual time (ms)")

    def test_a_window_shows_its_part_of_bars_and_messages(self):
        timeline = self.timeline()
        part = timeline.between(0.012, 0.018)
        self.assertEqual(part.slices, [(0, "wait", 0.012, 0.018), (1, "compute", 0.012, 0.018)])
        self.assertEqual(part.arrows, [])
        figure = self.figure(timeline, begin=0.012, end=0.022)
        self.assertEqual(figure.axes[-1].get_xlim(), (12, 22))
        np.testing.assert_allclose(figure.axes[-1].lines[0].get_ydata()[-1], 2)
        with self.assertRaisesRegex(AnalysisError, "a.json: shows nothing from 1 s to 2 s"):
            draw([timeline], 1, 2)

    def test_several_runs_stand_above_each_other_over_one_axis(self):
        figure = self.figure(self.timeline(), self.timeline("b.json", title="Another"))
        self.assertEqual([axes.get_title(loc="left") for axes in figure.axes[:2]], ["A pair", "Another"])
        self.assertEqual(len({axes.get_xlim() for axes in figure.axes}), 1)
        self.assertEqual(legend_names(figure)[-2:], ["A pair", "Another"])

    def test_the_legend_names_what_is_drawn_and_no_more(self):
        self.assertEqual(legend_names(self.figure(self.timeline())), ["compute", "wait", "transfer", "message"])
        silent = self.timeline("b.json", [named(1, "node 0"), bar(1, "compute", 0, 1)])
        self.assertEqual(legend_names(self.figure(silent)), ["compute"])

    def test_nodes_whose_steps_take_longer_are_marked_also_in_a_window(self):
        def row(thread, name, step):
            return [named(thread, name), *(bar(thread, "compute", k * step, (k + 1) * step) for k in range(60 // step))]

        events = [*row(1, "node 0", 10), *row(2, "node 1", 20), *row(3, "node 2", 10)]
        timeline = self.timeline(events=events)
        self.assertEqual({row: round(slowdown, 9) for row, slowdown in gantt.slow_rows(timeline).items()}, {1: 2.0})
        figure = self.figure(timeline, begin=0.001, end=0.009)
        rows = figure.axes[0]
        self.assertEqual([label.get_text() for label in rows.get_yticklabels()], ["node 0", "node 1 (2× slow)", "node 2"])
        marks = [patch.get_xy() for patch in rows.patches if to_hex(patch.get_facecolor()) == gantt.BEHIND_SLOW]
        self.assertEqual([(corners[:, 1].min(), corners[:, 1].max()) for corners in marks], [(0.5, 1.5)])
        self.assertIn("slow node", legend_names(figure))

    def test_nodes_that_the_run_slows_down_are_marked_even_if_all_rows_are_slow(self):
        def slow(thread, name, slowdown):
            return {**named(thread, name), "args": {"name": name, "slowdown": slowdown}}

        events = [slow(1, "node 3", 5.0), bar(1, "compute", 0, 50), slow(2, "node 7", 1.25), bar(2, "compute", 0, 12)]
        timeline = self.timeline(events=events)
        self.assertEqual(gantt.slow_rows(timeline), {0: 5.0})
        names = [label.get_text() for label in self.figure(timeline).axes[0].get_yticklabels()]
        self.assertEqual(names, ["node 3 (5× slow)", "node 7"])

    def test_what_is_no_timeline_is_one_sentence(self):
        def complaint(content):
            with self.assertRaises(AnalysisError) as caught:
                read_timeline(self.write("a.json", json.dumps(content)))
            return str(caught.exception).replace(f"{self.folder}/", "")

        expected = "expected a timeline, as `gossamer run --timeline` writes it"
        for other in ({"calibration": {}}, [], {"traceEvents": [], "otherData": {"program": "chrome"}}):
            self.assertEqual(complaint(other), f"a.json: is no timeline of Gossamer, {expected}")

        def with_event(event):
            return complaint({"otherData": {"program": "gossamer"}, "traceEvents": [*PAIR, event]})

        for event, sentence in ((7, "/traceEvents/11 is 7, expected an object"),
                                ({**bar(4, "wait", 0, 1), "dur": None},
                                 "/traceEvents/11/dur is null, expected a number of at least 0"),
                                ({**bar(4, "wait", 0, 1), "ts": "soon"},
                                 '/traceEvents/11/ts is "soon", expected a number'),
                                ({**in_flight(0, 0), "args": {"bytes": 1.7e308}},
                                 "/traceEvents/11/args/bytes is 1.7e+308, expected a number of bytes from 0 to 2^63"),
                                (bar(7, "wait", 0, 1),
                                 "/traceEvents/11/tid is 7, expected a thread that an event thread_name names"),
                                ({**bar(4, "wait", 0, 1), "tid": [4]},
                                 "/traceEvents/11/tid is a list, expected a number or a text")):
            self.assertEqual(with_event(event), f"a.json: {sentence}")
        with self.assertRaisesRegex(AnalysisError, "shows nothing: the run ended"):
            self.timeline(events=PAIR[:2])


if __name__ == "__main__":
    unittest.main()
