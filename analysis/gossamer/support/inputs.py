"""Files that commands read: their bytes, and their kind, by content alone."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from gossamer.support.errors import AnalysisError
from gossamer.support.wording import nearest

BEGINNINGS = {b"\x1f\x8b": "compressed by gzip; expected it as `gunzip` writes it",
              b"BZh": "compressed by bzip2; expected it as `bunzip2` writes it",
              b"\xfd7zXZ": "compressed by xz; expected it as `unxz` writes it",
              b"(\xb5/\xfd": "compressed by zstd; expected it as `unzstd` writes it",
              b"PK\x03\x04": "a ZIP archive",
              b"\x89PNG": "a picture; expected the file that it was drawn from",
              b"%PDF": "a picture; expected the file that it was drawn from",
              b"<?xml": "XML, as pictures in SVG are; expected the file that it was drawn from",
              b"\x93NUMPY": "a NumPy array, as `gossamer run --models` writes; expected a trace",
              b"\x7fELF": "a program", b"\xff\xfe": "text in UTF-16, expected UTF-8",
              b"\xfe\xff": "text in UTF-16, expected UTF-8"}
MARK = b"\xef\xbb\xbf"  # a byte order mark, which some editors write
BLOCKS = {"topology", "model", "algorithm", "network", "compute", "stop", "record"}
ADVICE = {"experiment": "is an experiment, which has to run first: gossamer run {path}",
          "machine": "is a machine file, expected {expected}; gossamer plot draws it",
          "timeline": "is a timeline, expected {expected}; gossamer plot draws it",
          "trace": "is a trace, expected {expected}",
          "platform": "is a platform file, expected {expected}"}


@dataclass(frozen=True)
class Source:
    """A file as it was read, once: a pipe cannot be read again."""

    path: Path
    content: bytes

    @property
    def text(self) -> str:
        """Bytes that are no UTF-8 become a mark: JSON will refuse them, or they are part of a title."""
        return self.content.decode("utf-8", errors="replace")

    def refuse(self, kind: str | None, expected: str) -> None:
        """Throws AnalysisError: the file is of another kind than expected."""
        advice = ADVICE.get(kind, "is none of Gossamer's files, expected {expected}")
        raise AnalysisError(f"{self.path}: {advice.format(path=self.path, expected=expected)}")


def open_source(path: str | Path, expected: str) -> Source:
    """Reads a file. Throws AnalysisError if it cannot be read, or if its first bytes show that it is no text."""
    path = Path(path)
    try:
        _refuse_unreadable(path, expected)
        content = path.read_bytes()
    except (OSError, ValueError) as error:  # a path with a zero byte is a ValueError
        reason = getattr(error, "strerror", None) or error
        raise AnalysisError(f"{path}: cannot be read: {reason}{_nearby(path, error)}") from None
    if not content:
        raise AnalysisError(f"{path}: is empty, expected {expected}")
    for beginning, what in BEGINNINGS.items():
        if content.startswith(beginning):
            raise AnalysisError(f"{path}: is {what}")
    if b"\0" in content[:4096]:
        raise AnalysisError(f"{path}: is no text, expected {expected}")
    return Source(path, content.removeprefix(MARK))


def _nearby(path: Path, error: Exception) -> str:
    """The file in the same folder that was probably meant."""
    if not isinstance(error, FileNotFoundError):
        return ""
    if str(path) == "-":
        return "; a pipe is /dev/stdin"
    try:
        close = nearest(path.name, os.listdir(path.parent))
    except OSError:
        return f"; there is no folder {path.parent}"
    return f"; did you mean {path.with_name(close)}?" if close else ""


def _refuse_unreadable(path: Path, expected: str) -> None:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise AnalysisError(f"{path}: is a folder, expected {expected}{_within(path)}")
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
        raise AnalysisError(f"{path}: is a device or a socket, expected {expected}")


def _within(folder: Path) -> str:
    """The study or the trace in a folder that may have been meant, in words."""
    if (folder / "study.py").is_file():
        return f"; it is a study: gossamer study {folder}"
    try:
        first = min(folder.glob("*.jsonl"), default=None)
    except OSError:
        return ""
    return f", such as {first}" if first else ""


def kind_of(source: Source) -> str | None:
    """ "trace", "timeline", "machine", "platform" or "experiment", by content; none for anything else."""
    first_line = source.content.partition(b"\n")[0]
    if isinstance(found := _quietly_parsed(first_line), dict) and "record" in found:
        return "trace"
    if kind := _kind_of_beginning(source.content):
        return kind
    found = found if isinstance(found, dict) else _quietly_parsed(source.content)
    if not isinstance(found, dict):
        return None
    for key, kind in (("traceEvents", "timeline"), ("calibration", "machine"), ("links", "platform")):
        if key in found:
            return kind
    if BLOCKS & found.keys() and not BLOCKS & {"network", "compute"} >= found.keys():
        return "experiment"
    return "machine" if {"network", "compute"} & found.keys() else None


def _kind_of_beginning(content: bytes) -> str | None:
    """The kind by the first keys, also of a file that is cut off."""
    start = content[:4096].lstrip()
    for words, kind in ((b'{"record"', "trace"), (b'"traceEvents"', "timeline"), (b'"calibration"', "machine")):
        if words in start:
            return kind
    return None


def _quietly_parsed(content: bytes):
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
