"""python3 analysis COMMAND …: the commands of the package gossamer. Python finds the package in this folder."""

import sys

from gossamer.__main__ import main
from gossamer.support.command import run

sys.exit(run(main, sys.argv[1:]))
