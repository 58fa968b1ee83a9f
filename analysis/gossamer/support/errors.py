"""The error that every command turns into a sentence and exit code 2."""


class AnalysisError(Exception):
    """An input or the system prevents a command from its work: file and line, the fact found, the fact expected."""
