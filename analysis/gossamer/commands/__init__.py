"""The commands that are written in Python, one module for each: `gossamer plot` is in plot.py."""
