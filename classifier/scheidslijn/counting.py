"""Numbers of things in messages: one passage, two passages."""

from __future__ import annotations


def counted(number: int, thing: str) -> str:
    """Return a number and its thing, which takes an s unless there is one.

    >>> counted(1, "passage"), counted(0, "document"), counted(1200, "input")
    ('1 passage', '0 documents', '1,200 inputs')
    """
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def none_read(inputs: int) -> str:
    """Say that not one of so many inputs could be read.

    >>> none_read(1), none_read(3)
    ('the input could not be read', 'none of the 3 inputs could be read')
    """
    return "the input could not be read" if inputs == 1 else f"none of the {inputs:,} inputs could be read"
