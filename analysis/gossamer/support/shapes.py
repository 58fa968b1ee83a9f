"""JSON from outside: read strictly, and checked for the shape that the reader relies on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gossamer.support.errors import AnalysisError
from gossamer.support.wording import shortened, shown, visible

MOST = 1.7976931348623157e308  # the largest float


class _Fault(ValueError):
    """An error for text that JSON does not allow, but Python's reader does."""


def _no_number(word: str):
    raise _Fault(f"{word} is no number in JSON")


def _without_repetition(pairs: list[tuple[str, object]]) -> dict:
    result = dict(pairs)
    if len(result) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))
        raise _Fault(f"the key {shown(twice)} twice in one object")
    return result


_DECODER = json.JSONDecoder(parse_constant=_no_number, object_pairs_hook=_without_repetition)


def parse(text: str, path: Path, expected: str, line: int | None = None):
    """The value of a text: of the whole file, or of one `line` of it. Throws AnalysisError if it is none."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        line = line or error.lineno
        reason = f"{error.msg} at column {error.colno}"
    except _Fault as error:
        reason = str(error)
    except RecursionError:
        reason = "nested too deeply"
    except ValueError:
        reason = "an integer of more than 4300 digits"
    place = f"{path}:{line}" if line else f"{path}"
    raise AnalysisError(f"{place}: is no JSON ({reason}), expected {expected}")


@dataclass(frozen=True)
class Kind:
    """Values that a reader accepts, and the words for them."""

    words: str
    accepts: Callable[[object], bool]


def is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -MOST <= value <= MOST


NUMBER = Kind("a number", is_number)
FROM_ZERO = Kind("a number of at least 0", lambda value: is_number(value) and value >= 0)
POSITIVE = Kind("a number above 0", lambda value: is_number(value) and value > 0)
SIZE = Kind("a number of bytes from 1 to 2^63", lambda value: is_number(value) and 1 <= value <= 2**63)
AMOUNT = Kind("a number of bytes from 0 to 2^63", lambda value: is_number(value) and 0 <= value <= 2**63)
TEXT = Kind("a text", lambda value: isinstance(value, str))
NAME = Kind("a number or a text", lambda value: is_number(value) or isinstance(value, str))


@dataclass(frozen=True)
class Or:
    """The shape, or null."""

    shape: object


def mismatch(value, shape, path: str = "") -> str | None:
    """The first mismatch of a value with a shape, as "/path is …, expected …"; none if there is none.

    A shape is a Kind, Or(shape), [shape] for a list, or an object's keys with their shapes: "key?" may be absent, and
    "*" is every key. Other keys may hold anything."""
    if isinstance(shape, Or):
        return None if value is None else mismatch(value, shape.shape, path)
    if isinstance(shape, Kind):
        return None if shape.accepts(value) else _complaint(path, value, shape.words)
    if isinstance(shape, list):
        if not isinstance(value, list):
            return _complaint(path, value, "a list")
        items = ((f"{path}/{place}", each, shape[0]) for place, each in enumerate(value))
    elif not isinstance(value, dict):
        return _complaint(path, value, "an object")
    else:
        for key in shape:
            if key != "*" and not key.endswith("?") and key not in value:
                return f'{path} has no "{key}"'.lstrip()
        items = _members(value, shape, path)
    return next((found for place, each, inner in items if (found := mismatch(each, inner, place))), None)


def _members(value: dict, shape: dict, path: str):
    for key, inner in shape.items():
        for name in value if key == "*" else [key.rstrip("?")]:
            if name in value:
                yield f"{path}/{name}", value[name], inner


def _complaint(path: str, value, expected: str) -> str:
    return f"{shortened(visible(path)) or 'the value'} is {shown(value)}, expected {expected}"
