"""Gossamer's package for Python: reads what runs leave behind, compares it, draws it, and checks what papers claim.

    from pathlib import Path

    from gossamer.figures import draw_traces, save
    from gossamer.traces import read

    trace = read("quickstart.jsonl")
    times, losses = trace.series("time_s", "train_loss")
    save(draw_traces([trace], y_names=["loss"]), Path("quickstart.png"))

The folder `analysis` has to be in PYTHONPATH. Each module imports those above it in this list alone:

    support      errors, texts, files, and what every command has around it
    traces       `read` and `Trace`; `read_timeline` and `Timeline`
    quantities   the table of quantities: what axes, tables and targets can show
    sweeps       `load`: cells of runs over axes, from the folder of a sweep or from traces
    statistics   `statistics_of`: rows of runs and cells with intervals; `advice`; runs on real ranks against the simulator's
    tables       statistics as text, in LaTeX and in CSV files
    figures      `draw_traces`, `draw_timelines`, `draw_curves`, `save`
    studies      `Study`: runs, claims and pictures of a folder in experiments/papers
    commands     demo, plot, table, study, crosscheck
"""
