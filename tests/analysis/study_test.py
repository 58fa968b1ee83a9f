import contextlib
import io
import json
import unittest

from traces import HEADER, WithFolder, sample

from gossamer.commands.study import run_study, main
from gossamer.studies import Run, Study, StudyError, load, report, tables, verdicts

FAKE = """#!/usr/bin/python3
import json, sys
words = sys.argv[1:]
settings = [words[i + 1] for i, word in enumerate(words) if word == "--set"]
if any("wrong" in setting for setting in settings):
    sys.exit("a.json: /wrong: is not a key here")
seed = next((int(each.partition("=")[2]) for each in settings if each.startswith("/seed=")), 1)
lines = [json.loads(line) for line in {lines!r}.splitlines()]
lines[0]["seed"] = seed
lines[-1]["train_loss"] /= seed
with open(words[words.index("--out") + 1], "w", encoding="utf-8") as out:
    out.writelines(json.dumps(line) + "\\n" for line in lines)
"""
STUDY = """from gossamer.studies import Study

study = Study("One run", base="a.json")
study.run("one", {settings})


@study.claim("The loss falls below {bound}")
def falls(runs):
    yield "final loss", runs["one"].samples[-1]["train_loss"], "<=", {bound}
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

    def study(self, settings="{}", bound=0.6):
        folder = self.folder / "a_study"
        folder.mkdir(exist_ok=True)
        text = STUDY.replace("{settings}", settings).replace("{bound}", str(bound))
        (folder / "study.py").write_text(text, encoding="utf-8")
        return folder

    def run_main(self, folder, *words):
        """The exit code, and what is printed."""
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()):
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
        self.assertRegex(out, r"At the end, means .*\n.*\n─+\none  3 killed +1\.00 s  0\.31 ± 0\.43")
        self.assertEqual(sorted(path.name for path in self.out.iterdir()), ["one.jsonl", "one_seed_2.jsonl", "one_seed_3.jsonl"])
        code, out = self.run_main(self.study(bound=0.4), "--seeds", "2")
        self.assertEqual(code, 1)
        self.assertIn("FAILS  The loss falls below 0.4 (1 of 2 seeds)\n       ! final loss: 0.5 <= 0.4\n", out)

    def test_checks_that_fail_with_other_seeds_are_named(self):
        study, losses = Study("", "a.json"), iter((0.5, 0.7))
        study.claim("It falls")(lambda runs: [("loss", next(losses), "<", 0.6)])
        self.assertEqual(report([verdicts(study, {}), verdicts(study, {})]).split("\n"),
                         ["FAILS  It falls (1 of 2 seeds)", "         loss: 0.5 < 0.6", "       ! seed 2 of 2: loss: 0.7 < 0.6"])

    def test_what_the_program_refuses_ends_the_study_with_its_words(self):
        self.assertEqual(self.run_main(self.study(settings='{"/wrong": 1}'))[0], 2)
        with self.assertRaisesRegex(StudyError, 'run "one": a.json: /wrong: is not a key here'):
            run_study(Run("one", {"/wrong": 1}, "a.json"), Study("", ""), self.folder, self.out, str(self.program))

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
