"""The errors a user may meet. Each message is one line: which file or value, what is wrong, and what to do."""

from __future__ import annotations


class ScheidslijnError(Exception):
    """Base of every explained failure: the command line prints its message as one line and exits with 1."""


class ReadingError(ScheidslijnError):
    """One input cannot be read. The run goes on with the others.

    Attributes:
        source: the file as the user named it.
        fault: what is wrong, in a few words ("is encrypted").
        remedy: what to do about it ("save a copy without a password").
    """

    def __init__(self, source: str, fault: str, remedy: str) -> None:
        super().__init__(f"{source}: {fault}; {remedy}")
        self.source, self.fault, self.remedy = source, fault, remedy

    def __reduce__(self) -> tuple[type[ReadingError], tuple[str, str, str]]:
        return type(self), (self.source, self.fault, self.remedy)  # crosses process borders whole


class CodebookError(ScheidslijnError):
    """A codebook is not valid; the message names the file, the code and the field."""


class ModelError(ScheidslijnError):
    """A model folder is missing, altered, or does not fit the codebook; the message names the file."""


class OutputError(ScheidslijnError):
    """An output file cannot be written: it exists, its form is unknown, or it is past the limits of its form."""


class SplitError(ScheidslijnError):
    """A split file, or the log of its openings, is missing, altered or not valid; the message names the file."""
