"""Sources of one folder give different names to different things, so that a unity build can compile them as one."""

import re
import unittest
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("sim", "topologies", "algorithms", "experiments")


def parts(parameters):
    """The types of a list of parameters: commas within brackets separate nothing, and names are left out."""
    depth, types = 0, [""]
    for c in parameters:
        depth += (c in "<({[") - (c in ">)}]")
        if c == "," and depth == 0:
            types.append("")
        else:
            types[-1] += c
    return tuple(re.sub(r"(?<=[\s&*>])\w+\s*(=.*)?$", "", t.strip()).strip() for t in types)


def definitions(text):
    """What the anonymous namespaces of a source define, as pairs: what must be unique, and the definition itself."""
    for block in re.findall(r"^namespace \{\n(.*?)^\}  // namespace$", text, re.DOTALL | re.MULTILINE):
        block = re.sub(r"//.*", "", block)
        for line in re.findall(r"^(?!template|requires|namespace)[A-Za-z\[][^;{]*", block, re.MULTILINE):
            line = " ".join(re.sub(r"\[\[.*?\]\]|alignas\(.*?\)", "", line).split())
            if using := re.match(r"using ([\w:]+)", line):
                yield using[1], line  # the same alias may be there twice
            elif kind := re.match(r"(?:struct|class|union|enum(?: class)?) (\w+)", line):
                yield kind[1], None
            elif function := re.match(r"[^=(]*?(\w+)\((.*)\)[^()]*$", line):
                yield (function[1], *parts(function[2])), None
            elif constant := re.match(r"[^=(]*?(\w+)(?:\[.*\])?(?: =|$)", line):
                yield constant[1], None


def clashes(sources):
    """Sentences on names that several of the sources, texts by their names, define."""
    found = defaultdict(dict)
    for file, text in sources.items():
        for name, definition in definitions(text):
            found[name][file] = definition or file  # only aliases can agree
    return [f"{' and '.join(files)} define {name if isinstance(name, str) else name[0]}"
            for name, files in found.items() if len(set(files.values())) > 1]


class NamesTest(unittest.TestCase):
    def test_no_two_sources_of_a_folder_define_the_same_name(self):
        folders = defaultdict(dict)
        for room in ROOMS:
            for file in sorted((ROOT / room).rglob("*.cpp")):
                folders[file.parent][str(file.relative_to(ROOT))] = file.read_text()
        self.assertGreater(len(folders), 20)
        self.assertGreater(sum(len(list(definitions(t))) for s in folders.values() for t in s.values()), 800)
        self.assertEqual([sentence for sources in folders.values() for sentence in clashes(sources)], [])

    def test_a_name_that_is_there_twice_is_found(self):
        text = "namespace {{\n\n{}\n\n}}  // namespace\n"
        for one, other, clash in (
            ("constexpr int most = 3;", "constexpr double most{4};", "most"),
            ("struct Part {\n  int size;\n};", "using Part = int;", "Part"),
            ("using Part = int;", "using Part = int;", None),
            ("int sum(int a, std::map<int, int> b) { return a; }", "long sum(\n    int x, std::map<int, int> y) {", "sum"),
            ("int sum(int a) { return a; }", "int sum(double a) { return 0; }", None),
            ("[[noreturn]] void refuse(const Place& place) {", "void refuse(const Place& at) {", "refuse"),
            ("// int sum(int a) {", "int sum(int a) {", None),
        ):
            expected = [f"a.cpp and b.cpp define {clash}"] if clash else []
            self.assertEqual(clashes({"a.cpp": text.format(one), "b.cpp": text.format(other)}), expected)


if __name__ == "__main__":
    unittest.main()
