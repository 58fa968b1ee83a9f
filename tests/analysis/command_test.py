"""Each way in which a command can end has its exit code and at most one sentence."""

import os
import signal
import subprocess
import sys
import time
import unittest

from traces import ANALYSIS, END, HEADER, WithFolder, outcome, sample

from gossamer.support import children
from gossamer.support.command import command, count
from gossamer.support.errors import AnalysisError


def ends_by(error):
    @command("try")
    def main(_):
        raise error

    return outcome(main)


class CommandTest(WithFolder):
    def setUp(self):
        super().setUp()
        self.trace = self.write("a.jsonl", HEADER, sample(0, train_loss=2), sample(1, train_loss=1), END)

    def run_command(self, *words, shell="", **options):
        """A command as a program of its own; `shell` is the rest of its shell line."""
        line = f'exec "$@" {shell}'
        return subprocess.run(["sh", "-c", line, "sh", sys.executable, "-B", str(ANALYSIS), *map(str, words)],
                              capture_output=True, text=True, check=False, cwd=self.folder, **options)

    def test_every_error_has_its_exit_code_and_one_sentence(self):
        for error, code, message in (
                (AnalysisError("a.jsonl: is empty"), 2, "gossamer try: a.jsonl: is empty"),
                (AnalysisError("a\x1b[31mb"), 2, "gossamer try: a\\u001b[31mb"),
                (MemoryError(), 2, "gossamer try: needs more memory than there is"),
                (OSError(28, "No space left on device", "a.svg"), 2, "gossamer try: a.svg: No space left on device"),
                (OSError(5, "Input/output error"), 2,
                 "gossamer try: cannot write to a standard stream: Input/output error"),
                (KeyboardInterrupt(), 130, "gossamer try: ended by SIGINT"),
                (SystemExit(2), 2, ""), (SystemExit(), 0, "")):
            self.assertEqual(ends_by(error), (code, f"{message}\n" if message else ""))

    def test_what_only_a_bug_can_cause_is_said_to_be_one(self):
        for error in (RecursionError("too deep"), ValueError("x" * 10**6), StopIteration(), ZeroDivisionError(), KeyError("a")):
            code, message = ends_by(error)
            self.assertEqual(code, 1)
            self.assertIn(f"gossamer try: internal error: {type(error).__name__}: ", message)
            self.assertEqual(message.count("\n"), 1)
            self.assertLess(len(message), 500)
            self.assertNotIn("Traceback", message)

    def test_signals_end_it_with_130_and_their_name(self):
        former = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whatever started this test
        self.addCleanup(signal.signal, signal.SIGHUP, former)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            @command("try")
            def main(_, number=number):
                os.kill(os.getpid(), number)
                time.sleep(5)

            self.assertEqual(outcome(main), (130, f"gossamer try: ended by {number.name}\n"))
        self.assertEqual(signal.getsignal(signal.SIGTERM), signal.SIG_DFL)

    def test_a_hangup_that_is_ignored_stays_ignored(self):
        former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self.addCleanup(signal.signal, signal.SIGHUP, former)

        @command("try")
        def main(_):
            os.kill(os.getpid(), signal.SIGHUP)
            return 0

        self.assertEqual(outcome(main), (0, ""))

    def test_a_program_that_a_command_has_started_ends_with_it(self):
        @command("try")
        def main(_):
            children.run_child(["sh", "-c", f"echo $$ >{self.folder}/pid; kill -TERM {os.getpid()}; exec sleep 60"])
            return 0

        start = time.monotonic()
        self.assertEqual(outcome(main)[0], 130)
        self.assertLess(time.monotonic() - start, children.PATIENCE + 5)
        with self.assertRaises(ProcessLookupError):
            os.kill(int((self.folder / "pid").read_text()), 0)

    def test_children_side_by_side_end_in_the_order_of_their_lines(self):
        lines = [["sh", "-c", f"sleep {0.2 if number == 0 else 0}; echo {number} >&2; exit {number}"] for number in range(4)]
        done = children.run_children(lines, at_once=2)
        self.assertEqual([(each.returncode, each.stderr) for each in done], [(number, f"{number}\n") for number in range(4)])
        self.assertEqual(children.run_children([], at_once=2), [])
        with self.assertRaises(children.RunError):
            children.run_children([["true"], [f"{self.folder}/none"]], at_once=1)

    def test_children_side_by_side_end_with_the_command(self):
        @command("try")
        def main(_):
            slow = f"echo $$ >{self.folder}/pid; exec sleep 60"
            children.run_children([["sh", "-c", slow], ["sh", "-c", f"sleep 0.3; kill -TERM {os.getpid()}"]], at_once=2)

        start = time.monotonic()
        code, message = outcome(main)
        self.assertEqual((code, message), (130, "gossamer try: ended by SIGTERM\n"))
        self.assertLess(time.monotonic() - start, 30)
        with self.assertRaises(ProcessLookupError):
            os.kill(int((self.folder / "pid").read_text()), 0)

    def test_programs_that_cannot_be_started_are_named(self):
        for words, sentence in ((["./none"], "./none: cannot be started: No such file or directory"),
                                ([str(self.trace)], "a.jsonl: cannot be started: Permission denied"),
                                (["true", "a\0b"], "true: cannot be started: embedded null byte")):
            with self.assertRaises(children.RunError) as caught:
                children.run_child(words)
            self.assertIn(sentence, str(caught.exception))

    def test_results_that_get_lost_are_an_error_but_a_reader_who_has_seen_enough_is_none(self):
        done = self.run_command("table", self.trace, shell=">/dev/full")
        self.assertEqual((done.returncode, done.stderr),
                         (2, "gossamer table: cannot write to the standard output: No space left on device\n"))
        done = self.run_command("plot", "--help", shell=">/dev/full")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.count("\n"), 1)
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run([sys.executable, "-B", ANALYSIS, "table", self.trace], stdout=writing,
                              stderr=subprocess.PIPE, text=True, check=False)
        os.close(writing)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_closed_streams_are_never_part_of_a_picture(self):
        whole = self.run_command("plot", self.trace, "-o", "a.svg")
        self.assertEqual((whole.returncode, whole.stdout, whole.stderr), (0, "", ""))
        expected = (self.folder / "a.svg").read_bytes()
        self.write("b.jsonl", {**HEADER, "warnings": ["/record: few"]}, sample(0, train_loss=2), sample(1, train_loss=1))
        for shell in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
            done = self.run_command("plot", "b.jsonl", "-o", "b.svg", shell=shell)
            self.assertEqual(done.returncode, 0, shell)
            self.assertEqual((self.folder / "b.svg").read_bytes(), expected)

    def test_a_terminal_that_lacks_letters_gets_marks_in_their_place(self):
        path = self.write("a.jsonl", {**HEADER, "title": "中 Γ"}, sample(0, train_loss=2), sample(1, train_loss=1), END)
        environment = {**os.environ, "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
        done = self.run_command("table", path, env=environment)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("? ?", done.stdout)

    def test_unknown_commands_and_missing_packages_are_sentences(self):
        done = self.run_command("plto")
        self.assertEqual(done.returncode, 2)
        self.assertIn('unknown command "plto", expected one of: demo, plot, table, report, study, crosscheck', done.stderr)
        (self.folder / "matplotlib.py").write_text("raise ImportError('broken', name='matplotlib')\n")
        done = self.run_command("plot", self.trace, "-o", "a.png", env={**os.environ, "PYTHONPATH": str(self.folder)})
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot load matplotlib: ", done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1)

    def test_the_package_is_found_from_any_folder(self):
        elsewhere = {**os.environ, "PYTHONPATH": str(self.folder)}  # which -E ignores
        link = self.folder / "link"
        link.symlink_to(ANALYSIS)
        for flags, place, environment in ((["-E", "-s"], ANALYSIS, elsewhere), (["-E", "-s"], "link", elsewhere),
                                          ([], "-mgossamer", {**os.environ, "PYTHONPATH": str(ANALYSIS)})):
            words = [sys.executable, "-B", *flags, place, "table", self.trace]
            done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=self.folder, env=environment)
            self.assertEqual((done.returncode, done.stderr), (0, ""), place)
            self.assertIn("At the end", done.stdout)

    def test_a_bug_is_reported_with_its_line_in_the_package(self):
        broken = self.folder / "numpy.py"  # whatever a command does with it is an internal error
        broken.write_text("ndarray = float\n")
        done = self.run_command("table", self.trace, env={**os.environ, "PYTHONPATH": str(self.folder)})
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"internal error: AttributeError: .*numpy.* \(trace\.py:[0-9]+\)")

    def test_a_disk_without_room_leaves_the_old_picture(self):
        old = self.folder / "a.png"
        old.write_bytes(b"old")
        limited = ["sh", "-c", 'ulimit -f 1; trap "" XFSZ; exec "$@"', "sh", sys.executable, "-B", ANALYSIS]
        done = subprocess.run([*limited, "plot", self.trace, "-o", old], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("a.png: cannot write the picture: File too large", done.stderr)
        self.assertEqual(old.read_bytes(), b"old")
        self.assertEqual(sorted(os.listdir(self.folder)), ["a.jsonl", "a.png"])

    @unittest.skipIf(os.geteuid() != 0, "only root can become nobody")
    def test_a_folder_that_may_not_be_written_is_named_unless_the_file_in_it_may(self):
        self.folder.chmod(0o755)
        self.trace.chmod(0o644)
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", f"MPLCONFIGDIR={self.folder}"]
        words = [*nobody, sys.executable, "-B", ANALYSIS, "plot", self.trace, "-o", "a.png"]
        done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("gossamer plot: a.png: cannot write the picture: Permission denied", done.stderr)
        (self.folder / "a.png").touch()
        (self.folder / "a.png").chmod(0o666)
        done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.folder / "a.png").read_bytes().startswith(b"\x89PNG"))

    def test_numbers_of_things_are_whole_and_above_zero(self):
        self.assertEqual(count("12"), 12)
        for text in ("0", "-1", "1.5", "four", "", "²"):
            with self.assertRaisesRegex(Exception, "is no number of at least 1"):
                count(text)


if __name__ == "__main__":
    unittest.main()
