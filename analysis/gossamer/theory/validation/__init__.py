"""`gossamer validate`: closed-form checks of the program, end to end: experiment files in, traces out."""
