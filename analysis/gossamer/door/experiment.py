"""Experiments as Python has them: files, examples, dicts and traces, with some of their keys set."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from gossamer.door.program import catalogue
from gossamer.support.errors import AnalysisError
from gossamer.support.wording import nearest
from gossamer.traces.trace import Trace

Config = Mapping | str | os.PathLike | Trace
IN_MEMORY = "experiment"  # how messages name a dict


def examples() -> dict[str, Path]:
    """The examples that come with the program, by their names."""
    folder = Path(catalogue()["home"]) / "experiments" / "examples"
    return {path.stem: path for path in sorted(folder.glob("*.json"))}


@contextlib.contextmanager
def as_file(config: Config) -> Iterator[tuple[str, str]]:
    """The file of an experiment, which may be a temporary one, and its name in messages."""
    if isinstance(config, Trace):
        config = config.configuration or config.path
    if isinstance(config, Mapping):
        with tempfile.TemporaryDirectory(prefix="gossamer-") as folder:
            path = Path(folder) / f"{IN_MEMORY}.json"
            path.write_text(text_of(config, IN_MEMORY), encoding="utf-8")
            yield str(path), IN_MEMORY
    else:
        path = _path(config)
        yield path, path


def _path(config: str | os.PathLike) -> str:
    path = os.fspath(config)
    if os.path.exists(path) or not path.replace("_", "").isalnum():
        return path  # the program has the words for a file that is missing
    if path in (known := examples()):
        return str(known[path])
    close = nearest(path, known)
    raise AnalysisError(f'there is no file "{path}", and no example of that name; expected a file, or one of: '
                        f"{', '.join(known)}" + (f'; did you mean "{close}"?' if close else ""))


def settings_words(settings: Mapping | None, keywords: Mapping) -> list[str]:
    """The options --set of settings by "/path", and of keywords, in which two underscores lead into a block.

    >>> settings_words({"/stop/virtual_time": "2 s"}, {"seed": 2, "algorithm__step_size": 0.1})
    ['--set', '/stop/virtual_time="2 s"', '--set', '/seed=2', '--set', '/algorithm/step_size=0.1']
    """
    paths = {**(settings or {}), **{name if name.startswith("/") else "/" + name.replace("__", "/"): value
                                    for name, value in keywords.items()}}
    return [word for path, value in paths.items() for word in ("--set", f"{path}={text_of(value, path)}")]


def text_of(value, name: str) -> str:
    """A value as JSON. NumPy's numbers and arrays and paths are allowed; `name` is for messages."""
    try:
        return json.dumps(value, default=_plain, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise AnalysisError(f"{name}: cannot be written as JSON: {error}") from None


def _plain(value):
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no value of an experiment")
