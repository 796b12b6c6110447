"""Which of a model's suggestions may count, by the verdict of a codebook test on the same model and prompt."""

from __future__ import annotations

from collections.abc import Sequence

from scheidslijn.annotations.verdicts import Standing
from scheidslijn.assist.coder import coder_name
from scheidslijn.assist.prompting import Prompt
from scheidslijn.assist.wire import Endpoint
from scheidslijn.errors import ScheidslijnError


def counting(prompt: Prompt, endpoint: Endpoint, verdicts: Sequence[Standing]) -> tuple[str, ...]:
    """The dimensions of a prompt that count, in the codebook's order.

    A verdict holds for what was tested and nothing else, so another prompt, temperature or codebook is refused.

    Raises:
        ScheidslijnError: there is no verdict on this coder, it is of something else, or no dimension counts.
    """
    name = coder_name(prompt, endpoint)
    verdict = next((one for one in verdicts if one.coder == name), None)
    if verdict is None:
        known = ", ".join(f"'{one.coder}'" for one in verdicts)
        raise ScheidslijnError(
            f"no verdict on '{name}', only on {known}; test it with codebook-test, or leave --verdict"
        )
    temperature = endpoint.temperature if verdict.temperature is None else verdict.temperature
    for what, tested, now in (
        ("codebook", verdict.codebook, prompt.codebook.label),
        ("prompt", verdict.prompt, prompt.digest),
        ("temperature", f"{temperature:g}", f"{endpoint.temperature:g}"),
    ):
        if tested != now:
            raise ScheidslijnError(
                f"the verdict on '{name}' is of the {what} {tested} and this is {now}; test this one with codebook-test"
            )
    found = tuple(one.name for one in prompt.asked if verdict.counts.get(one.name, False))
    if not found:
        raise ScheidslijnError(f"by the verdict on '{name}' no dimension counts, so nothing is asked; see its reasons")
    return found
