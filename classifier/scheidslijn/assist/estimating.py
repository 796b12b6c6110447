"""What a run will ask for: passages, tokens and money, before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheidslijn.assist.coder import Coder
from scheidslijn.assist.spending import CHARACTERS_PER_TOKEN, Budget, estimated_tokens
from scheidslijn.counting import counted
from scheidslijn.passage import Passage

PER_DIMENSION = 45
"""Tokens of an answer for one dimension, about: its name, a code and a half, and their quotes."""


@dataclass(slots=True)
class Estimate:
    """What is expected.

    Attributes:
        asking: passages to be sent, those of every variant.
        known: answers that are known already.
        free: passages that nothing is asked about, by rule of the codebook or because they are held back.
        tokens_in, tokens_out: of those to be sent.
    """

    asking: int = 0
    known: int = 0
    free: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    def lines(self, budget: Budget) -> list[str]:
        """What is expected, in words."""
        tokens = self.tokens_in + self.tokens_out
        out = [
            f"To ask: {counted(self.asking, 'question')} ({self.known:,} answers are known already, {self.free:,} "
            f"passages are not asked about); about {self.tokens_in:,} tokens of questions and {self.tokens_out:,} of "
            f"answers, by {CHARACTERS_PER_TOKEN} characters a token. A question is counted whole, with "
            "the codebook: an endpoint that caches, or has a template of its own, counts fewer."
        ]
        if budget.price_in or budget.price_out:
            out.append(f"At the prices given about {budget.cost(self.tokens_in, self.tokens_out):,.2f}.")
        if not budget.holds(self.tokens_in, self.tokens_out):
            limit = f"{budget.tokens:,} tokens" if budget.tokens is not None else ""
            limit += " and " if limit and budget.money is not None else ""
            limit += f"{budget.money:,.2f}" if budget.money is not None else ""
            out.append(f"The budget of {limit} will not do for about {tokens:,} tokens: what is over is not asked.")
        return out


def estimate(coders: Sequence[Coder], passages: Sequence[Passage]) -> tuple[Estimate, list[Passage]]:
    """Estimate a run; return also the passages that would be sent, once each.

    Args:
        coders: one a variant.
        passages: all of the run.
    """
    found, to_send = Estimate(), dict[int, Passage]()
    for coder in coders:
        for number, passage in enumerate(passages):
            prompt = coder.prompt_for(passage)
            if prompt is None or coder.without_asking(passage) is not None:
                found.free += 1
            elif coder.is_known(passage):
                found.known += 1
            else:
                to_send[number] = passage
                found.asking += 1
                found.tokens_in += estimated_tokens(sum(len(one["content"]) for one in prompt.messages(passage)))
                found.tokens_out += PER_DIMENSION * len(prompt.asked)
    return found, list(to_send.values())
