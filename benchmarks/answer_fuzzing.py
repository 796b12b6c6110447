"""Does a broken or hostile answer ever become a label that nobody gave? Valid answers are mutated and checked again.

    python benchmarks/answer_fuzzing.py [MUTATIONS] [SEED]

Every mutated answer goes through `Prompt.check`, one in four inside a response that is mutated as well. What comes out
is held against `answer_oracle.py`, which shares nothing with `scheidslijn.assist`: it reads JSON by a grammar of its
own and knows what an invented label is.
"""

from __future__ import annotations

import copy
import json
import random
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from answer_oracle import inventions, words

from scheidslijn.assist.prompting import Prompt, PromptOptions, make_prompt
from scheidslijn.assist.replies import Unanswered, reply_of
from scheidslijn.assist.values import Suggestion
from scheidslijn.assist.writing import row_line, suggestion_of, suggestion_row
from scheidslijn.codebook import Codebook, load_codebook
from scheidslijn.passage import Passage

PASSAGES = (
    "Elzenbroek bouwt in 2027 een nieuwe school voor 300 leerlingen, samen met de woningcorporatie.",
    "Café ’t Hoekje in Waterrade blijft een ontmoetingsplek — óók voor ouderen; het college betaalt € 12.000 per jaar.",
    "Wij vinden dat ieder kind in Duinhorst mee moet doen. Iedereen doet mee.",
    'De wethouder van Kempenrode zei: "de {kloof} groeit" [raadsvergadering], \\n en dat is zo.',
    "Geen.",
)
LOOKALIKES = {"a": "а", "e": "е", "o": "о", "i": "і", "c": "с", "p": "р", "-": "‐", "'": "’", '"': "“", " ": "\u00a0"}
UNSEEN = ("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\U000e0065", "\u202e")
AROUND = (
    "```json\n{}\n```", "```\n{}\n```", "```json {} ```", "Hier: {}", "{}\n\nKlaar.", "\ufeff{}", "\n{} ",
    "```json\n{}\n```\n```json\n{}\n```", "<think>thema</think>{}",
)  # fmt: skip
VALUES = (None, True, False, 1, -1, 1.5, "onderwijs", "", [], {}, [[]], [{}], [None], {"code": "onderwijs"}, 10**400)


def valid(prompt: Prompt, passage: Passage, chance: random.Random) -> dict[str, Any]:
    """A random answer that checks in full."""
    answer: dict[str, Any] = {}
    for one in prompt.shown:
        most = chance.choice((0, 1, 1, 2, 3)) if one.multi else chance.choice((0, 1, 1))
        chosen = chance.sample(list(one.codes), min(most, len(one.codes)))
        answer[one.name] = [{"code": name, "quote": a_quote(passage.text, chance)} for name in chosen]
    return answer


def a_quote(text: str, chance: random.Random) -> str:
    """A random run of a text with a letter in it."""
    while True:
        start = chance.randrange(len(text))
        quote = text[start : start + chance.randint(1, 40)]
        if any(map(str.isalnum, quote)):
            return quote


def bent(quote: str, chance: random.Random) -> str:
    """A quote that is nearly the same."""
    at = chance.randrange(len(quote) + 1)
    return chance.choice((
        lambda: quote.swapcase(), lambda: unicodedata.normalize(chance.choice(("NFD", "NFC", "NFKC", "NFKD")), quote),
        lambda: quote[:at] + chance.choice(UNSEEN) + quote[at:], lambda: quote[:at] + quote[at + 1 :],
        lambda: "".join(LOOKALIKES.get(c, c) if chance.random() < 0.3 else c for c in quote),
        lambda: quote.replace(" ", "  "), lambda: f" {quote}", lambda: quote + "…", lambda: f'"{quote}"',
        lambda: quote[::-1], lambda: "", lambda: " ", lambda: quote.strip(), lambda: quote + "\ud83d",
        lambda: quote * chance.randint(2, 30), lambda: chance.choice(PASSAGES),
    ))()  # fmt: skip


def mutated_value(answer: dict[str, Any], prompt: Prompt, chance: random.Random) -> dict[str, Any]:
    """A change of what an answer says, in place."""
    every = [name for one in prompt.asked for name in one.codes]
    dimension = chance.choice(list(answer) or ["thema"])
    items = answer.get(dimension)
    item = chance.choice(items) if isinstance(items, list) and items else None
    kind = chance.randrange(12)
    if kind == 0:
        answer[dimension] = copy.deepcopy(chance.choice(VALUES))
    elif kind == 1:
        answer.pop(dimension, None)
    elif kind == 2:
        answer[chance.choice(("uitleg", "thema ", "Thema", "code", "", "th\u200bema"))] = copy.deepcopy(
            chance.choice(VALUES)
        )
    elif kind == 3:
        other = chance.choice(list(answer) or ["rol"])
        answer[dimension], answer[other] = answer.get(other), answer.get(dimension)
    elif isinstance(item, dict) and kind <= 5:
        item["code"] = chance.choice(
            [*every, "wonen", "Onderwijs", "onderwijs ", "thema.onderwijs", "оnderwijs", 7, None]
        )
    elif isinstance(item, dict) and kind <= 8:
        quote = item.get("quote")
        item["quote"] = (
            bent(quote, chance) if isinstance(quote, str) and quote else copy.deepcopy(chance.choice(VALUES))
        )
    elif isinstance(item, dict) and kind == 9:
        chance.choice((lambda: item.pop("quote", 0), lambda: item.pop("code", 0), lambda: item.update(reden="x")))()
    elif isinstance(items, list):
        extra = {"code": chance.choice([*every, "niets"]), "quote": a_quote(chance.choice(PASSAGES), chance)}
        items.insert(0, dict(item) if isinstance(item, dict) and chance.random() < 0.4 else extra)
    return answer


def mutated_text(text: str, chance: random.Random) -> str:
    """A change of how an answer is written."""
    at, to = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
    kind = chance.randrange(14)
    if kind <= 3:
        raw = bytearray(text.encode("utf-8", "surrogatepass"))
        for _ in range(chance.randint(1, 4)):
            if raw:
                raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        return raw.decode("utf-8", chance.choice(("replace", "surrogateescape", "ignore")))
    return (
        lambda: text[:at], lambda: text[at:], lambda: text[:at] + text[to:], lambda: text[:to] + text[at:],
        lambda: text[:at] + chance.choice('{}[]",:\\\n\x00' + "".join(UNSEEN)) + text[at:],
        lambda: chance.choice(AROUND).replace("{}", text),
        lambda: text + text, lambda: text.replace('"code"', '"code": "bestuur", "code"', 1),
        lambda: text.replace("]", "], ", 1), lambda: text[:-1] + ', "thema": []}',
    )[kind - 4]()  # fmt: skip


def mutated(prompt: Prompt, passage: Passage, chance: random.Random) -> str:
    """A valid answer after one to four changes."""
    answer = valid(prompt, passage, chance)
    for _ in range(chance.choice((0, 1, 1, 2))):
        answer = mutated_value(answer, prompt, chance)
    text = json.dumps(answer, ensure_ascii=chance.random() < 0.4, indent=chance.choice((None, None, 1)))
    for _ in range(chance.choice((0, 0, 0, 1, 2))):
        text = mutated_text(text, chance)
    return text


def through_the_wire(content: str, chance: random.Random) -> str | None:
    """What is read of a response that holds an answer and was changed on its way; None when it is no response.

    Raises:
        AssertionError: what is read is not what the response holds.
    """
    message = {"role": "assistant", "content": content}
    body = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": {"prompt_tokens": 9}}
    text = json.dumps(body, ensure_ascii=chance.random() < 0.5)
    if chance.random() < 0.5:
        text = mutated_text(text, chance)
    try:
        found = reply_of(text).content
    except Unanswered:
        return None
    assert found == (words(text) or ""), text
    return found


def prompts(codebook: Codebook) -> Sequence[Prompt]:
    """The standard prompt, one of a single dimension, and one in which codes have swapped and new names."""
    aliases: Mapping[str, str] = {
        "thema.onderwijs": "bestuur", "thema.bestuur": "onderwijs", "rol.ambitie": "A", "rol.probleem": "ambitie",
    }  # fmt: skip
    options = (PromptOptions(), PromptOptions(dimensions=("rol",)), PromptOptions(aliases=aliases, order_seed=1))
    return [make_prompt(codebook, one) for one in options]


def fuzz(number: int, seed: int, tell: Callable[[str], None] = print) -> Counter[str]:
    """Check that many mutated answers; return counts, with "invented" the number of invented labels."""
    chance, counts = random.Random(seed), Counter[str]()
    codebook = load_codebook("sociale-tweedeling")
    asked = prompts(codebook)
    for step in range(number):
        prompt, text = asked[step % len(asked)], chance.choice(PASSAGES)
        passage = Passage("p", "d", 1, text)
        content: str | None = mutated(prompt, passage, chance)
        if step % 4 == 0:
            content = through_the_wire(content or "", chance)
        if content is None:
            counts["no response"] += 1
            continue
        answer = prompt.check(content, passage)
        wrong = inventions(content, answer, prompt, text)
        counts["invented"] += len(wrong)
        if wrong:
            tell(f"seed {seed}, step {step}: {wrong}\n{content!r}")
            continue
        made = Suggestion(
            passage, answer.codes, answer.partly, answer.evidence, answer.failures, coder="llm:m", model="m"
        )
        row = suggestion_row(made, codebook)
        if suggestion_of(json.loads(row_line(row)), codebook) != made:
            tell(f"seed {seed}, step {step}: changed on its way through the file\n{content!r}")
            counts["changed by the file"] += 1
        counts["labels given"] += len(answer.evidence)
        counts["read in full" if not answer.failures else "unreadable" if answer.whole else "read in part"] += 1
        counts.update(f"failure {kind}" for kind in {one.kind for one in answer.failures})
    return counts


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    total, chosen = (given + [100_000, 1][len(given) :])[:2]
    began = time.perf_counter()
    result = fuzz(total, chosen)
    print(f"{total:,} mutated answers in {time.perf_counter() - began:.0f} s, seed {chosen}")
    for name, count in sorted(result.items()):
        print(f"{name:<28}{count:>9,}")
    sys.exit(1 if result["invented"] or result["changed by the file"] else 0)
