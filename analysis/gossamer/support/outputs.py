"""Files that commands write: never over a file that was read, and whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from gossamer.support.errors import AnalysisError


def is_same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file, through links of any kind, whether it exists or not."""
    if "\0" in f"{one}{other}":
        return False  # such a path leads nowhere
    try:
        return os.path.samefile(one, other)
    except OSError:
        return os.path.realpath(one) == os.path.realpath(other)


def keep_apart(output: Path, words: str, others: Iterable[Path]) -> None:
    """Throws AnalysisError if the output would overwrite one of the other files."""
    for other in others:
        if is_same_file(output, other):
            raise AnalysisError(f"{output}: {words} would overwrite {other}, which is needed; expected another name")


def need_folder_of(path: Path) -> None:
    """Throws AnalysisError if there is no folder that a file could be written to."""
    if not path.parent.is_dir():
        raise AnalysisError(f"{path}: there is no folder {path.parent}")


def make_folder(path: Path) -> None:
    """Throws AnalysisError if there is no such folder and none can be made."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise AnalysisError(f"{path}: is no folder, expected one for traces and pictures") from None
    except (OSError, ValueError) as error:
        raise AnalysisError(f"{path}: cannot make the folder: {getattr(error, 'strerror', None) or error}") from None


def write_whole(path: Path, content: bytes, words: str) -> None:
    """Writes a file beside its place, then moves it there. A file that is not regular is written in place."""
    try:
        place = Path(os.path.realpath(path))
        mode = place.stat().st_mode if place.exists() else None
        if mode is not None and not stat.S_ISREG(mode):
            place.write_bytes(content)
        elif mode is not None and not os.access(place.parent, os.W_OK):
            place.write_bytes(content)  # the file may be written, its folder not
        else:
            _replace(place, content, mode)
    except (OSError, ValueError) as error:
        raise AnalysisError(f"{path}: cannot write {words}: {getattr(error, 'strerror', None) or error}") from None


def _replace(path: Path, content: bytes, mode: int | None) -> None:
    # Names have a limit: the path's own name may be as long as is allowed.
    beside = path.with_name(f".gossamer-{os.getpid()}.part")
    try:
        with open(beside, "xb") as file:
            file.write(content)
        if mode is not None:
            beside.chmod(stat.S_IMODE(mode))
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
