"""The door to the program: it is found and started, and its files become traces, sweeps and arrays."""

from gossamer import notebook  # noqa: F401  gives traces their look in notebooks
from gossamer.door.asking import Checked, Explanation, Graph, Topology, check, explain, names, topology
from gossamer.door.experiment import examples
from gossamer.door.running import Interrupted, Progress, RunWarning, run
from gossamer.door.sweeping import sweep
from gossamer.support.children import RunError
from gossamer.traces import Trace, read, read_timeline

__all__ = ["Checked", "Explanation", "Graph", "Interrupted", "Progress", "RunError", "RunWarning", "Topology", "Trace",
           "check", "examples", "explain", "names", "read", "read_timeline", "run", "sweep", "topology"]
