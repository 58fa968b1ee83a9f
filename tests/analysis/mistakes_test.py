"""Ten mistakes that new users make with each command, and the expected answers."""

import os
import unittest

from traces import HEADER, WithFolder, outcome, sample, timeline

from gossamer.commands import crosscheck, plot, study, table

PROGRAM = """#!/usr/bin/python3
import json, pathlib, sys
words = sys.argv[1:]
if words[0] == "check":
    if any("=" in word and not word.startswith("/") for word in words):
        sys.exit("--set step_size=1: not an override")
    print(json.dumps({"expect": {"models": "any"}, "numerics": "off", "seed": 1, "title": "a"}))
    sys.exit(0)
lines = [{"record": "header", "schema": 2, "title": "a", "topology": {"nodes": 4}},
         {"record": "sample", "time_s": 0, "train_loss": 1}, {"record": "sample", "time_s": 1, "train_loss": 0.5}]
out = words[words.index("--out") + 1]
if words[0] == "sweep":
    pathlib.Path(out, "runs").mkdir(parents=True, exist_ok=True)
    pathlib.Path(out, "sweep.json").write_text(json.dumps({"sweep": 1, "axes": [{"name": "run", "labels": ["one"]}],
        "cells": [{"labels": {"run": "one"}}], "runs": [{"cell": 0, "seed": 1, "id": "0" * 16}]}))
    out += f"/runs/{'0' * 16}.jsonl"
with open(out, "w") as file:
    file.writelines(json.dumps(line) + "\\n" for line in lines)
"""
STUDY = """from gossamer.studies import Study
study = Study("A study", base="experiment.json")
study.run("one")
@study.claim("The loss falls")
def falls(runs):
    {claim}
"""


class MistakesTest(WithFolder):
    def setUp(self):
        super().setUp()
        before = os.getcwd()
        self.addCleanup(os.chdir, before)
        os.chdir(self.folder)
        samples = [sample(k, train_loss=2 - k, test_accuracy=k, sent_bytes_per_node=k, node_steps_per_node=k) for k in range(2)]
        self.write("ring.jsonl", {**HEADER, "title": "Ring"}, *samples)
        self.write("timeline.json", timeline())
        self.write("experiment.json", {"topology": {"kind": "ring"}, "stop": {}})
        program = self.folder / "program"
        program.write_text(PROGRAM)
        program.chmod(0o755)

    def check(self, main, cases, *always):
        self.assertGreaterEqual(len(cases), 10)
        name = main.__module__.rpartition(".")[2]
        for line, sentence in cases:
            with self.subTest(line):
                words = [word.replace("_", " ") if word.startswith("_") else word for word in line.split()]
                code, message = outcome(main, *always, *words)
                self.assertEqual(code, 2, message)
                self.assertIn(sentence, message)
                self.assertIn(f"gossamer {name}: ", message)
                self.assertNotIn("internal error", message)

    def test_plot(self):
        self.check(plot.main, (
            ("", "no file to draw; expected a trace, a timeline, a machine file or the folder of a sweep, such as: gossamer plot"),
            ("ring.jsonl", "no picture to write; expected -o FILE, such as -o ring.png"),
            ("ring.jsonl ring.png", "no picture to write; expected -o ring.png"),
            ("ring.jsonl -o ring", 'ring: has no ending, expected .png, .svg or .pdf, such as ring.png'),
            ("ring.jsonl -o figures/ring.png", "figures/ring.png: there is no folder figures"),
            ("ring -o a.png", "ring: cannot be read: No such file or directory; did you mean ring.jsonl?"),
            ("rin*.json -o a.png", "did you mean ring.jsonl?"),
            ("traces/ring.jsonl -o a.png", "; there is no folder traces"),
            ("- -o a.png", "; a pipe is /dev/stdin"),
            ("experiment.json -o a.png", "is an experiment, which has to run first: gossamer run experiment.json"),
            ("-o a.png --y loss ring.jsonl", "expected files before options: gossamer plot ring.jsonl --y loss"),
            ("ring.jsonl -y loss -o a.png", "unknown option -y; did you mean --y?"),
            ("ring.jsonl --outt a.png", "unknown option --outt; did you mean --out?"),
            ("ring.jsonl --y accuracy -o a.png", 'did you mean "test_accuracy"?'),
            ("ring.jsonl --y gradient_norm -o a.png", "no sample has gradient_norm, which --y gradient_norm shows"),
            ("ring.jsonl --log log -o a.png", "invalid choice: 'log' (choose from 'x', 'y', 'xy', 'none')"),
            ("ring.jsonl --yscale log -o a.png", "unknown option --yscale; --log names the axes: x, y, xy or none"),
            ("ring.jsonl --title=New -o a.png", 'gossamer run FILE --set /title="…"'),
            ("timeline.json --to 100 -o a.png", '"100" has no unit, expected a duration such as "100 ms"'),
            ("ring.jsonl timeline.json -o a.png", "a picture shows files of one kind"),
            ("ring.jsonl -o ring.jsonl", "expected .png, .svg or .pdf, such as ring.png")))

    def test_table(self):
        self.check(table.main, (
            ("", "nothing to read; expected such as: gossamer table quickstart.jsonl --target train_loss=0.4"),
            ("ring.jsonl --target 1", '"1" is no target, expected such as train_loss=0.5'),
            ("ring.jsonl --target-loss 1", "unknown option --target-loss; did you mean --target?"),
            ("ring.jsonl --targets loss=1", "unknown option --targets; did you mean --target?"),
            ("ring.jsonl --target loss=0,5", '"loss=0,5" is no target, expected such as train_loss=0.5'),
            ("ring.jsonl --target loss=nan", '"loss=nan" is no target'),
            ("ring.jsonl --target accuracy=90", "test accuracy of 90; expected a share from 0 to 1, or such as 90%"),
            ("ring.jsonl --target time=3", '"time" is no quantity that has targets, expected one of: train_loss,'),
            ("ring.jsonl --target tset_accuracy=0.5", 'did you mean "test_accuracy"?'),
            ("ring.jsonl --target local_loss=1", "ring.jsonl: no sample has local_train_loss_mean, which the target"),
            ("timeline.json", "is a timeline, expected a trace, as `gossamer run` writes it"),
            ("experiment.json", "which has to run first: gossamer run experiment.json"),
            ("rings.jsonl", "did you mean ring.jsonl?"),
            (".", ".: is a folder, expected a trace, as `gossamer run` writes it, such as ring.jsonl"),
            ("ring.jsonl --baseline topology=ring", 'there is no axis "topology", expected one of: none, since nothing differs'),
            ("ring.jsonl --window 1", '"1" is no window, expected two shares of the virtual time such as 0.5,1'),
            ("ring.jsonl --format html", "invalid choice: 'html' (choose from 'text', 'csv', 'latex')"),
            ("ring.jsonl --save", "traces are no sweep, which has a folder for results"),
            ("ring.jsonl ring.jsonl", "ring.jsonl: is given twice; expected each trace once"),
            ("ring.jsonl -o a.txt", "write it to a file by > FILE")))

    def test_study(self):
        def folder(name, text):
            (self.folder / name).mkdir()
            self.write(f"{name}/study.py", text)

        for name, claim in (("other_run", 'yield "loss", runs["two"].samples, "<", 1'), ("no_check", "return True"),
                            ("short", 'yield "loss", 1'), ("relation", 'yield "loss", 1, "less", 2'),
                            ("typo", 'yield "loss", rnus, "<", 2'), ("text", 'yield "loss", "low", "<", 2')):
            folder(name, STUDY.format(claim=claim))
        folder("syntax", 'from gossamer.studies import Study\nstudy = Study("A study"')
        folder("no_study", "import gossamer.studies")
        folder("no_run", 'from gossamer.studies import Study\nstudy = Study("A study", base="experiment.json")')
        folder("both", 'from gossamer.studies import Study\nstudy = Study("A", sweep="a.json")\nstudy.run("one")\n')
        folder("overwrites", 'from gossamer.studies import Study\nstudy = Study("A", sweep="sweep-file.json")\n')
        folder("lacks", 'from gossamer.studies import Study\nstudy = Study("A", sweep="sweeep.json")\n')
        folder("picture", STUDY.format(claim='yield "x", 1, "<", 2') + '@study.picture("p")\ndef p(runs): pass\n')
        self.check(study.main, (
            ("", "no folder; expected one with a study.py, such as: gossamer study experiments/papers/lead"),
            ("nowhere", "nowhere: there is no such folder, expected one with a study.py"),
            ("lead", "experiments/papers/lead?"),
            ("experiment.json", "experiment.json: is no folder, expected one with a study.py"),
            (".", ".: has no study.py, which names the runs"),
            ("typo more", "unexpected word more"),
            ("typo --no-picture", "unknown option --no-picture; did you mean --no-pictures?"),
            ("typo --out ring.jsonl", "ring.jsonl: is no folder, expected one for traces and pictures"),
            ("syntax", "syntax/study.py:2: '(' was never closed"),
            ("no_study", 'no_study/study.py: has no "study", expected study = Study(…)'),
            ("no_run", "no_run/study.py: has no run, expected study.run("),
            ("other_run", 'other_run/study.py:6: no run is called "two", expected one of: one'),
            ("typo", "typo/study.py:6: NameError: name 'rnus' is not defined"),
            ("no_check", 'the claim "The loss falls" returns no checks, expected checks such as: yield "final loss"'),
            ("short", "short/study.py: a check of 2 parts, expected checks such as"),
            ("relation", '"loss": unknown relation "less", expected one of: <=, <, >=, >, =='),
            ("text", "text/study.py: ValueError: could not convert string to float: 'low'"),
            ("both", "both/study.py:3: the study has a sweep, which makes its runs; expected no study.run"),
            ("overwrites --out overwrites", "overwrites/sweep-file.json: the sweep file would overwrite"),
            ("lacks", "lacks/sweeep.json: cannot be read: No such file or directory"),
            ("typo --short", "typo/study.py: has no short form"),
            ("picture", 'the picture "p" is no figure; expected that its function returns one')),
            "--program", "./program")

    def test_crosscheck(self):
        self.check(crosscheck.main, (
            ("", "no experiment; expected such as: gossamer crosscheck"),
            ("experiment.json", "no number of ranks; expected such as: gossamer crosscheck experiment.json --ranks 4"),
            ("experiment.json --ranks four", '"four" is no number of at least 1'),
            ("experiment.json --ranks 0", '"0" is no number of at least 1'),
            ("experiment.json -np 4", "unknown option -np; the number of ranks is --ranks N"),
            ("experiment.json --rank 4", "unknown option --rank; did you mean --ranks?"),
            ("experiment.json --ranks 2 --world mpi", "unknown option --world; both worlds are run"),
            ("experiment.json --ranks 2 --compute fast", "invalid choice: 'fast' (choose from 'real', 'paced')"),
            ("experiment.json --ranks 2 -o a.jpg", "expected .png, .svg or .pdf, such as a.png"),
            ("experiment.json --ranks 2 -o figures/a.png", "there is no folder figures"),
            ("experiment.json --ranks 2 --keep ring.jsonl", "ring.jsonl: is no folder, expected one for traces"),
            ("experiment.json --ranks 2 --set step_size=1", "--set step_size=1: not an override"),
            ("experiment.json --ranks 100000", "--ranks 100000: there are 4 nodes, expected at most one rank for each"),
            ("experiment.json again.json --ranks 2", "unexpected word again.json")), "--program", "./program")

    def test_crosscheck_never_overwrites_what_it_reads(self):
        for name in ("virtual.jsonl", "experiment.png"):
            self.write(name, HEADER)
        for words, sentence in ((["virtual.jsonl", "--keep", "."], "virtual.jsonl: a trace or models would overwrite"),
                                (["experiment.png", "-o", "./experiment.png"], "the picture would overwrite experiment.png")):
            code, message = outcome(crosscheck.main, "--program", "./program", "--ranks", "2", *words)
            self.assertEqual(code, 2)
            self.assertIn(sentence, message)
            self.assertIn('"header"', (self.folder / words[0]).read_text())


if __name__ == "__main__":
    unittest.main()
