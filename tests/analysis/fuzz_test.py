"""For any content of a file, a command ends with 0, or with 2 and a sentence.

Files of each kind are changed in their JSON, their lines and their bytes, by a generator with a seed. The environment
variable GOSSAMER_FUZZ sets how many files of each kind are tried (default: 40)."""

import copy
import json
import os
import random
import unittest

from theory_test import FLOOR, around, header, records
from traces import END, HEADER, WithFolder, machine, outcome, sample, timeline

from gossamer.commands import plot, table, theory

COUNT = int(os.environ.get("GOSSAMER_FUZZ", "40"))
ODD = (None, True, False, 0, -1, 1, 2**63, 10**400, 1e308, -1e308, 5e-324, 1e-300, 1.7976931348623157e308, -0.0, "", "a",
       "$\\frac{$", "\x00\x1b[2J\ud800", "x" * 5000, "中文", [], {}, [[]], [None], {"a": None}, [1, "a"], {"min": 2, "max": 1})
RAW = ("NaN", "Infinity", "-Infinity", "1e400", "1" * 5000, "[" * 5000, "-", "0x1", '{"a":1,"a":2}', "nul", '"\\ud8"')
TRACE = [{**HEADER, "schema": 2, "topology": {"nodes": 4}, "warnings": ["/record: few"],
          "partition": {"samples_per_node": {"min": 1, "median": 2, "max": 3}, "node_weights": "equal"}},
         *[sample(0.5 * k, train_loss=2.0**-k, consensus_distance=4.0**-k, test_accuracy=0.1 * k, idle_share=0.2,
                  sent_bytes_per_node=1000 * k, node_steps_per_node=10 * k, local_train_loss_mean=1.0,
                  local_train_loss_best=0.5, local_train_loss_worst=1.5) for k in range(4)],
         {"record": "node", "node": 0, "node_steps": 40, "computing_s": 1.0, "idle_s": 0.5},
         {"record": "divergence", "time_s": 1.5, "node": 0, "what": "its model is not finite"},
         {"record": "end", "reason": "diverged", "time_s": 1.5, "totals": {"node_steps": 40}}]

SWEEP = {"sweep": 1, "title": "A sweep", "axes": [{"name": "steps", "path": "/algorithm/local_steps", "labels": [1, 2, 4]},
                                                  {"name": "latency", "labels": ["1 ms", "2 ms"]}],
         "seeds": [1], "targets": [{"quantity": "train_loss", "value": 0.3}], "baseline": {"steps": 1}, "window": [0.5, 1],
         "cells": [{"labels": {"steps": steps, "latency": latency}, "settings": {},
                    "tuned": [{"path": "/algorithm/step_size", "value": 0.1, "edge": True, "runs": 9}]}
                   for steps in (1, 2, 4) for latency in ("1 ms", "2 ms")],
         "runs": [{"cell": cell, "seed": 1, "id": f"{cell:016x}"} for cell in range(6)]}


def places(value, path=()):
    """Every place inside a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def change_value(value, draw):
    """Replaces, removes or doubles a value inside; texts in `RAW` become text that JSON does not allow."""
    value = copy.deepcopy(value)
    *outer, key = draw.choice(list(places(value)))
    inside = value
    for step in outer:
        inside = inside[step]
    kind = draw.random()
    if kind < 0.15:
        del inside[key]
    elif kind < 0.25 and isinstance(inside, list):
        inside.insert(key, inside[key])
    elif kind < 0.35:
        inside[key] = f"RAW{draw.randrange(len(RAW))}"
    else:
        inside[key] = draw.choice(ODD)
    return value


def as_text(value):
    text = json.dumps(value)
    for number in reversed(range(len(RAW))):
        text = text.replace(f'"RAW{number}"', RAW[number])
    return text


def change_bytes(content, draw):
    content = bytearray(content)
    for _ in range(draw.choice((1, 1, 1, 5))):
        place, kind = draw.randrange(len(content) + 1), draw.random()
        if kind < 0.3:
            content[place:place + draw.choice((1, 1, 40))] = b""
        elif kind < 0.6:
            content[place:place] = draw.choice((b"\0", b"\xff", b'"', b"}", b"[" * 3000, b"\n", b"-", b"e9", b"\xed\xa0\x80"))
        elif kind < 0.7:
            del content[place:]
        elif content:
            content[place % len(content)] = draw.randrange(256)
    return bytes(content)


def change_lines(lines, draw):
    lines, place = list(lines), draw.randrange(len(lines))
    kind = draw.randrange(4)
    if kind == 0:
        del lines[place]
    elif kind == 1:
        lines.insert(draw.randrange(len(lines) + 1), lines[place])
    elif kind == 2:
        draw.shuffle(lines)
    else:
        lines[place] = lines[place][:draw.randrange(len(lines[place]))]
    return lines


class FuzzTest(WithFolder):
    def files(self, value, draw):
        """Changed files, without end; a trace is a list of records, which are lines."""
        while True:
            kind, changed = draw.random(), value
            for _ in range(draw.choice((1, 1, 1, 2, 4)) if kind < 0.7 else 0):
                changed = change_value(changed, draw)
            lines = [as_text(record) for record in changed] if isinstance(changed, list) else [as_text(changed)]
            if 0.7 <= kind < 0.8:
                lines = change_lines(lines, draw)
            content = "".join(f"{line}\n" for line in lines).encode("utf-8", errors="surrogatepass")
            yield change_bytes(content, draw) if kind >= 0.8 else content

    def check(self, value, seed, *commands):
        draw = random.Random(seed)
        path, picture = self.folder / "changed", self.folder / "picture.svg"
        codes = set()
        for number, content in zip(range(COUNT), self.files(value, draw)):
            path.write_bytes(content)
            for main, words in commands:
                code, message = outcome(main, path, *words, *(["-o", picture] if main is plot.main else []))
                codes.add(code)
                with self.subTest(number=number, words=words):
                    self.assertIn(code, (0, 2), f"{message}\n{content[:3000]}")
                    for word in ("Traceback", "Warning", "\x1b", "\x00"):
                        self.assertNotIn(word, message, content[:3000])
                    self.assertLess(len(message), 3000)
                    self.assertEqual(picture.exists(), code == 0 and main is plot.main)
                picture.unlink(missing_ok=True)
        self.assertEqual(codes, {0, 2})  # else the changes were all too small, or all too large

    def test_changed_traces(self):
        self.check(TRACE, 1, (plot.main, []), (table.main, ["--target", "train_loss=0.3", "--rates"]))

    def test_changed_traces_over_other_axes(self):
        self.check(TRACE, 2, (plot.main, ["--x", "bytes", "--y", "local_loss,idle"]),
                   (table.main, ["--target", "test_accuracy=0.2", "--format", "latex"]))

    def test_changed_traces_of_theory(self):
        trace = [header(), *records(around(FLOOR, 24)), END]
        self.check(trace, 7, (theory.main, []), (theory.main, ["--json", "--all"]))

    def test_changed_plans_of_sweeps(self):
        draw, codes = random.Random(5), set()
        (self.folder / "runs").mkdir()
        for run in SWEEP["runs"][:2]:
            (self.folder / "runs" / f"{run['id']}.jsonl").write_text("".join(f"{as_text(record)}\n" for record in TRACE))
        for content, words in zip(self.files(SWEEP, draw), [["--save"], ["--format", "latex"], ["--runs"]] * COUNT):
            (self.folder / "sweep.json").write_bytes(content)
            code, message = outcome(table.main, self.folder, *words)
            codes.add(code)
            with self.subTest(words=words):
                self.assertIn(code, (0, 2), f"{message}\n{content[:3000]}")
                for word in ("Traceback", "\x1b", "\x00"):
                    self.assertNotIn(word, message, content[:3000])
        self.assertEqual(codes, {0, 2})

    def test_changed_traces_beside_another(self):
        other, draw, codes = self.write("other.jsonl", *TRACE), random.Random(6), set()
        for _, content in zip(range(COUNT), self.files(TRACE, draw)):
            (self.folder / "changed.jsonl").write_bytes(content)
            code, message = outcome(table.main, other, self.folder / "changed.jsonl", "--target", "train_loss=0.3")
            codes.add(code)
            self.assertIn(code, (0, 2), f"{message}\n{content[:3000]}")
            self.assertNotIn("Traceback", message, content[:3000])
        self.assertEqual(codes, {0, 2})

    def test_changed_timelines(self):
        self.check(timeline(), 3, (plot.main, []))

    def test_changed_machine_files(self):
        self.check(machine(), 4, (plot.main, []))


if __name__ == "__main__":
    unittest.main()
