"""Traces in notebooks: a small table, and the picture that `gossamer plot` draws."""

from __future__ import annotations

import base64
import tempfile
from html import escape
from pathlib import Path

from gossamer.support.errors import AnalysisError
from gossamer.support.wording import readable_time, visible
from gossamer.traces.trace import Trace


def html_of(trace: Trace) -> str:
    """The page of a trace: title, warnings, facts of its last sample, and the picture if there is anything to draw."""
    rows = "".join(f'<tr><th style="text-align: left">{escape(name)}</th><td style="text-align: left">'
                   f"{escape(visible(value))}</td></tr>" for name, value in facts_of(trace))
    warnings = "".join(f"<p>⚠ {escape(visible(sentence))}</p>" for sentence in trace.header.get("warnings", ()))
    return (f'<div><strong>{escape(visible(trace.title))}</strong>{warnings}'
            f'<div style="display: flex; flex-wrap: wrap; gap: 1em; align-items: flex-start"><table>{rows}</table>'
            f"{_picture(trace)}</div></div>")


def facts_of(trace: Trace) -> list[tuple[str, str]]:
    """Names and values of the table: the experiment, then the end."""
    configuration, last = trace.configuration, trace.samples[-1]
    facts = [(key, configuration[key]["kind"]) for key in ("algorithm", "topology", "model")
             if isinstance(configuration.get(key), dict) and "kind" in configuration[key]]
    if nodes := trace.header.get("topology", {}).get("nodes"):
        facts.append(("nodes", f"{nodes:g}"))
    end = trace.end or {}
    facts.append(("end", f"{end.get('reason', 'cut off')} at {readable_time(end.get('time_s', last['time_s']))}"))
    facts += [(label, shape.format(last[key] * factor)) for key, label, shape, factor in MEASURES if key in last]
    return facts


MEASURES = (("train_loss", "training loss", "{:.4g}", 1), ("test_accuracy", "test accuracy", "{:.4g} %", 100),
            ("local_test_accuracy_mean", "test accuracy of own models", "{:.4g} %", 100),
            ("consensus_distance", "consensus distance Γ", "{:.3g}", 1), ("suboptimality", "f(x̄) − f(x*)", "{:.3g}", 1),
            ("node_steps_per_node", "node-steps per node", "{:.6g}", 1),
            ("sent_bytes_per_node", "sent per node", "{:.4g} MB", 1e-6), ("idle_share", "idle", "{:.3g} %", 100),
            ("staleness_mean", "mean staleness", "{:.3g}", 1))


def _picture(trace: Trace) -> str:
    """An image of the curves; nothing without Matplotlib, and for traces that have nothing to draw."""
    try:
        from gossamer.figures import draw_traces, save
    except ImportError:
        return ""
    try:
        with tempfile.TemporaryDirectory(prefix="gossamer-") as folder:
            path = Path(folder) / "trace.svg"
            save(draw_traces([trace]), path)
            data = base64.b64encode(path.read_bytes()).decode("ascii")
    except AnalysisError:
        return ""
    return f'<img style="max-width: 100%" alt="Curves of {escape(visible(trace.title), quote=True)}" src="data:image/svg+xml;base64,{data}">'


Trace._repr_html_ = html_of  # a trace knows no pictures, which are drawn from it
