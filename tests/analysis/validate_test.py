"""`gossamer validate`: its short form passes, and it notices sabotage. Starts the program that GOSSAMER names."""

import contextlib
import io
import json
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from traces import outcome

from gossamer.commands.validate import main
from gossamer.support.children import RunError
from gossamer.theory.comparison import Verdict
from gossamer.theory.formulas import bounds, graphs, rates
from gossamer.theory.validation.check import CHECKS
from gossamer.theory.validation.laboratory import Laboratory
from gossamer.theory.validation.validate import checks_of, findings_of

PROGRAM = os.environ.get("GOSSAMER", "gossamer")


class WithTransposedMatrices(Laboratory):
    """Gives the program W' in place of W."""

    def _write_files(self, experiment, folder):
        files = {name: content.T if name == "W.npy" else content for name, content in experiment.files.items()}
        super()._write_files(mock.Mock(files=files), folder)


class WithDoubleLatency(Laboratory):
    """Pays each latency twice."""

    def configuration(self, experiment, seed):
        blocks = super().configuration(experiment, seed)
        value, unit = blocks["network"].get("latency", "1 ms").split()
        return {**blocks, "network": {**blocks["network"], "latency": f"{2 * float(value)} {unit}"}}


class ValidateTest(unittest.TestCase):
    def findings(self, *names, laboratory=Laboratory):
        """Of the checks with one of these words, in a laboratory."""
        with tempfile.TemporaryDirectory() as folder:
            return findings_of(checks_of(True, names), laboratory(PROGRAM, Path(folder), 2), True)

    def violated(self, findings):
        return [finding.words for finding in findings if finding.comparison.verdict is Verdict.VIOLATED]

    def test_the_short_form_passes_and_every_check_has_a_finding(self):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            code = main(["--short", "--json", "--program", PROGRAM])
        findings = json.loads(out.getvalue())["findings"]
        self.assertEqual([each for each in findings if each["verdict"] == "violated"], [])
        self.assertEqual(code, 0)
        self.assertEqual({each["check"] for each in findings}, {check.name for check in CHECKS if check.in_short})
        self.assertTrue(all(each["source"] and each["evidence"] != "from memory" for each in findings))

    # Sabotage: each is tried on checks that pass without it.

    def test_half_of_a_bound_is_noticed(self):
        for name, words in (("descent", "descent bound"), ("sync_error", "error of K-sync")):
            self.assertEqual(self.violated(self.findings(words)), [])
            true = getattr(bounds, name)
            with mock.patch.object(bounds, name, lambda *given: true(*given) / 2):  # noqa: B023
                self.assertTrue(self.violated(self.findings(words)), name)
        true = graphs.contraction
        with mock.patch.object(graphs, "contraction", lambda mixing: true(mixing) / 2):
            self.assertIn("ring of 8: largest factor of √Γ in a round", self.violated(self.findings("Gossip contracts")))

    def test_a_rate_that_is_larger_by_a_tenth_is_noticed(self):
        words = ("Exact methods converge", "Without noise")
        self.assertEqual(self.violated(self.findings(*words)), [])
        true, heavy = rates.slowest, rates.heavy_ball
        # Of the factor, and of its logarithm.
        for changed in (lambda factor: 1.1 * factor, lambda factor: factor**1.1):
            with mock.patch.object(rates, "slowest", lambda *given: changed(true(*given))), \
                    mock.patch.object(rates, "heavy_ball", lambda *given: changed(heavy(*given))):  # noqa: B023
                found = self.findings(*words)
            exact = [finding for finding in found if finding.check.name.startswith("Exact")]
            self.assertEqual(len(self.violated(exact)), len(exact), self.violated(exact))
            self.assertIn("DmSGD: factor of ‖x̄ − x*‖", self.violated(found))

    def test_a_transposed_w_is_noticed(self):
        self.assertEqual(self.violated(self.findings("transposed")), [])
        self.assertEqual(self.violated(self.findings("transposed", laboratory=WithTransposedMatrices)),
                         ["awc: models", "atc: models", "cta: models"])

    def test_a_latency_that_is_paid_twice_is_noticed(self):
        words = ("Rounds overlap", "All-reduces take", "Overlapped all-reduces")
        self.assertEqual(self.violated(self.findings(*words)), [])
        found = self.findings(*words, laboratory=WithDoubleLatency)
        missed = [finding.words for finding in found if finding.comparison.verdict is not Verdict.VIOLATED]
        # Messages of AWC, and all-reduces of long periods, stay hidden behind steps.
        self.assertTrue(all("awc, short" in words or "H = 12" in words for words in missed), missed)
        self.assertGreater(len(self.violated(found)), 12)

    # The command.

    def test_a_violation_ends_with_1_and_is_named(self):
        true = graphs.contraction
        with mock.patch.object(graphs, "contraction", lambda mixing: 1.1 * true(mixing)), \
                contextlib.redirect_stdout(io.StringIO()) as out:
            self.assertEqual(main(["--short", "--only", "Gossip contracts", "--program", PROGRAM]), 1)
        self.assertRegex(out.getvalue(), r"6 of 24 findings of 1 checks are violated:\n  Gossip contracts by ρ")

    def test_checks_are_listed_and_chosen_by_words(self):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            self.assertEqual(main(["--list", "--only", "ACTC"]), 0)
        self.assertIn("ACTC's variance is that of its second moments\n  source: second moments", out.getvalue())
        code, message = outcome(main, "--only", "gosip")
        self.assertEqual(code, 2)
        self.assertIn('no check is called "gosip"', message)
        self.assertIn('did you mean "gossip"?', message)

    def test_a_program_that_is_missing_or_fails_is_named(self):
        code, message = outcome(main, "--short", "--only", "Gossip contracts", "--program", "/nowhere/gossamer")
        self.assertEqual((code, "cannot be started" in message), (2, True))
        with self.assertRaises(RunError), tempfile.TemporaryDirectory() as folder:
            findings_of(checks_of(True, ["Gossip"]), Laboratory("/bin/false", Path(folder), 2), True)


if __name__ == "__main__":
    unittest.main()
