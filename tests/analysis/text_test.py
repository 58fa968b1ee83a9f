"""A user's text is drawn and printed as it stands, in every picture and table."""

import contextlib
import io
import unittest

import matplotlib
from matplotlib.text import Text
from traces import HEADER, WithFolder, event, legend_names, machine, sample, timeline

from gossamer import tables
from gossamer.commands import crosscheck
from gossamer.figures import calibration, curves, draw_curves, gantt
from gossamer.figures.saving import save
from gossamer.figures.texts import literal_text
from gossamer.statistics import statistics_of
from gossamer.statistics.worlds import Timing
from gossamer.support.inputs import open_source
from gossamer.support.wording import columns, nearest, shown, visible, width
from gossamer.sweeps import load
from gossamer.traces import read, read_timeline

# Each holds something that Matplotlib, a terminal or SVG would take for more than text.
TEXTS = (r"Ba$$in $\frac{$", "cost $5 vs $10", r"a \$ and $x^2$", "_hidden from legends", r"50 % {\alpha} ^_^ & <b>",
         "$", "$$", "-- >", "'\"`")


def drawn(figure):
    """Every text of a figure as it is rendered; what is read as math has a mark."""
    parsed = [text._preprocess_math(text.get_text()) for text in figure.findobj(Text)]
    return [f"math: {text}" if is_math else text for text, is_math in parsed]


class TextTest(WithFolder):
    def trace(self, title, name="a.jsonl"):
        return read(self.write(name, {**HEADER, "title": title}, sample(0, train_loss=2, consensus_distance=0),
                               sample(1, train_loss=1, consensus_distance=1)))

    def saved(self, figure, *endings):
        """The same figure, which has become a file."""
        for ending in endings or ("svg",):
            save(figure, self.folder / f"a.{ending}")
        return figure

    def test_titles_and_legends_of_every_picture_hold_the_text_itself(self):
        for number, text in enumerate(TEXTS):
            trace, other = self.trace(text), self.trace(f"{text} too", "b.jsonl")
            one_machine = calibration.read(open_source(self.write("m.json", machine(text)), "a machine file"))
            row = [event("M", 3, name="thread_name", args={"name": text})]
            first, second = (read_timeline(self.write(name, timeline(text, timeline()["traceEvents"] + row)))
                             for name in ("t.json", "u.json"))
            times = [Timing("total", 1.0, 1.0)]
            for figure, expected in (
                    (curves.draw([trace]), text), (curves.draw([trace, other]), f"{text} too"),
                    (gantt.draw([first]), text), (gantt.draw([first, second]), text),
                    (calibration.draw(one_machine), f"2 ranks, {text}"),
                    (crosscheck.draw(text, [trace], [other], times), text),
                    (draw_curves({text: ([1, 2], [1, 2])}, "x", "y"), text)):
                with self.subTest(text):
                    self.assertIn(expected, drawn(self.saved(figure) if number == 0 else figure))

    def test_the_names_of_rows_and_of_equal_models_hold_the_text_itself(self):
        named = timeline(events=[{**each, "args": {"name": "$5 a$"}} if each["ph"] == "M" else each
                                 for each in timeline()["traceEvents"]])
        figure = gantt.draw([read_timeline(self.write("t.json", named))])
        self.assertIn("$5 a$", drawn(figure))
        equal = read(self.write("e.jsonl", {**HEADER, "title": "$=$"}, sample(0, train_loss=2, consensus_distance=0),
                                sample(1, train_loss=1, consensus_distance=1e-12)))
        self.assertIn("$=$: 0 up to rounding", drawn(curves.draw([equal, self.trace("other")])))

    def test_our_own_labels_and_numbers_are_math_where_they_need_it(self):
        trace = read(self.write("a.jsonl", HEADER, *[sample(k, train_loss=10.0**-k, consensus_distance=10.0**-k,
                                                            suboptimality=10.0**-k) for k in range(5)]))
        figure = curves.draw([trace], y_names=["consensus", "suboptimality"])
        figure.canvas.draw()
        texts = drawn(figure)
        self.assertIn("math: Consensus distance $\\Gamma$", texts)
        self.assertTrue(any(text.startswith("math: $\\mathdefault{10^{") for text in texts))

    def test_a_title_in_the_file_of_a_picture_is_the_text_itself(self):
        save(curves.draw([self.trace("cost $5 vs $10")]), self.folder / "a.svg")
        self.assertIn("<!-- cost $5 vs $10 -->", (self.folder / "a.svg").read_text(encoding="utf-8"))

    def test_long_texts_are_wrapped_then_cut_and_leave_the_panels_their_size(self):
        self.assertEqual(literal_text("one two three", 8), "one two\nthree")
        self.assertEqual(literal_text("a" * 100, 10, lines=2), "a" * 10 + "\n" + "a" * 9 + " …")
        self.assertEqual(literal_text("first\nsecond"), "first\nsecond")
        self.assertEqual(literal_text("中" * 6, 6), "中中中\n中中中")  # two places each
        heights = []
        for title in ("short", "long title " * 1000):
            figure = self.saved(curves.draw([self.trace(title), self.trace(f"{title}!", "b.jsonl")]))
            heights.append(figure.axes[0].get_position().height * figure.get_size_inches()[1])
        self.assertGreater(heights[1], 0.75 * heights[0])

    def test_a_legend_of_many_leaves_the_panels_their_size(self):
        def panel(count):
            traces = [self.trace(f"Run {k}", f"{k}.jsonl") for k in range(count)]
            figure = self.saved(curves.draw(traces))
            self.assertEqual(len(legend_names(figure)), count)
            return figure.axes[0].get_position().height * figure.get_size_inches()[1]

        self.assertGreater(panel(60), 0.75 * panel(2))

    def test_letters_that_no_font_has_are_named_once_and_leave_a_picture(self):
        figure = curves.draw([self.trace("\u4e2d\u6587 \U0001f9ff")])  # two ideographs and a recent emoji
        with contextlib.redirect_stderr(io.StringIO()) as stderr:
            save(figure, self.folder / "a.png")
        for line in stderr.getvalue().splitlines():  # none where fonts are installed
            self.assertIn("no installed font has", line)
        self.assertLessEqual(stderr.getvalue().count("\n"), 1)

    def test_what_moves_the_cursor_or_cannot_be_encoded_is_shown_as_its_escape(self):
        self.assertEqual(visible("a\x1b[31m\x07\x00\x7f\x9b"), r"a\u001b[31m\u0007\u0000\u007f\u009b")
        self.assertEqual(visible("\u202eabc\ud800\u2028"), r"\u202eabc\ud800\u2028")
        self.assertEqual(visible("a\nb\tc"), r"a\nb\tc")
        self.assertEqual(visible("Γ 中 é 👩\u200d👧"), "Γ 中 é 👩\u200d👧")
        figure = curves.draw([self.trace("a\x00\x1b\ud800\u202e")])
        self.assertIn(r"a\u0000\u001b\ud800\u202e", drawn(self.saved(figure, "png", "svg", "pdf")))

    def test_columns_stand_below_each_other_whatever_the_titles(self):
        titles = ("中文标题", "a\x1b[2J\nb", "plain", "x" * 500)
        text = tables.text(statistics_of(load([self.trace(title, f"{k}.jsonl").path for k, title in enumerate(titles)])))
        self.assertEqual(len({width(line) for line in text.split("\n")[1:]}), 1)
        self.assertEqual(text.count("\n"), 6)
        self.assertNotIn("\x1b", text)
        self.assertEqual(columns([["a", "b"], ["中", "c"]]), "a   b\n─────\n中  c")
        self.assertEqual(columns([["a", "bb", "c"], ["d", "e", "ff"]], left=2), "a  bb   c\n─────────\nd  e   ff")

    def test_values_in_messages_are_short_and_visible(self):
        self.assertEqual([shown(value) for value in (None, 1.5, "a\x1b", {}, {"a": 1}, [], [1], True, 10**5000)],
                         ["null", "1.5", '"a\\u001b"', "an empty object", "an object", "an empty list", "a list", "true",
                          "an integer of too many digits"])
        self.assertEqual(len(shown("a" * 10**6)), 80)

    def test_the_nearest_name_is_one_that_may_have_been_meant(self):
        names = ["loss", "consensus", "test_accuracy"]
        self.assertEqual([nearest(name, names) for name in ("los", "Consensus", "accuracy", "cons", "zzz", "")],
                         ["loss", "consensus", "test_accuracy", "consensus", None, None])

    def test_a_matplotlibrc_of_the_user_changes_nothing(self):
        first, second = self.folder / "1.svg", self.folder / "2.svg"
        save(curves.draw([self.trace("Ring")]), first)
        with matplotlib.rc_context({"text.usetex": True, "lines.linewidth": 9.0, "axes.facecolor": "red"}):
            save(curves.draw([self.trace("Ring")]), second)
        self.assertEqual(first.read_bytes(), second.read_bytes())


if __name__ == "__main__":
    unittest.main()
