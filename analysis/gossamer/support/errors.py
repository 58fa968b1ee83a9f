"""The error that every command turns into a sentence and exit code 2."""


class AnalysisError(Exception):
    """Something outside keeps a command from its work: file and line, what was found, what was expected."""
