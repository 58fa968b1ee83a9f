import contextlib
import io
import json
import unittest

from traces import HEADER, WithFolder, sample

from gossamer.commands.study import main
from gossamer.studies import Making, Study, StudyError, load, report, tables, verdicts
from gossamer.studies.making import with_options

FAKE = """#!/usr/bin/python3
import hashlib, json, os, sys
words = sys.argv[1:]
if words[0] == "bound":
    sys.exit("bound: there is none") if "--none" in words else print(json.dumps({"bound": 0.25, "words": words[1:]}))
    sys.exit()
if words[0] == "moments":
    if any("wrong" in word for word in words):
        sys.exit(2)
    lines = [json.loads(line) for line in {lines!r}.splitlines()]
    lines[0].update(moments=True, title=",".join(word for word in words if word.startswith("/")))
    with open(words[words.index("--out") + 1], "w", encoding="utf-8") as out:
        out.writelines(json.dumps(line) + "\\n" for line in lines)
    sys.exit(0)
sweep = json.load(open(words[1]))
folder = words[words.index("--out") + 1]
os.makedirs(folder + "/runs", exist_ok=True)
axis, = sweep["axes"]
points = axis["settings"] if "settings" in axis else {label: {axis["key"]: label} for label in axis["values"]}
if any("wrong" in path for settings in points.values() for path in settings):
    sys.exit(2)
seeds = sweep.get("seeds", [1])
seeds = list(range(1, seeds + 1)) if isinstance(seeds, int) else seeds
name = axis.get("name") or axis["key"].rpartition("/")[2]
runs = [(cell, seed) for cell in range(len(points)) for seed in seeds]
identities = {run: hashlib.sha256(repr(run).encode()).hexdigest()[:16] for run in runs}
json.dump({"sweep": 1, "axes": [{"name": name, "labels": list(points)}],
           "targets": [{"quantity": key, "value": value} for key, value in sweep.get("targets", {}).items()],
           "cells": [{"labels": {name: label}} for label in points],
           "runs": [{"cell": run[0], "seed": run[1], "id": identities[run]} for run in runs]}, open(folder + "/sweep.json", "w"))
for (cell, seed), identity in identities.items():
    if os.path.exists(path := folder + "/runs/" + identity + ".jsonl"):
        continue
    lines = [json.loads(line) for line in {lines!r}.splitlines()]
    lines[0]["seed"] = seed
    lines[-1]["train_loss"] /= seed
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(json.dumps(line) + "\\n" for line in lines)
    with open(os.path.dirname(words[1]) + "/made.txt", "a") as made:
        print(os.path.basename(sweep["base"]), cell, seed, file=made)
"""
STUDY = """from gossamer.studies import Study

study = Study("One run", base="a.json")
study.run("one", {settings})


@study.claim("The loss falls below {bound}")
def falls(runs):
    yield "final loss", runs["one"].samples[-1]["train_loss"], "<=", {bound}
"""


MOMENTS = """

expected = study.moments("exact", {settings})


@study.claim("The exact loss is that of the run")
def is_exact(runs):
    yield "loss", study.exact[expected].samples[-1]["train_loss"], "==", runs["one"].samples[-1]["train_loss"]
    yield "settings", "/noise=[1]" in study.exact[expected].title, "==", True
"""


OF_A_SWEEP = """from gossamer.studies import Study

study = Study("Steps", sweep={sweep}, short={"seeds": 1})


@study.claim("All runs are those of the sweep")
def seeds(sweep):
    yield "runs", len(sweep.runs), "==", {runs}
    yield "the axis", sweep.axis("local_steps").labels[-1], "==", 4
"""

OF_SWEEPS = """from gossamer.studies import Study

AXIS = {"key": "/algorithm/local_steps", "values": [1, 4]}
study = Study("Steps", sweeps={"seeded": {"base": "a.json", "seeds": 3, "axes": [AXIS]}, "once": "once.json"},
              short={"seeded": {"seeds": 1}})


@study.claim("All runs are those of the sweeps")
def seeds(sweeps):
    yield "with seeds", len(sweeps["seeded"].runs), "==", {seeded}
    yield "without", len(sweeps["once"].runs), "==", 2
    yield "remembered", len({sweeps: 1}), "==", 1


@study.claim("A sweep that there is not")
def none(sweeps):
    yield "runs", len(sweeps["{name}"].runs), "==", 2
"""


class StudyTest(WithFolder):
    def setUp(self):
        super().setUp()
        lines = [HEADER, sample(0, train_loss=2.0), sample(1, train_loss=0.5)]
        self.program = self.folder / "gossamer"
        self.program.write_text(FAKE.replace("{lines!r}", repr("".join(json.dumps(line) + "\n" for line in lines))))
        self.program.chmod(0o755)
        self.out = self.folder / "out"
        self.out.mkdir()

    def study(self, settings="{}", bound=0.6, more=""):
        """A folder with a study whose base has the seed 1."""
        text = STUDY.replace("{settings}", settings).replace("{bound}", str(bound)) + more
        return self.folder_with(text)

    def folder_with(self, text):
        folder = self.folder / "a_study"
        folder.mkdir(exist_ok=True)
        (folder / "study.py").write_text(text, encoding="utf-8")
        for name in ("a.json", "b.json"):
            (folder / name).write_text("{}")
        return folder

    def made(self):
        """The runs that the program has made so far: experiment, cell, seed."""
        file = self.out / "made.txt"
        return sorted(file.read_text().splitlines()) if file.exists() else []

    def run_main(self, folder, *words):
        """The exit code, and what is printed."""
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as self.err:
            code = main([str(folder), "--program", str(self.program), "--out", str(self.out), "--no-pictures", *words])
        return code, out.getvalue()

    def test_claims_are_held_against_the_traces_of_the_runs(self):
        self.assertEqual(self.run_main(self.study(bound=0.6))[0], 0)
        self.assertEqual(self.run_main(self.study(bound=0.4))[0], 1)

    def test_seeds_repeat_every_run_and_claims_have_to_hold_with_each(self):
        # The final loss is 1/2 over the seed: 1/2, 1/4 and 1/6, with the mean 11/36.
        code, out = self.run_main(self.study(bound=0.6), "--seeds", "3", "--target", "train_loss=0.5")
        self.assertEqual(code, 0)
        self.assertIn("holds  The loss falls below 0.6 (3 of 3 seeds)\n         final loss: 0.5 <= 0.6\n", out)
        self.assertRegex(out, r"To a training loss of 0\.5, means .*\nrun +reached .*\n─+\none   3 of 3 ")
        self.assertRegex(out, r"At the end, means .*\n.*\n─+\none  3 killed +1\.000 s  0\.31 ± 0\.43")
        self.assertEqual(self.made(), ["a.json 0 1", "a.json 0 2", "a.json 0 3"])
        self.assertIn("\none,1,killed,", (self.out / "sweep" / "results.csv").read_text())
        code, out = self.run_main(self.study(bound=0.4), "--seeds", "2")
        self.assertEqual(code, 1)
        self.assertIn("FAILS  The loss falls below 0.4 (1 of 2 seeds)\n       ! final loss: 0.5 <= 0.4\n", out)

    def test_checks_that_fail_with_other_seeds_are_named(self):
        study, losses = Study("", "a.json"), iter((0.5, 0.7))
        study.claim("It falls")(lambda runs: [("loss", next(losses), "<", 0.6)])
        self.assertEqual(report([verdicts(study, {}), verdicts(study, {})]).split("\n"),
                         ["FAILS  It falls (1 of 2 seeds)", "         loss: 0.5 < 0.6", "       ! seed 2 of 2: loss: 0.7 < 0.6"])

    def test_a_repeated_command_makes_no_run_twice(self):
        study = self.study()
        self.assertEqual(self.run_main(study), self.run_main(study))
        self.assertEqual(self.made(), ["a.json 0 1"])
        self.run_main(study, "--seeds", "2")
        self.assertEqual(self.made(), ["a.json 0 1", "a.json 0 2"])

    def test_runs_of_several_files_are_several_sweeps_and_one_table(self):
        study = self.study(more='\nstudy.run("two", base="b.json")\nstudy.run("three")\n')
        code, out = self.run_main(study)
        self.assertEqual(code, 0)
        self.assertEqual(self.made(), ["a.json 0 1", "a.json 1 1", "b.json 0 1"])
        self.assertRegex(out, r"\none .*\ntwo .*\nthree ")

    def test_runs_that_begin_with_other_seeds_are_repeated_with_those_that_follow(self):
        self.run_main(self.study(more='\nstudy.run("two", {"/seed": 7})\n'), "--seeds", "2")
        self.assertEqual(self.made(), ["a.json 0 1", "a.json 0 2", "a.json 0 7", "a.json 0 8"])

    def test_traces_have_the_names_of_runs_as_titles(self):
        more = '@study.claim("Titles")\ndef titles(runs):\n    yield "same", runs["one"].title == "one", "==", 1\n'
        self.assertEqual(self.run_main(self.study(more="\n\n" + more))[0], 0)

    def test_a_study_may_be_about_a_sweep(self):
        sweep = '{"base": "a.json", "seeds": 3, "axes": [{"key": "/algorithm/local_steps", "values": [1, 4]}]}'
        study = self.folder_with(OF_A_SWEEP.replace("{sweep}", sweep).replace("{runs}", "6"))
        code, out = self.run_main(study)
        self.assertEqual((code, len(self.made())), (0, 6), out)
        self.assertIn("holds  All runs are those of the sweep\n", out)
        self.assertRegex(out, r"\nlocal steps .*\n─+\n1 .*\n4 ")
        study = self.folder_with(OF_A_SWEEP.replace("{sweep}", sweep).replace("{runs}", "2"))
        self.assertEqual(self.run_main(study, "--short")[0], 0)  # with one seed
        self.assertEqual(json.loads((self.out / "sweep-file.json").read_text())["seeds"], 1)
        (study / "sweep.json").write_text(sweep)
        study = self.folder_with(OF_A_SWEEP.replace("{sweep}", '"sweep.json"').replace("{runs}", "4"))
        self.assertEqual(self.run_main(study, "--seeds", "2")[0], 0)
        self.assertEqual(len(self.made()), 6)

    def of_sweeps(self, seeded, name="once"):
        """The folder of a study with two sweeps, of which the second has a file."""
        study = self.folder_with(OF_SWEEPS.replace("{seeded}", str(seeded)).replace("{name}", name))
        (study / "once.json").write_text('{"base": "b.json", "axes": [{"key": "/algorithm/local_steps", "values": [1, 4]}]}')
        return study

    def test_a_study_may_be_about_several_sweeps(self):
        code, out = self.run_main(self.of_sweeps(6))
        self.assertEqual((code, len(self.made())), (0, 8), out)
        self.assertTrue((self.out / "seeded" / "sweep.json").is_file() and (self.out / "once-file.json").is_file())
        self.assertEqual(self.run_main(self.of_sweeps(2), "--short")[0], 0)  # of one sweep; the other has no shorter form
        # Two seeds of the sweep that has seeds; the other keeps its experiment's own.
        self.assertEqual(self.run_main(self.of_sweeps(4), "--seeds", "2")[0], 0)
        self.assertEqual(len(self.made()), 8)

    def test_a_sweep_that_there_is_not_is_named_with_those_that_there_are(self):
        self.assertEqual(self.run_main(self.of_sweeps(6, "onc"))[0], 2)
        self.assertIn('no sweep is called "onc", expected one of: seeded, once; did you mean "once"?', self.err.getvalue())

    def test_a_short_form_may_have_fewer_labels(self):
        sweep = {"base": "a.json", "axes": [{"name": "method", "settings": {"one": {"/a": 1}, "two": {"/a": 2}}},
                                            {"key": "/algorithm/local_steps", "values": "1..64:x2"}, {"key": "/seed", "values": [7]}]}
        study = Study("", sweep=sweep, short={"seeds": 2, "axes": {"method": ["two"], "local_steps": [1, 4]}}, file=self.folder / "study.py")
        plan = with_options(study, Making("", self.out, short=True))
        self.assertEqual(plan["axes"], [{"name": "method", "settings": {"two": {"/a": 2}}},
                                        {"key": "/algorithm/local_steps", "values": [1, 4]}, {"key": "/seed", "values": [7]}])
        self.assertEqual((plan["seeds"], with_options(study, Making("", self.out, seeds=5))["seeds"]), (2, 5))

    def test_a_study_may_ask_the_program(self):
        more = """
study.ask("bound", "bound", "a.json", "--json")


@study.claim("The loss is above the bound, which is about the experiment")
def above(runs):
    answer = study.answers["bound"]
    yield "final loss", runs["one"].samples[-1]["train_loss"], ">=", answer["bound"]
    yield "a path and an option", answer["words"] == [str(study.folder / "a.json"), "--json"], "==", True
"""
        code, out = self.run_main(self.study(more=more))
        self.assertEqual((code, out.count("holds")), (0, 2), out + self.err.getvalue())

    def test_a_question_without_an_answer_ends_the_study_with_the_message(self):
        self.assertEqual(self.run_main(self.study(more='study.ask("bound", "bound", "--none")\n'))[0], 2)
        self.assertIn('the question "bound": bound: there is none', self.err.getvalue())

    def test_a_study_without_a_short_form_refuses_one(self):
        self.assertEqual(self.run_main(self.study(), "--short")[0], 2)
        self.assertIn("study.py: has no short form", self.err.getvalue())

    def test_a_sweep_that_the_program_refuses_ends_the_study(self):
        self.assertEqual(self.run_main(self.study(settings='{"/wrong": 1}'))[0], 2)
        self.assertRegex(self.err.getvalue(), "not all runs of .*study.py were made, since gossamer sweep ended with exit code 2")

    def test_exact_moments_stand_beside_the_runs(self):
        code, out = self.run_main(self.study(more=MOMENTS.replace("{settings}", '{"/noise": [1]}')))
        self.assertEqual(code, 0, self.err.getvalue())
        self.assertRegex(out, "holds  The exact loss is that of the run")
        self.assertTrue((self.out / "moments" / "0.jsonl").is_file())

    def test_moments_that_the_program_refuses_end_the_study(self):
        self.assertEqual(self.run_main(self.study(more=MOMENTS.replace("{settings}", '{"/wrong": 1}')))[0], 2)
        self.assertRegex(self.err.getvalue(), 'the moments "exact" were not computed, since gossamer moments ended with '
                         "exit code 2")

    def test_a_folder_without_a_study_is_refused(self):
        with self.assertRaisesRegex(StudyError, "has no study.py"):
            load(self.folder)
        (self.folder / "study.py").write_text("nothing = 0\n")
        with self.assertRaisesRegex(StudyError, 'has no "study"'):
            load(self.folder)

    def test_a_claim_that_checks_nothing_is_no_claim(self):
        study = Study("", "a.json")
        study.claim("Nothing")(lambda runs: iter(()))
        with self.assertRaisesRegex(StudyError, 'the claim "Nothing" checks nothing'):
            verdicts(study, {})

    def test_two_runs_have_two_names(self):
        study = Study("", "a.json")
        study.run("one")
        with self.assertRaisesRegex(StudyError, 'two runs are called "one"'):
            study.run("one")
        study.moments("one")
        with self.assertRaisesRegex(StudyError, 'two moments are called "one"'):
            study.moments("one")

    def test_the_report_tells_every_check_and_marks_what_fails(self):
        study = Study("", "a.json")
        study.claim("Two is more")(lambda runs: [("two", 2, ">", 1), ("still two", 2, ">", 3)])
        self.assertEqual(report([verdicts(study, {})]).split("\n"),
                         ["FAILS  Two is more", "         two: 2 > 1", "       ! still two: 2 > 3"])

    def test_tables_align_their_columns_and_refuse_rows_of_different_lengths(self):
        study = Study("", "a.json")
        study.table("Rounds")(lambda runs: [("", "here", "published"), ("LEAD", 123.456, 7)])
        self.assertEqual(tables(study, {}).split("\n"),
                         ["Rounds", "              here  published", "       LEAD  123.5          7"])
        study.table("Uneven")(lambda runs: [("", "here"), ("LEAD",)])
        with self.assertRaisesRegex(StudyError, 'the table "Uneven" have different lengths'):
            tables(study, {})


if __name__ == "__main__":
    unittest.main()
