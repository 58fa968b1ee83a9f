"""What theory predicts of runs: a registry of functions, each with its formula, source and evidence."""
