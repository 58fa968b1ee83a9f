"""gossamer report: its sentences against arithmetic, its sizes, its encoding, and that it needs nothing from outside."""

import json
import math
import re
import unittest
from html.parser import HTMLParser
from pathlib import Path
from unittest import mock

import numpy as np
from reports import SPEED, edges_program, graphs_and_steps, over_networks, records, timeline_of_a_run, write, write_sweep
from traces import WithFolder, outcome

from gossamer.commands.report import main
from gossamer.report import encoding, page
from gossamer.report.curves import over_seeds
from gossamer.report.limits import Modelled, limits
from gossamer.statistics import student_quantile

VOID = {"meta", "input", "br", "link"}


def numbers(text):
    """What page/numbers.js does: integers of a text."""
    values, value, shift = [], 0, 1
    for letter in text[1:]:
        digit = encoding.DIGITS.index(letter)
        value, shift = value + (digit & 31) * shift, shift * 32
        if digit < 32:
            values.append(-(value - 1) // 2 if value % 2 else value // 2)
            value, shift = 0, 1
    for _ in range(int(text[0])):
        values = np.cumsum(values).tolist()
    return values


def column(encoded):
    low, high, logarithmic, text = encoded
    levels = np.array(numbers(text), dtype=float)
    if logarithmic:
        return np.where(levels > 0, low * (high / low) ** ((levels - 1) / (encoding.LOG_LEVELS - 1)), 0)
    return low + (high - low) * levels / encoding.LEVELS


class Tags(HTMLParser):
    """The elements of a document, and those that are not closed in their order."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.attributes, self.seen = [], [], [], set()

    def handle_starttag(self, tag, attributes):
        self.seen.add(tag)
        self.attributes += [(tag, *each) for each in attributes]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append((tag, self.getpos()))


class EncodingTest(unittest.TestCase):
    def test_integers_come_back(self):
        for values in ([0], [1, 2, 3, 4], [5, -7, 0, 31, 32, -33, 1023, 1024, 65535], list(range(0, 9000, 90)), [7] * 5, []):
            self.assertEqual(numbers(encoding.numbers(np.array(values, dtype=int))), values)

    def test_values_come_back_within_half_a_level(self):
        draw = np.random.default_rng(1)
        for values in (draw.normal(0, 5, 300), np.full(4, 2.5), draw.uniform(1, 19, 50)):
            back = column(encoding.encoded(values))
            self.assertLessEqual(np.abs(back - values).max(), 0.51 * np.ptp(values) / encoding.LEVELS + 1e-5 * np.abs(values).max())
        wide = np.exp(draw.uniform(-30, 5, 300))
        self.assertLessEqual(np.abs(np.log(column(encoding.encoded(wide)) / wide)).max(), 0.51 * 35 / encoding.LOG_LEVELS + 1e-5)
        self.assertEqual(column(encoding.encoded(np.array([0.0, 1.0, 1e4])))[0], 0)

    def test_downsampling_keeps_the_ends_and_the_extremes_of_every_bucket(self):
        draw = np.random.default_rng(2)
        for count, most in ((1000, 40), (997, 41), (50, 12), (10_000, 600)):
            values = draw.normal(0, 1, count) + np.linspace(5, 0, count)
            rows = encoding.kept(values, most)
            self.assertLessEqual(len(rows), most + 4)
            self.assertEqual((rows[0], rows[-1]), (0, count - 1))
            edges = np.linspace(0, count, max(most // 4, 2) + 1).astype(int)
            for first, last in zip(edges, edges[1:]):
                inside = rows[(rows >= first) & (rows < last)]
                self.assertEqual(values[inside].max(), values[first:last].max())
                self.assertEqual(values[inside].min(), values[first:last].min())

    def test_a_smooth_curve_stays_within_a_hundredth_of_its_height(self):
        x = np.linspace(0, 1, 2000)
        values = np.exp(-20 * x) + x
        rows = encoding.kept(values, 40)
        self.assertLessEqual(np.abs(np.interp(x, x[rows], values[rows]) - values).max(), 0.01 * np.ptp(values))
        self.assertEqual(encoding.kept(values[:30], 40).tolist(), list(range(30)))

    def test_a_band_is_the_interval_of_student_over_seeds(self):
        times = np.linspace(0, 4, 5)
        runs = [{"time_s": times, "idle_share": 0.1 * seed + 0 * times, "train_loss": seed * 10.0 ** -times} for seed in (1, 2, 6)]
        mean, half = over_seeds(runs)
        self.assertTrue(np.allclose(mean["idle_share"], 0.3))
        self.assertEqual(half["idle_share"][0], "half")  # sd of 0.1, 0.2, 0.6 is 0.1 √7
        self.assertTrue(np.allclose(half["idle_share"][1], student_quantile(2) * 0.1 * math.sqrt(7 / 3)))
        self.assertTrue(np.allclose(mean["train_loss"], 12 ** (1 / 3) * 10.0 ** -times))  # the geometric mean of 1, 2, 6
        self.assertEqual(half["train_loss"][0], "geometric")
        logs = np.log([1, 2, 6])
        self.assertTrue(np.allclose(half["train_loss"][1], student_quantile(2) * logs.std(ddof=1) / math.sqrt(3)))


class ReportFolder(WithFolder):
    """A test with a folder, and what a report in it says."""

    def report(self, *files, program=None):
        """The document, its data, and the texts of its first screen."""
        out = self.folder / "report.html"
        code, message = outcome(main, *files, "-o", out, "--program", program or edges_program(self.folder))
        self.assertEqual((code, message), (0, ""))
        text = out.read_text(encoding="utf-8")
        self.data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])
        self.answer = re.search(r'id="answer">(.*?)</p>', text)[1]
        self.question = re.search(r"<h1>(.*?)</h1>", text)[1]
        return text


class ReportTest(ReportFolder):
    def refused(self, *words):
        code, message = outcome(main, *words)
        self.assertEqual(code, 2, message)
        self.assertEqual(message.count("\n"), 1, message)
        return message.replace(f"{self.folder}/", "")

    # The answer.

    def test_the_answer_has_the_paired_ratio_and_its_interval(self):
        self.report(graphs_and_steps(self.folder / "sweep"))
        self.assertEqual(self.question, "Which topology and local_steps need the least virtual time to training loss of 0.5?")
        # The loss is 2 exp(−r t) with r = 0.4 · 2.4 (1 + 0.1 seed), so t = ln 4 / r; that of the ring is twice as long.
        times = [math.log(4) / (0.4 * 2.4 * (1 + 0.1 * seed)) for seed in (1, 2, 3)]
        half = student_quantile(2) * np.std(times, ddof=1) / math.sqrt(3)
        low, high = (re.search(rf"95 % interval ([0-9.]+ m?s) to ([0-9.]+ m?s)", self.answer).groups())
        self.assertTrue(self.answer.startswith(f"Hypercube with local_steps 4 is first at {np.mean(times):.4g} s (95 % interval "))
        self.assertAlmostEqual(float(low.split()[0]) / 1000, np.mean(times) - half, delta=1e-3)
        self.assertAlmostEqual(float(high.split()[0]), np.mean(times) + half, delta=1e-3)
        self.assertTrue(self.answer.endswith(", 2 times as fast as the baseline, ring with local_steps 4 (95 % interval 2 to 2, "
                                             "3 pairs of runs)."), self.answer)

    def test_a_difference_within_its_interval_is_called_none(self):
        speed = {("a", 1): 1.0, ("a", 2): 1.3, ("b", 1): 1.1, ("b", 2): 1.1}
        for (label, seed), each in speed.items():
            configuration = {"algorithm": {"kind": label}}
            write(self.folder / f"{label}{seed}.jsonl", records(label, each, seed, configuration=configuration))
        self.report(*(self.folder / f"{label}{seed}.jsonl" for label, seed in speed), "--target", "train_loss=0.5")
        self.assertRegex(self.answer, r"times as fast as the next best, [ab] \(95 % interval 0\.\d+ to [1-9.]+, 2 pairs of runs, "
                                      "which is no clear difference")

    def test_one_seed_has_no_interval_and_one_run_no_rival(self):
        self.report(write_sweep(self.folder / "sweep", {"topology": ("/topology", list(SPEED))}, (1,),
                                lambda labels: SPEED[labels["topology"]]))
        self.assertTrue(self.answer.endswith("1.33 times as fast as the next best, torus; with one seed there is no interval."))
        self.report(write(self.folder / "a.jsonl", records("Alone", 1.0, 1)))
        self.assertEqual((self.question, self.answer), ("Alone", "Training loss: 0.02455 at the end."))
        self.assertEqual(self.data["ranking"], [])

    def test_conditions_are_not_chosen_but_compared_in(self):
        self.report(over_networks(self.folder / "sweep"))
        self.assertEqual(self.question, "Which algorithm needs the least virtual time to training loss of 0.5, over latency and bandwidth?")
        # Speeds of near are 2, 1.8, 1 at the latencies, that of far is 1.5: the geometric mean of the ratios is (3.6 / 3.375)^(1/3).
        self.assertTrue(self.answer.startswith("Near is best in 4 of 6 combinations of latency and bandwidth, far in 2; over all of "
                                               "them it is 1.02 times as fast as the next best, far (95 % interval 0."), self.answer)
        plane = self.data["maps"][0]
        self.assertEqual((plane["x"]["name"], plane["y"]["name"], plane["winners"]), ("latency", "bandwidth", ["near", "far"]))
        won = {(field["x"], field["y"]): (plane["winners"][field["winner"]], field["text"]) for field in plane["fields"]}
        self.assertEqual(won, {(x, y): winner for x, winner in enumerate((("near", "1.33×"), ("near", "1.2×"), ("far", "1.5×"))) for y in (0, 1)})

    def test_runs_that_miss_the_target_count_with_a_bound(self):
        speed = {"slow": 0.1, "fast": 1.0}
        self.report(write_sweep(self.folder / "sweep", {"algorithm": ("/algorithm", list(speed))}, (1, 2),
                                lambda labels: speed[labels["algorithm"]]))
        # Slow runs end at 10 s; fast ones need ln 4 / (0.4 (1 + 0.1 seed)): 3.151 s and 2.888 s.
        bound = math.sqrt(10 / 3.15067 * 10 / 2.88811)
        self.assertIn(f"at least {bound:.3g} times as fast as the next best, slow", self.answer)

    def test_a_field_is_won_by_who_reaches_the_target_with_most_runs(self):
        axes = {"algorithm": ("/algorithm", ["near", "far"]), "latency": ("/network/latency", ["1 ms", "10 ms"]),
                "bandwidth": ("/network/bandwidth", ["1 Mbit/s", "1 Gbit/s"])}
        speed = {"1 ms": 0.3, "10 ms": 0.1}
        self.report(write_sweep(self.folder / "sweep", axes, (1, 2), lambda labels: speed[labels["latency"]] if
                                labels["algorithm"] == "near" else 0.1))
        # Near needs ln 4 / (0.4 · 0.3 (1 + 0.1 seed)) at 1 ms: 10.5 s, after the end, and 9.627 s. All others miss the target.
        fields = {(field["x"], field["y"]): field["words"] for field in self.data["maps"][0]["fields"]}
        won = f"near, of which 1 of 2 runs reached the target, at least {10 / 9.62704:.3g} times better than far"
        self.assertEqual(fields, {(0, 0): won, (0, 1): won, (1, 0): "none reached the target", (1, 1): "none reached the target"})

    # The page.

    def test_the_page_needs_nothing_from_outside(self):
        text = self.report(graphs_and_steps(self.folder / "sweep"))
        tags = Tags()
        tags.feed(text)
        self.assertEqual((tags.open, tags.wrong), ([], []))
        self.assertEqual([each for each in tags.attributes if each[1] in ("src", "srcset", "data", "action", "poster")], [])
        self.assertTrue(all(value.startswith("#") for _, name, value in tags.attributes if name == "href"))
        policy = next(value for _, name, value in tags.attributes if name == "content" and "default-src" in value)
        self.assertEqual(policy, "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'")
        style = text[text.index("<style>"):text.index("</style>")]
        self.assertNotRegex(style, r"url\(|@import")
        self.assertNotIn("sourceMappingURL", text)
        self.assertIn("Permission is hereby granted", text)  # the license of dygraphs

    def test_names_from_outside_cannot_end_a_script_or_make_elements(self):
        sweep = write_sweep(self.folder / "sweep", {"topology": ("/topology", ["</script><b>", "ring"])}, (1,),
                            lambda labels: None if labels["topology"] == "ring" else 1.0, title="<i>&\u202e")
        text = self.report(sweep)
        self.assertEqual(text.count("</script>"), 3)
        tags = Tags()
        tags.feed(text)
        self.assertEqual((tags.open, tags.wrong, {"b", "i"} & tags.seen), ([], [], set()))
        self.assertIn("<title>&lt;i&gt;&amp;\\u202e</title>", text)
        self.assertEqual(self.data["runs"][1]["end"], "Failed: no memory </script><b>was left")
        self.assertEqual(self.data["cells"][0]["name"], "</script><b>")

    def test_equal_sweeps_give_equal_pages(self):
        sweep = graphs_and_steps(self.folder / "sweep")
        self.assertEqual(self.report(sweep), self.report(sweep))

    # What is beside the runs.

    def test_a_run_has_its_settings_its_command_and_its_timeline(self):
        sweep = graphs_and_steps(self.folder / "sweep")
        traces = sorted((sweep / "runs").glob("*.jsonl"))[:6]
        self.report(*traces, timeline_of_a_run(self.folder))
        self.assertEqual([path for path, _ in self.data["settings"]], ["/local_steps"])
        run = self.data["runs"][0]
        self.assertEqual((run["differs"], run["command"]), (["1"], f"gossamer run {traces[0]} --out again.jsonl"))
        self.assertEqual(run["timeline"]["bars"], [[0, "compute", 0, 1], [1, "wait", 0, 1]])
        self.assertEqual(run["timeline"]["unit"], "ms")
        self.assertNotIn("timeline", self.data["runs"][1])  # seed 2: its command has written none

    def test_claims_of_a_study_are_checked_on_the_runs(self):
        (self.folder / "study.py").write_text(
            'from gossamer.studies import Study\nstudy = Study("A study", base="a.json")\nstudy.run("Alone")\n'
            '@study.claim("it falls")\ndef falls(runs):\n    yield "loss", runs["Alone"].samples[-1]["train_loss"], "<=", 0.1\n'
            '@study.claim("it vanishes")\ndef vanishes(runs):\n    yield "loss", runs["Alone"].samples[-1]["train_loss"], "<=", 0\n')
        self.report(write(self.folder / "a.jsonl", records("Alone", 1.0, 1)), "--study", self.folder)
        self.assertEqual([(claim["sentence"], claim["holds"]) for claim in self.data["claims"]], [("it falls", True), ("it vanishes", False)])

    def test_claims_of_a_study_with_a_sweep_are_checked_on_the_sweep(self):
        (self.folder / "study.py").write_text(
            'from gossamer.studies import Study\nstudy = Study("A study", sweep="sweep.json")\n'
            '@study.claim("it has runs")\ndef has(sweep):\n    yield "axes", len(sweep.axes), ">=", 1\n    yield "runs", len(sweep.runs), ">", 6\n')
        self.report(graphs_and_steps(self.folder / "sweep"), "--study", self.folder)
        self.assertEqual([(claim["sentence"], claim["holds"]) for claim in self.data["claims"]], [("it has runs", True)])

    def test_what_is_not_modelled_depends_on_the_runs(self):
        plain = {"network": {"jitter": 0, "collectives": "formula"}, "compute": {"stragglers": {"kind": "none"}}}
        found = [each["text"] for each in limits([Modelled(plain, "simulation", 1.0)])]
        self.assertIn("No node fails and no message is lost.", found)
        self.assertIn("Latencies do not vary from message to message.", found)
        self.assertIn("No node is slower than the others.", found)
        rich = {"network": {"jitter": 0.1, "collectives": "played"}, "faults": {"kinds": [{"kind": "loss"}]}, "compute": {"averaging": "1 GB/s"}}
        found = {each["text"]: each["count"] for each in limits([Modelled(rich, "simulation", 5.0), Modelled(plain, "simulation", 1.0)])}
        self.assertEqual(found["No node fails and no message is lost."], "(in 1 of 2 runs)")
        self.assertEqual(found["A node computes one gradient at a time."], "")
        self.assertEqual([each["text"] for each in limits([Modelled(rich, "mpi", 1.0)])],
                         ["Runs on real ranks: their times are those of their machine."])

    def test_a_page_without_the_program_has_no_graph_and_says_so(self):
        self.report(write(self.folder / "a.jsonl", records("Alone", 1.0, 1)), program=self.folder / "none")
        self.assertEqual(self.data["graphs"], [])
        self.assertIn("Graphs are not drawn", self.data["warnings"][-1]["text"])

    # Mistakes.

    def test_mistakes_get_one_sentence(self):
        trace = write(self.folder / "a.jsonl", records("Alone", 1.0, 1))
        (self.folder / "empty").mkdir()
        for words, sentence in (
                ((), "nothing to report on; expected traces, timelines, or the folder of a sweep"),
                ((trace,), "no page to write; expected -o FILE, such as -o a.html"),
                ((trace, "-o", self.folder / "a.pdf"), 'a.pdf: ends in ".pdf", expected .html, such as a.html'),
                ((trace, "-o", self.folder / "none" / "a.html"), "none/a.html: there is no folder"),
                ((self.folder / "empty", "-o", self.folder / "a.html"), "empty: has neither a sweep.json nor traces"),
                ((timeline_of_a_run(self.folder), "-o", self.folder / "a.html"), "is a timeline; expected the trace of its run, too"),
                ((self.folder / "none.jsonl", "-o", self.folder / "a.html"), "none.jsonl: cannot be read"),
                ((trace, "-o", self.folder / "a.html", "--target", "loss"), '"loss" is no target')):
            with self.subTest(sentence):
                self.assertIn(sentence, self.refused(*words))
        with mock.patch.object(page, "DYGRAPHS", Path("/none")):
            self.assertIn("dygraph.min.css: cannot be read: No such file or directory; Debian has it in libjs-dygraphs",
                          self.refused(trace, "-o", self.folder / "a.html", "--program", edges_program(self.folder)))
        self.assertFalse((self.folder / "a.html").exists())


if __name__ == "__main__":
    unittest.main()
