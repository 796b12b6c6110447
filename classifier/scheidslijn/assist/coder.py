"""A model as a coder of one passage: what is asked, what is kept, asked again, and made of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from scheidslijn.assist.answers import Answer, failure
from scheidslijn.assist.cache import Cache, cache_key
from scheidslijn.assist.injection import flags_of_passage
from scheidslijn.assist.parsing import FaultKind
from scheidslijn.assist.prompting import Prompt
from scheidslijn.assist.replies import Reply, Unanswered
from scheidslijn.assist.spending import estimated_tokens, most_tokens
from scheidslijn.assist.telling import Event, OnEvent, silent
from scheidslijn.assist.threads import Flights
from scheidslijn.assist.values import Failure, FailureKind, Suggestion
from scheidslijn.assist.wire import Endpoint, Provider, Question
from scheidslijn.passage import Passage

REFUSALS = frozenset({"content_filter", "refusal"})
"""What endpoints call the end of an answer that the model, or a filter before it, declined to give."""


@dataclass(frozen=True, slots=True)
class Coded:
    """What came of one passage.

    Attributes:
        suggestion: for the table.
        cost: tokens of questions, and of answers.
        fate: "answered"; "gone" when no answer came after all tries; "turned_down" when the endpoint would not take
            this question; "" when nothing was asked now.
    """

    suggestion: Suggestion
    cost: tuple[int, int] = (0, 0)
    fate: Literal["", "answered", "gone", "turned_down"] = ""


@dataclass(slots=True)
class Coder:
    """Codes passages by asking a model; the arguments are those of `asking.ask_all`, and `provider` tries again.

    Without a provider it tells only what would be asked.
    """

    prompt: Prompt
    endpoint: Endpoint
    cache: Cache | None = None
    repeat: int = 0
    rereads: int = 2
    hold_flagged: bool = False
    tell: OnEvent = silent
    provider: Provider | None = None
    flights: Flights = field(default_factory=Flights)
    _prompts: dict[str, Prompt | None] = field(default_factory=dict)

    def prompt_for(self, passage: Passage) -> Prompt | None:
        """The prompt without what the codebook fixes for this kind of passage; None when nothing is left."""
        if passage.kind not in self._prompts:
            self._prompts[passage.kind] = self.prompt.narrowed(passage.kind)
        return self._prompts[passage.kind]

    def without_asking(self, passage: Passage) -> Suggestion | None:
        """The suggestion for a passage that is not asked about, or None when it is."""
        if self.prompt_for(passage) is None:
            return self._made(passage, Answer())
        if self.hold_flagged and (flags := flags_of_passage(passage)):
            return self.left(passage, "injection", "held back: " + ", ".join(flags))
        return None

    def left(self, passage: Passage, kind: FailureKind, detail: str) -> Suggestion:
        """The suggestion for a passage without an answer."""
        return self._made(passage, Answer(failures=(failure(kind, "", detail),)))

    def most(self, passage: Passage) -> tuple[int, int]:
        """The most tokens that a passage can cost with all its further tries: of questions, and of answers."""
        prompt = self.prompt_for(passage) or self.prompt
        each = most_tokens(sum(len(one["content"]) for one in prompt.messages(passage, "dimensions")))
        return each * (self.rereads + 1), self.endpoint.max_tokens * (self.rereads + 1)

    def code(self, passage: Passage) -> Coded:
        """Ask about a passage, and again while its answer cannot be read.

        Raises:
            ScheidslijnError: see `Provider` and `Cache`.
            Stopped: the run was stopped meanwhile.
        """
        prompt = self.prompt_for(passage) or self.prompt
        best: Answer | None = None
        fault: FaultKind | None = None
        tokens_in = tokens_out = 0
        asked = False
        for turn in range(self.rereads + 1):
            question = Question(prompt.messages(passage, fault), prompt.schema(), self._seed(turn))
            try:
                reply, known = self._reply(question, turn)
            except Unanswered as unanswered:
                fate: Literal["gone", "turned_down"] = "gone" if unanswered.again else "turned_down"
                return Coded(self.left(passage, "no_answer", unanswered.detail), (tokens_in, tokens_out), fate)
            asked = asked or not known
            tokens_in, tokens_out = tokens_in + reply.tokens_in, tokens_out + reply.tokens_out
            answer = _judged(reply, prompt, passage)
            if best is None or not answer.whole:
                best = answer
            fault = answer.fault
            if fault is None:
                break
        return Coded(self._made(passage, best or Answer()), (tokens_in, tokens_out), "answered" if asked else "")

    def is_known(self, passage: Passage) -> bool:
        """Whether the first answer on a passage is known already."""
        prompt = self.prompt_for(passage)
        if prompt is None or self.cache is None:
            return False
        question = Question(prompt.messages(passage), prompt.schema(), self._seed(0))
        return self.cache.get(self._key(question, 0)) is not None

    def _seed(self, turn: int) -> int | None:
        return None if self.endpoint.seed is None else self.endpoint.seed + 1000 * self.repeat + turn

    def _reply(self, question: Question, turn: int) -> tuple[Reply, bool]:
        """The answer to a question, with token counts, and whether it was known already."""
        key = self._key(question, turn)
        with self.flights.only(key):  # passages that repeat each other are on their way at once
            known = self.cache.get(key) if self.cache is not None else None
            reply = known or cast(Provider, self.provider).ask(question)
            if known is None and self.cache is not None:
                reply = self.cache.put(key, reply)
        counted = reply.tokens_in >= 0 and reply.tokens_out >= 0
        reply = _with_counts(reply, question)
        kind: Literal["kept", "answered"] = "kept" if known else "answered"
        self.tell(Event(kind, "", reply.tokens_in, reply.tokens_out, counted))
        return reply, known is not None

    def _key(self, question: Question, turn: int) -> str:
        """The key of a question: all that the answer depends on, but not where the model runs, nor the key to it."""
        end = self.endpoint
        asked: Mapping[str, object] = {
            "messages": [dict(one) for one in question.messages], "schema": question.schema, "seed": question.seed,
            "model": end.model, "temperature": end.temperature, "max_tokens": end.max_tokens,
            "structured": end.structured, "repeat": self.repeat, "turn": turn,
        }  # fmt: skip
        return cache_key(asked)

    def _told(self, one: Failure) -> Failure:
        """A failure without the key, which an endpoint may hide in an answer under two layers of escapes."""
        key = self.endpoint.key
        return replace(one, detail=one.detail.replace(key, "***")) if len(key) >= 8 and key in one.detail else one

    def _made(self, passage: Passage, answer: Answer) -> Suggestion:
        return Suggestion(
            passage=passage,
            codes=answer.codes,
            partly=answer.partly,
            evidence=answer.evidence,
            failures=tuple(self._told(one) for one in answer.failures),
            flags=flags_of_passage(passage),
            coder=coder_name(self.prompt, self.endpoint),
            model=self.endpoint.model,
            prompt=self.prompt.digest,
            codebook=self.prompt.codebook.label,
        )


def coder_name(prompt: Prompt, endpoint: Endpoint) -> str:
    """What a model is called as a coder: `llm:NAME`, with the variant of the prompt behind it where it has a name."""
    variant = prompt.options.variant
    return f"llm:{endpoint.model}" + (f"/{variant}" if variant else "")


def _judged(reply: Reply, prompt: Prompt, passage: Passage) -> Answer:
    """What an answer is worth. One that was refused or cut off would be so again, and is not asked again."""
    if reply.refusal or reply.finish in REFUSALS:
        return Answer(failures=(failure("refused", "", reply.refusal or reply.finish),), whole=True)
    if reply.finish == "length":
        detail = f"cut off after {reply.tokens_out:,} tokens; see --max-tokens"
        return Answer(failures=(failure("truncated", "", detail),), whole=True)
    return prompt.check(reply.content, passage)


def _with_counts(reply: Reply, question: Question) -> Reply:
    """A reply with token counts, estimated from its characters where the endpoint gave none."""
    asked = sum(len(one["content"]) for one in question.messages)
    return replace(
        reply,
        tokens_in=reply.tokens_in if reply.tokens_in >= 0 else estimated_tokens(asked),
        tokens_out=reply.tokens_out if reply.tokens_out >= 0 else estimated_tokens(len(reply.content)),
    )
