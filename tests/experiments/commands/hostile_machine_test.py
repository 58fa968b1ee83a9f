"""Signals, standard streams that are closed or full, limits of the system and texts that are no texts.

Usage: hostile_machine_test.py GOSSAMER
"""
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = ""
DIVERGED, STUCK, INTERRUPTED, BROKEN_PIPE = 3, 4, 130, 141
PATIENCE = 3  # seconds; a run ends within one on a machine that does nothing else

SMALL = {"topology": {"kind": "ring", "nodes": 4}, "model": {"kind": "quadratic"}, "algorithm": {"kind": "d_psgd"},
         "stop": {"node_steps": 5}}
# Four models of 4 million parameters are scored on 4000 samples, each by itself: a look takes minutes.
LONG_LOOK = {**SMALL,
             "model": {"kind": "mlp", "hidden": [2048, 2048],
                       "data": {"kind": "synthetic_classification", "samples": 4000, "features": 64}},
             "record": {"local_nodes": "all", "local_samples": "full"}}


def with_closed(*descriptors):
    return lambda: [os.close(descriptor) for descriptor in descriptors]


class HostileMachine(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, content):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(content if isinstance(content, str) else json.dumps(content))
        return self.path(name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def records(self, name):
        """Every line of a trace, each of which is whole."""
        text = self.read(name).decode("utf-8")
        self.assertTrue(text.endswith("\n"), text[-80:])
        return [json.loads(line) for line in text.splitlines()]

    def ask(self, *words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **settings):
        return subprocess.run([PROGRAM, *words], stdout=stdout, stderr=stderr, cwd=self.folder.name, timeout=120,
                              check=False, **settings)

    def start(self, *words, **settings):
        # A test that nohup has started ignores SIGHUP, and its children would, too.
        settings.setdefault("preexec_fn", lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL))
        process = subprocess.Popen([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   cwd=self.folder.name, **settings)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        return process

    def wait_for_bytes(self, process, name, count):
        while not os.path.exists(self.path(name)) or os.path.getsize(self.path(name)) < count:
            self.assertIsNone(process.poll(), "the run is over")
            time.sleep(0.02)

    def end_by(self, process, number):
        """Sends a signal; returns the messages of the process, which has to end soon."""
        begin = time.monotonic()
        process.send_signal(number)
        process.wait(timeout=60)
        self.assertLess(time.monotonic() - begin, PATIENCE)
        return process.stderr.read().decode("utf-8")


class Signals(HostileMachine):
    def test_a_signal_ends_a_run_that_writes_samples_between_two_distant_events(self):
        self.write("e.json", {**SMALL, "compute": {"kind": "constant", "step": "1e7 s"}, "stop": {"node_steps": 1},
                              "record": {"every": "1 s"}})
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = self.start("run", "e.json", "--quiet", "--force", "--out", "t.jsonl")
            self.wait_for_bytes(process, "t.jsonl", 100_000)
            message = self.end_by(process, number)
            self.assertEqual(process.returncode, INTERRUPTED)
            self.assertIn("e.json: interrupted at virtual time", message)
            self.assertEqual(self.records("t.jsonl")[-1]["reason"], "interrupted")
            os.remove(self.path("t.jsonl"))

    def test_a_signal_ends_a_run_during_a_look_that_takes_long(self):
        self.write("e.json", LONG_LOOK)
        process = self.start("run", "e.json", "--quiet", "--out", "t.jsonl", "--timeline", "t.json")
        self.wait_for_bytes(process, "t.jsonl", 100)
        time.sleep(0.5)
        message = self.end_by(process, signal.SIGTERM)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertIn("e.json: interrupted while something long was computed", message)
        end = self.records("t.jsonl")[-1]
        self.assertEqual((end["record"], end["reason"], end["time_s"]), ("end", "interrupted", 0))
        json.loads(self.read("t.json"))

    def test_a_second_signal_kills(self):
        self.write("e.json", LONG_LOOK)
        process = self.start("run", "e.json", "--quiet", "--out", "t.jsonl")
        self.wait_for_bytes(process, "t.jsonl", 100)
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=60), -signal.SIGTERM)

    def test_the_two_signals_of_timeout_are_one(self):
        self.write("e.json", {**SMALL, "stop": {"virtual_time": "1e9 s"}, "record": {"every": "1e3 s"}})
        process = self.start("run", "e.json", "--quiet", "--out", "t.jsonl")
        self.wait_for_bytes(process, "t.jsonl", 100)
        process.send_signal(signal.SIGTERM)
        self.end_by(process, signal.SIGTERM)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertEqual(self.records("t.jsonl")[-1]["reason"], "interrupted")

    def test_a_signal_before_the_run_ends_the_program_and_leaves_no_file(self):
        self.write("e.json", {**SMALL, "topology": {"kind": "ring", "nodes": 1000},
                              "model": {"kind": "quadratic", "dimension": 1000, "hessian_spread": 1}})
        process = self.start("run", "e.json", "--quiet")
        time.sleep(1)
        message = self.end_by(process, signal.SIGTERM)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertIn("interrupted", message)
        self.assertEqual(os.listdir(self.folder.name), ["e.json"])

    def test_a_signal_ends_commands_that_compute_long(self):
        for words in (["topology", "random_regular:nodes=4000,degree=4", "--decay", "0.99"],
                      ["collectives", "nic:latency=1 ms,bandwidth=1 Gbit/s", "--nodes", "50000"]):
            process = self.start(*words)
            time.sleep(1)
            self.assertEqual(self.end_by(process, signal.SIGHUP), "gossamer: interrupted\n")
            self.assertEqual(process.returncode, INTERRUPTED, words)

    def test_a_hangup_that_is_ignored_at_the_start_stays_so(self):
        self.write("e.json", {**SMALL, "stop": {"virtual_time": "1e9 s"}, "record": {"every": "1e3 s"}})
        process = self.start("run", "e.json", "--quiet", "--out", "t.jsonl",
                             preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.wait_for_bytes(process, "t.jsonl", 100)
        process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        self.assertIsNone(process.poll())


class StandardStreams(HostileMachine):
    def test_no_file_of_a_run_gets_the_number_of_a_standard_stream_that_is_closed(self):
        self.write("e.json", SMALL)
        for closed in ((0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)):
            done = self.ask("run", "e.json", "--out", "t.jsonl", "--timeline", "t.json", "--force", "--set",
                            "/algorithm/step_size=1e30", stdout=None, stderr=None, preexec_fn=with_closed(*closed))
            self.assertEqual(done.returncode, DIVERGED, closed)
            self.assertEqual(self.records("t.jsonl")[-1]["reason"], "diverged")
            json.loads(self.read("t.json"))

    def test_results_that_cannot_be_written_are_an_error_of_every_command(self):
        self.write("e.json", SMALL)
        with open("/dev/full", "wb") as full:
            for words in (["check", "e.json"], ["list"], ["explain", "d_psgd"], ["topology", "e.json"],
                          ["collectives", "e.json"], ["run", "e.json", "--out", "t.jsonl"], ["--help"], ["--version"],
                          ["run", "--help"], []):
                done = self.ask(*words, stdout=full)
                self.assertEqual(done.returncode, 2, words)
                self.assertIn(b"cannot write to standard output: No space left on device\n", done.stderr)
        self.assertEqual(self.records("t.jsonl")[-1]["reason"], "node_steps")

    def test_a_pipe_that_nobody_reads_ends_a_command_quietly_and_no_run(self):
        reading, writing = os.pipe()
        os.close(reading)
        done = self.ask("list", stdout=writing)
        self.assertEqual((done.returncode, done.stderr), (BROKEN_PIPE, b""))
        self.write("e.json", SMALL)
        self.assertEqual(self.ask("run", "e.json", "--out", "t.jsonl", stderr=writing).returncode, 0)
        self.assertEqual(self.records("t.jsonl")[-1]["reason"], "node_steps")
        os.close(writing)

    def test_messages_that_cannot_be_written_change_no_exit_code(self):
        with open("/dev/full", "wb") as full:
            self.assertEqual(self.ask("check", "nothing.json", stderr=full).returncode, 2)
            self.write("e.json", SMALL)
            self.assertEqual(self.ask("run", "e.json", stderr=full).returncode, 0)


class Limits(HostileMachine):
    def limited(self, which, bytes_, *words):
        return self.ask(*words, preexec_fn=lambda: resource.setrlimit(which, (bytes_, bytes_)))

    def test_a_limit_of_the_size_of_files_is_as_a_full_disk(self):
        self.write("e.json", {**SMALL, "stop": {"node_steps": 5000}, "record": {"every_node_steps": 1}})
        run = ["run", "e.json", "--quiet", "--force", "--out"]
        done = self.limited(resource.RLIMIT_FSIZE, 16_000, *run, "t.jsonl")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"t.jsonl: cannot write the trace: File too large; the ", done.stderr)
        self.assertEqual({record["record"] for record in self.records("t.jsonl")}, {"header", "sample"})
        done = self.limited(resource.RLIMIT_FSIZE, 16_000, "topology", "ring:nodes=1000", "--matrix", "w.npy")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"File too large", done.stderr)

    def test_a_lack_of_memory_names_the_experiment_and_keeps_an_old_trace(self):
        self.write("e.json", {**SMALL, "topology": {"kind": "ring", "nodes": 4000},
                              "model": {"kind": "quadratic", "dimension": 200_000, "axes": "coordinate",
                                        "initial": {"kind": "normal", "per_node": True}}})
        self.write("old.jsonl", "OLD")
        done = self.limited(resource.RLIMIT_AS, 500_000_000, "run", "e.json", "--quiet", "--threads", "1", "--force",
                            "--out", "old.jsonl")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertTrue(done.stderr.startswith(b"e.json: "), done.stderr)
        self.assertIn(b"memory", done.stderr)
        self.assertEqual(self.read("old.jsonl"), b"OLD")


class Texts(HostileMachine):
    # An escape, a bell, a C1 control, an override of the direction, bytes that are no UTF-8.
    STRANGE = "\x1b[31m\x07\x9b\u202e"

    def answers(self):
        """Messages in which a text of the user occurs."""
        text = self.STRANGE
        for name, change in [("unit", {"stop": {"virtual_time": "1 " + text}}), ("key", {text: 1}),
                             ("kind", {"topology": {"kind": text}}),
                             ("file", {"topology": {"kind": "graph_file", "path": text}})]:
            self.write(name + ".json", {**SMALL, **change})
            yield self.ask("check", name + ".json")
        self.write("broken.json", "{\"a\": " + text + "}")
        yield self.ask("check", "broken.json")
        self.write("g.txt", "0 1\n1 " + text + "\n")
        self.write("e.json", {**SMALL, "topology": {"kind": "graph_file", "path": "g.txt"}})
        yield self.ask("check", "e.json")
        yield self.ask("check", text)
        yield self.ask("run", "e.json", "--set", text)
        yield self.ask("run", "e.json", "--set", "/topology/" + text + "=1")
        yield self.ask("run", "e.json", "--" + text)
        yield self.ask("run", "e.json", "--threads", text)
        yield self.ask("explain", text)
        yield self.ask("list", text)
        yield self.ask("topology", text + ":nodes=4")
        yield self.ask(text)

    def test_control_characters_reach_no_terminal(self):
        for done in self.answers():
            self.assertEqual(done.returncode, 2, done)
            message = done.stderr.decode("utf-8")
            self.assertTrue("\\u001b" in message or "\\x1b" in message or "<U+001B>" in message, message)
            for character in message:
                self.assertTrue(character == "\n" or (character.isprintable() and character != "\u202e"),
                                (character, message))

    def test_a_title_with_control_characters_is_escaped_in_the_summary(self):
        self.write("e.json", {**SMALL, "title": self.STRANGE})
        self.assertNotIn(b"\x1b", self.ask("run", "e.json", "--out", "t.jsonl").stdout)

    def test_bytes_that_are_no_text_are_escaped(self):
        done = self.ask("check", b"\xff\xfe.json")
        self.assertEqual(done.returncode, 2)
        self.assertIn("\\xff\\xfe.json", done.stderr.decode("utf-8"))

    def test_no_message_is_long(self):
        long = "x" * 100_000
        self.write("key.json", {**SMALL, long: 1})
        self.write("token.json", "{\"a\": " + 20 * long + "}")
        self.write("words.json", {**SMALL, "topology": {"kind": "x y " * 100_000}})
        self.write("lines.json", {**SMALL, "topology": {"kind": "graph_file", "path": "x\n" * 1000}})
        self.write("file.json", {**SMALL, "topology": {"kind": "graph_file", "path": long}})
        for words in (["check", "key.json"], ["check", "token.json"], ["check", "words.json"], ["check", "lines.json"],
                      ["check", "file.json"], ["check", long], ["explain", long], [long],
                      ["run", "key.json", "--set", long]):
            done = self.ask(*words)
            self.assertEqual(done.returncode, 2, words[0])
            self.assertGreater(len(done.stderr), 20)
            self.assertLess(len(done.stderr), 8000, words[0])


class Ends(HostileMachine):
    def test_a_run_in_which_all_nodes_are_down_for_good_is_stuck(self):
        crash = {"kinds": [{"kind": "crash", "nodes": [0, 1, 2, 3], "at": "25 ms"}]}
        for stop in ({"node_steps": 50}, {"virtual_time": "10 s"}):
            self.write("e.json", {**SMALL, "faults": crash, "stop": stop})
            done = self.ask("run", "e.json", "--quiet", "--force", "--out", "t.jsonl")
            self.assertEqual(done.returncode, STUCK, done.stderr)
            self.assertEqual(self.records("t.jsonl")[-1]["reason"], "stuck")
            self.assertIn(b"node 0 is down", done.stderr)

    def test_a_run_whose_time_is_no_number_any_more_is_stuck(self):
        for change in ({"compute": {"kind": "constant", "step": "1e308 s"}},
                       {"compute": {"kind": "lognormal", "mean": "1e308 s", "sigma": 5}},
                       {"network": {"kind": "alpha_beta", "latency": "1.7e308 s"}},
                       {"network": {"kind": "nic", "latency": "1 ms", "bandwidth": "1e-307 B/s"}}):
            self.write("e.json", {**SMALL, **change, "stop": {"node_steps": 100}})
            done = self.ask("run", "e.json", "--quiet", "--force", "--out", "t.jsonl")
            self.assertEqual(done.returncode, STUCK, done.stderr)
            records = self.records("t.jsonl")
            self.assertEqual(records[-1]["reason"], "stuck")
            self.assertTrue(all("time_s" in record for record in records if record["record"] == "sample"))


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
