"""The launcher, among tools that only pretend to install and to build: the test checks the requests that they get."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
PROGRAM = """#!/bin/sh
echo "program: $*"
[ -e /proc/self/fd/0 ] && [ -e /proc/self/fd/1 ] && [ -e /proc/self/fd/2 ]
"""
TOOLS = {
    # Each package is installed unless its name is in the file "missing".
    "dpkg-query": """#!/bin/sh
shift 3
for package in "$@"; do grep -qx "$package" "$FAKES/missing" 2>/dev/null || printf 'installed/%s ' "$package"; done
""",
    "apt-get": """#!/bin/sh
echo "apt-get $*" >>"$FAKES/log"
case " $* " in
  *" install "*) [ ! -e "$FAKES/no_network" ] && rm -f "$FAKES/missing" ;;
  *) [ ! -e "$FAKES/no_network" ] ;;
esac
""",
    "sudo": """#!/bin/sh
[ -e "$FAKES/may_sudo" ] || exit 1
[ "$1" != -n ] || shift
exec "$@"
""",
    "id": "#!/bin/sh\ncat \"$FAKES/uid\"\n",
    "cmake": """#!/bin/sh
echo "cmake $*" >>"$FAKES/log"
if [ "$1" != --build ]; then
  echo "-- configured"
  exit
fi
for step in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  echo "[$step/20] a step"
  [ ! -e "$FAKES/slow" ] || sleep 0.3
  if [ -e "$FAKES/broken" ]; then echo "a.cpp:1: error: expected a semicolon"; exit 1; fi
done
mkdir -p "$2/experiments"
cp "$FAKES/program" "$2/experiments/gossamer"
chmod +x "$2/experiments/gossamer"
""",
}


class LauncherTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.folder.chmod(0o755)
        self.fakes = self.folder / "fakes"
        self.fakes.mkdir()
        for name, text in {**TOOLS, "program": PROGRAM}.items():
            (self.fakes / name).write_text(text)
            (self.fakes / name).chmod(0o755)
        (self.fakes / "uid").write_text("0\n")
        self.root = self.folder / "a path with $paces; and 'quotes'"
        self.root.mkdir()
        shutil.copy(ROOT / "gossamer", self.root / "gossamer")
        for name in ("sim", "topologies", "algorithms", "experiments"):
            (self.root / name).mkdir()
        for name in ("CMakeLists.txt", "CMakePresets.json"):
            (self.root / name).touch()
        shutil.copytree(ROOT / "analysis", self.root / "analysis", ignore=shutil.ignore_patterns("__pycache__"))
        self.elsewhere = self.folder / "elsewhere"
        self.elsewhere.mkdir()
        self.environment = {**os.environ, "FAKES": str(self.fakes), "PATH": f"{self.fakes}:{os.environ['PATH']}"}
        for name in [name for name in self.environment if name.startswith("OMPI_")]:
            del self.environment[name]

    def launch(self, *words, launcher=None, prefix=()):
        return subprocess.run([*prefix, launcher or self.root / "gossamer", *words], capture_output=True, text=True,
                              env=self.environment, cwd=self.elsewhere, stdin=subprocess.DEVNULL, check=False)

    @property
    def log(self):
        path = self.fakes / "log"
        return path.read_text().splitlines() if path.exists() else []

    def test_it_builds_once_and_shows_how_far_it_is_though_its_output_is_no_terminal(self):
        done = self.launch("list", "a b")
        self.assertEqual((done.returncode, done.stdout), (0, "program: list a b\n"))
        self.assertEqual(done.stderr.splitlines(), ["gossamer: building (the first time takes some minutes)",
                                                    *[f"gossamer: built {k} of 20" for k in range(2, 21, 2)]])
        self.assertEqual(self.launch("list").stderr, "")
        self.assertEqual(len(self.log), 2)
        os.utime(self.root / "CMakeLists.txt", (time.time() + 5, time.time() + 5))
        self.launch("list")
        self.assertEqual(len(self.log), 4)

    def test_on_a_terminal_it_shows_each_step_of_the_build(self):
        terminal, end = os.openpty()
        done = subprocess.run([self.root / "gossamer", "list"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=end,
                              env=self.environment, cwd=self.elsewhere, check=False)
        os.close(end)
        shown = os.read(terminal, 1 << 16).decode()
        os.close(terminal)
        self.assertEqual((done.returncode, done.stdout), (0, b"program: list\n"), shown)
        self.assertEqual([line for line in shown.splitlines() if line.startswith("[")],
                         [f"[{k}/20] a step" for k in range(1, 21)])

    def test_it_is_found_through_links_from_any_folder_under_any_shell(self):
        (self.folder / "one").symlink_to(self.root / "gossamer")
        (self.elsewhere / "two").symlink_to("../one")
        (self.elsewhere / "-three").symlink_to("two")
        for launcher in (self.elsewhere / "two", self.elsewhere / "-three"):
            self.assertEqual(self.launch("list", launcher=launcher).stdout, "program: list\n")
        for shell in (["sh", "-u"], ["dash"], ["bash"], ["bash", "-u"]):
            done = self.launch("list", prefix=shell)
            self.assertEqual((done.returncode, done.stdout), (0, "program: list\n"), done.stderr)

    def test_packages_that_are_missing_are_installed_once_the_lock_is_free(self):
        (self.fakes / "missing").write_text("ninja-build\nzlib1g-dev\n")
        done = self.launch("list")
        self.assertEqual(done.returncode, 0, done.stderr)
        install = next(line for line in self.log if " install " in line)
        self.assertIn("-o DPkg::Lock::Timeout=600", install)
        self.assertTrue(install.endswith("ninja-build zlib1g-dev -qq"), install)
        self.assertEqual(sum(" install " in line for line in self.log), 1)

    def test_without_network_the_command_is_named(self):
        (self.fakes / "missing").write_text("ninja-build\n")
        (self.fakes / "no_network").touch()
        done = self.launch("list")
        self.assertEqual(done.returncode, 2)
        self.assertTrue(done.stderr.endswith("some packages could not be installed; please run: sudo apt-get -o "
                                             "DPkg::Lock::Timeout=600 install -y --no-install-recommends ninja-build\n"))

    def test_without_root_and_sudo_the_command_is_named(self):
        (self.fakes / "missing").write_text("ninja-build\n")
        (self.fakes / "uid").write_text("1000\n")
        done = self.launch("list")
        self.assertEqual(done.returncode, 2)
        self.assertIn("some packages are missing; please run: sudo apt-get", done.stderr)
        self.assertEqual(self.log, [])
        (self.fakes / "may_sudo").touch()
        self.assertEqual(self.launch("list").returncode, 0)

    def test_a_build_that_fails_shows_its_output_and_is_tried_again(self):
        (self.fakes / "broken").touch()
        done = self.launch("list")
        self.assertEqual(done.returncode, 2)
        self.assertIn("error: expected a semicolon", done.stderr)
        self.assertIn("gossamer: this failed: with_count cmake --build", done.stderr)
        (self.fakes / "broken").unlink()
        self.assertEqual(self.launch("list").returncode, 0)

    def test_a_build_that_is_interrupted_or_killed_is_made_again(self):
        (self.fakes / "slow").touch()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            building = subprocess.Popen([self.root / "gossamer", "list"], env=self.environment, cwd=self.elsewhere,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
            while b"built" not in building.stderr.readline():
                pass
            os.killpg(building.pid, number)
            building.communicate()
            self.assertNotEqual(building.returncode, 0)
        (self.fakes / "slow").unlink()
        done = self.launch("list")
        self.assertEqual((done.returncode, done.stdout), (0, "program: list\n"), done.stderr)

    @unittest.skipIf(os.geteuid() != 0, "only root can become nobody")
    def test_a_folder_that_may_not_be_written_is_enough_once_the_program_is_built(self):
        nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        done = self.launch("list", prefix=nobody)
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot build in", done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1)
        self.launch("list")
        self.assertEqual(self.launch("list", prefix=nobody).stdout, "program: list\n")
        (self.root / "build" / ".installed-program").unlink()
        self.assertEqual(self.launch("list", prefix=nobody).stdout, "program: list\n")

    def test_closed_streams_lead_nowhere(self):
        self.launch("list")
        for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
            done = self.launch(launcher="-c", prefix=["sh"], *[f'"$0" list {closed}', str(self.root / "gossamer")])
            self.assertEqual(done.returncode, 0, closed)
        shutil.rmtree(self.root / "build")
        done = self.launch(launcher="-c", prefix=["sh"], *['"$0" list <&- >&- 2>&-', str(self.root / "gossamer")])
        self.assertEqual(done.returncode, 0)

    def test_help_is_given_on_every_command_and_name_without_a_build_where_that_can_be(self):
        for words in (["plot", "--help"], ["table", "-h"], ["report", "-h"], ["study", "--help"], ["crosscheck", "--help"],
                      ["help", "plot"], ["help", "study"], ["test", "--help"], ["demo", "--help"], ["help", "test"],
                      ["help", "demo"], ["python", "--help"], ["help", "python"], ["theory", "--help"], ["help", "theory"],
                      ["validate", "--help"], ["help", "validate"], ["advise", "--help"], ["help", "advise"]):
            done = self.launch(*words)
            self.assertEqual(done.returncode, 0, words)
            name = words[-1] if words[0] == "help" else words[0]
            self.assertTrue(done.stdout.startswith(f"usage: gossamer {name}"), done.stdout + done.stderr)
        self.assertEqual(self.log, [])
        self.assertEqual(self.launch("help").stdout, "program: help\n")
        self.assertEqual(self.launch("help", "run").stdout, "program: help run\n")
        self.assertEqual(self.launch().stdout, "program: \n")
        self.assertEqual(self.launch("--version").stdout, "program: --version\n")

    def test_commands_without_their_words_say_what_they_expect_without_a_build(self):
        for words, sentence in ((["plot"], "no file to draw; expected"), (["table"], "nothing to read; expected"),
                                (["report"], "nothing to report on; expected"), (["study"], "no folder; expected"),
                                (["crosscheck"], "no experiment; expected"), (["theory"], "nothing to read; expected"),
                                (["advise"], "no experiment; expected"),
                                (["plot", "none.jsonl"], "no picture to write; expected -o FILE, such as -o none.png"),
                                (["demo", "--fast"], "gossamer demo: unknown option --fast")):
            done = self.launch(*words)
            self.assertEqual(done.returncode, 2)
            self.assertIn(sentence, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertEqual(self.log, [])

    def test_commands_that_start_the_program_are_its_own(self):
        for words in (["demo"], ["report", "a.jsonl", "-o", "a.html"], ["study", "papers/lead"],
                      ["crosscheck", "a.json", "--ranks", "2"], ["python"], ["python", "a.py", "--help"],
                      ["python", "notebook"], ["validate"], ["validate", "--short"], ["advise", "a.json"]):
            self.assertEqual(self.launch(*words).stdout, f"program: {' '.join(words)}\n")

    def test_packages_of_the_user_stay_out_of_pictures(self):
        site = self.folder / "site"
        site.mkdir()
        (site / "numpy.py").write_text("raise ImportError('not the one of Debian')\n")
        self.environment["PYTHONPATH"] = str(site)
        self.assertIn("none.jsonl: cannot be read", self.launch("plot", "none.jsonl", "-o", "a.png").stderr)

    def test_commands_that_are_none_are_the_program_s_to_answer(self):
        self.assertEqual(self.launch("polt", "a.jsonl").stdout, "program: polt a.jsonl\n")


if __name__ == "__main__":
    unittest.main()
