"""gossamer plot as its users call it."""

import os
import unittest

from traces import HEADER, WithFolder, machine, outcome, sample, timeline

from gossamer.commands import plot
from gossamer.commands.plot import duration, main
from gossamer.support.inputs import kind_of, open_source

BEGINNINGS = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


class PlotTest(WithFolder):
    def setUp(self):
        super().setUp()
        self.a = self.trace("a.jsonl")
        self.b = self.trace("b.jsonl")
        self.timeline = self.write("timeline.json", timeline())
        self.machine = self.write("machine.json", machine())
        self.picture = self.folder / "picture.png"

    def trace(self, name, title="Ring of 4", **header):
        records = [sample(0.5 * k, train_loss=2 - 0.5 * k, consensus_distance=1 + k, epochs=k) for k in range(3)]
        return self.write(name, {**HEADER, "title": title, **header}, *records)

    def plot(self, *words):
        code, message = outcome(main, *words)
        return code, message.replace(f"{self.folder}/", "")

    def refused(self, *words):
        code, message = self.plot(*words)
        self.assertEqual(code, 2, message)
        self.assertEqual(message.count("\n"), 1, message)
        self.assertFalse(self.picture.exists())
        return message.removeprefix("gossamer plot: ").rstrip("\n")

    def test_each_kind_is_drawn_whatever_its_name_the_same_each_time(self):
        for source, endings in ((self.a, BEGINNINGS), (self.timeline, ["png"]), (self.machine, ["svg"])):
            odd = source.rename(self.folder / "a name without an ending")
            for ending in endings:
                first, again = self.folder / f"1.{ending}", self.folder / f"2.{ending}"
                for picture in (first, again):
                    self.assertEqual(self.plot(odd, "-o", picture), (0, ""))
                self.assertTrue(first.read_bytes().startswith(BEGINNINGS[ending]))
                self.assertEqual(first.read_bytes(), again.read_bytes())

    def test_the_kind_of_a_file_is_found_in_its_content(self):
        for content, kind in ((HEADER, "trace"), ('{"record": "header"', "trace"), (timeline(), "timeline"),
                              ('{"displayTimeUnit":"ms","traceEvents":[{"ph', "timeline"), (machine(), "machine"),
                              ({"network": {}, "compute": {}}, "machine"),
                              ({"topology": {}, "network": {}}, "experiment"), ({"hosts": [], "links": []}, "platform"),
                              ("[1]", None), ("a,b\n1,2", None), ("{", None), ("[" * 100_000, None), ("7", None)):
            self.assertEqual(kind_of(open_source(self.write("x", content), "a trace")), kind, content)

    def test_what_cannot_be_drawn_leads_on(self):
        drawable = "expected a trace, a timeline, a machine file or the folder of a sweep"
        self.write("experiment.json", {"topology": {"kind": "ring"}, "stop": {}})
        (self.folder / "folder").mkdir()
        os.symlink(self.folder / "loop", self.folder / "loop")
        for name, content, sentence in (
                ("experiment.json", None, "is an experiment, which has to run first: gossamer run experiment.json"),
                ("platform.json", b'{"hosts": [], "links": []}', f"is a platform file, {drawable}"),
                ("folder", None, f"is a folder, {drawable}"),
                ("none.jsonl", None, "cannot be read: No such file or directory"),
                ("loop", None, "cannot be read: Too many levels of symbolic links"),
                ("n" * 300, None, "cannot be read: File name too long"),
                ("empty", b"", f"is empty, {drawable}"),
                ("a.jsonl.gz", b"\x1f\x8b\x08", "is compressed by gzip; expected it as `gunzip` writes it"),
                ("models.npy", b"\x93NUMPY\1\0", "is a NumPy array, as `gossamer run --models` writes; expected a trace"),
                ("old.png", b"\x89PNG\r\n", "is a picture; expected the file that it was drawn from"),
                ("utf16", "{}".encode("utf-16"), "is text in UTF-16, expected UTF-8"),
                ("binary", b"ab\0cd", f"is no text, {drawable}"),
                ("list.json", b"[]", f"is none of Gossamer's files, {drawable}"),
                ("cut.json", b'{"title": "a', f"is no JSON (Unterminated string starting at at column 11), {drawable}")):
            path = self.folder / name
            if content is not None:
                path.write_bytes(content)
            with self.subTest(name):
                self.assertIn(sentence, self.refused(path, "-o", self.picture))
        self.assertIn("is a device or a socket", self.refused("/dev/zero", "-o", self.picture))
        self.assertIn("cannot be read", self.refused("a\0b", "-o", self.picture))

    def test_a_folder_names_what_it_holds(self):
        study = self.folder / "lead"
        study.mkdir()
        (study / "study.py").touch()
        self.assertIn("it is a study: gossamer study lead", self.refused(study, "-o", self.picture))
        self.assertIn("such as a.jsonl", self.refused(self.folder, "-o", self.picture).replace(f"{self.folder}", ""))

    def test_files_of_several_kinds_are_refused(self):
        self.assertEqual(self.refused(self.a, self.timeline, "-o", self.picture),
                         "timeline.json: is a timeline, but a.jsonl is a trace; a picture shows files of one kind")
        self.assertEqual(self.refused(self.machine, self.machine, "-o", self.picture),
                         "machine.json: is a second machine file; a picture shows one")

    def test_options_belong_to_a_kind(self):
        self.assertEqual(self.refused(self.timeline, "--y", "loss", "-o", self.picture),
                         "timeline.json: is a timeline, and --y belongs to a trace")
        self.assertEqual(self.refused(self.a, "--to", "1 s", "-o", self.picture),
                         "a.jsonl: is a trace, and --to belongs to a timeline")
        self.assertEqual(self.refused(self.machine, "--gantt", "-o", self.picture),
                         "machine.json: is a machine file, and --gantt belongs to a timeline")
        self.assertEqual(self.plot("--gantt", self.timeline, "-o", self.picture)[0], 0)

    def test_names_of_quantities_lead_to_what_was_meant(self):
        for option, name, hint in (("--y", "lss", 'did you mean "loss"?'), ("--y", "train_loss", 'did you mean "loss"?'),
                                   ("--y", "Accuracy", 'did you mean "test_accuracy"?'),
                                   ("--y", "Gamma", 'did you mean "consensus"?'),
                                   ("--y", "Γ", 'did you mean "consensus"?'),
                                   ("--y", "grad-norm", 'did you mean "gradient_norm"?'),
                                   ("--y", "epochs", "did you mean --x epochs?"),
                                   ("--y", "lr", "step_size is a setting, which stays the same in a run: gossamer explain "
                                                 "step_size"),
                                   ("--x", "loss", "did you mean --y loss?"), ("--x", "rounds", 'did you mean "node_steps"?'),
                                   ("--x", "iterations", 'did you mean "node_steps"?'), ("--x", "tim", 'did you mean "time"?')):
            message = self.refused(self.a, option, name, "-o", self.picture)
            self.assertTrue(message.startswith(f"{option} {name}: unknown; expected one of: "), message)
            self.assertTrue(message.endswith(f"; {hint}"), message)
        self.assertTrue(self.refused(self.a, "--y", "xyzzy", "-o", self.picture).endswith(f", {list(plot.Y)[-1]}"))

    def test_every_foreign_name_has_one_meaning(self):
        words = [word.lower() for quantities in (plot.X, plot.Y) for name, quantity in quantities.items()
                 for word in {name, quantity.key, *quantity.also}]
        self.assertEqual(len(words), len(set(words)))

    def test_names_may_be_separated_by_commas(self):
        self.assertEqual(self.plot(self.a, "--y", "loss,consensus", "-o", self.picture)[0], 0)

    def test_durations_have_a_unit(self):
        for text, seconds in (("250 ms", 0.25), ("2s", 2), ("1.5 min", 90), ("40 us", 4e-5), ("40 µs", 4e-5)):
            self.assertAlmostEqual(duration(text), seconds)
        for wrong in ("250", "ms", "3 parsecs", "1..2 s", "1e400 s", "-1 s"):
            self.assertIn("such as", self.refused(self.timeline, f"--from={wrong}", "-o", self.picture))

    def test_the_picture_never_overwrites_a_file_that_it_is_drawn_from(self):
        trace = self.trace("trace.png")
        before = trace.read_bytes()
        os.link(trace, self.folder / "hard.png")
        os.symlink("trace.png", self.folder / "soft.png")
        os.symlink("new.png", self.folder / "dangling.png")
        (self.folder / "sub").mkdir()
        for name in ("trace.png", "hard.png", "soft.png", "sub/../trace.png"):
            self.assertIn("the picture would overwrite", self.refused(self.b, trace, "-o", self.folder / name))
            self.assertEqual(trace.read_bytes(), before)
        self.assertEqual(self.plot(trace, "-o", self.folder / "dangling.png")[0], 0)
        self.assertTrue((self.folder / "new.png").is_file())

    def test_a_picture_that_fails_leaves_the_old_one_and_nothing_else(self):
        self.picture.write_bytes(b"old")
        self.picture.chmod(0o640)
        self.write("bad.jsonl", HEADER, "{")
        names = sorted(os.listdir(self.folder))
        self.assertEqual(self.plot(self.folder / "bad.jsonl", "-o", self.picture)[0], 2)
        self.assertEqual(self.picture.read_bytes(), b"old")
        self.assertEqual(self.plot(self.a, "-o", self.picture)[0], 0)
        self.assertTrue(self.picture.read_bytes().startswith(b"\x89PNG"))
        self.assertEqual(self.picture.stat().st_mode & 0o777, 0o640)
        self.assertEqual(sorted(os.listdir(self.folder)), names)

    def test_names_of_pictures_are_checked(self):
        self.assertEqual(self.refused(self.a, "-o", "a.gif"), 'a.gif: ends in ".gif", expected .png, .svg or .pdf, such as a.png')
        self.assertEqual(self.refused(self.a, "-o", "/nowhere/a.png"),
                         "/nowhere/a.png: there is no folder /nowhere")
        os.mkdir(self.folder / "d.png")
        self.assertIn("cannot write the picture: Is a directory", self.refused(self.a, "-o", self.folder / "d.png"))

    def test_messages_that_would_hide_the_rows_are_left_out_and_counted(self):
        crowd = [{**event, "id": k} for k in range(plot.gantt.MOST_ARROWS + 1) for event in timeline()["traceEvents"][4:6]]
        path = self.write("crowd.json", timeline(events=timeline()["traceEvents"][:4] + crowd))
        code, message = self.plot(path, "-o", self.picture)
        self.assertEqual(code, 0)
        self.assertIn("crowd.json: 1501 messages are not drawn", message)

    def test_losses_of_both_schemas_with_unequal_shares_are_drawn_with_a_warning(self):
        def written(schema, **values):
            partition = {"samples_per_node": {"min": 1, "median": 2, "max": 9}, "node_weights": "equal"}
            return self.write(f"{schema}.jsonl", {**HEADER, "schema": schema, "partition": partition},
                              sample(0, train_loss=2, consensus_distance=1, **values),
                              sample(1, train_loss=1, consensus_distance=1, **values))

        traces = [written(1), written(2, pooled_train_loss=3)]
        for words, warns in (([], True), (["--y", "consensus"], False), (["--y", "pooled_loss"], False)):
            code, message = self.plot(*traces, "-o", self.picture, *words)
            self.assertEqual(code, 0)
            self.assertEqual("train_loss is the mean over all samples" in message, warns)
            self.assertLessEqual(message.count("\n"), 1)

    def test_a_pipe_is_read_once(self):
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        os.write(writing, self.a.read_bytes())
        os.close(writing)
        self.assertEqual(self.plot(f"/dev/fd/{reading}", "-o", self.picture), (0, ""))


if __name__ == "__main__":
    unittest.main()
