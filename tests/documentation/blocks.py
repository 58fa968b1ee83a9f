"""Writes the code of the documentation to files, which are then compiled: blocks.py ROOT OUT FILE...

A fenced block with the language `cpp` is the whole content of the file whose path the text before it has last, in backticks; a
block after no path is PAGE_1.cpp, PAGE_2.cpp and so on. A block with the language `diff` changes such a file of the repository.
A block that is not meant to be compiled has another language. FILE... are all files that the pages have to yield.
"""

import re
import sys
from pathlib import Path

PAGES = ("README.md", "CONTRIBUTING.md")
TOKEN = re.compile(r"^```(?P<language>\w+)\n(?P<code>.*?)^```$|`(?P<path>[\w/]+\.[ch]pp)`", re.MULTILINE | re.DOTALL)


def changed(text, diff, place):
    """The text with the lines of a diff: those with - are in it once, one after another, and become those with +."""
    lines = diff.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] in "- ")
    new = "".join(line[1:] for line in lines if line[0] in "+ ")
    if text.count(old) != 1:
        raise SystemExit(f"{place}: the repository's file has these lines {text.count(old)} times, expected once:\n{old}")
    return text.replace(old, new)


def files_of(page, text, root):
    """Every file of a page with its content."""
    path, unnamed = None, 0
    for token in TOKEN.finditer(text):
        if token["path"]:
            path = token["path"]
        elif token["language"] in ("cpp", "diff"):
            if path is None:
                unnamed += 1
                path = f"{page.removesuffix('.md').lower()}_{unnamed}.cpp"
            place = f"{page}:{text[:token.start()].count(chr(10)) + 1}"
            is_diff = token["language"] == "diff"
            yield path, changed((root / path).read_text(encoding="utf-8"), token["code"], place) if is_diff else token["code"]
            path = None


def main(root, out, expected):
    files = {path: code for page in PAGES for path, code in files_of(page, (root / page).read_text(encoding="utf-8"), root)}
    if set(files) != set(expected):
        raise SystemExit(f"the code of {' and '.join(PAGES)} is {', '.join(sorted(files))}; tests/documentation/CMakeLists.txt "
                         f"compiles {', '.join(sorted(expected))}")
    for path, code in files.items():
        file = out / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
