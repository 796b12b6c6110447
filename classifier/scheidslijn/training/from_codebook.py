"""What the codebook itself says of its codes, as rows to learn from beside the few that somebody coded.

Matching a passage to the definitions is worth most where there are few labels. On our own coded passages they bring the
mean average precision of TF-IDF at 8 labels a code from 0.43 to 0.60 (themes) and from 0.54 to 0.63 (cleavage), at 32
from 0.65 to 0.70 and from 0.67 to 0.73; on the proxy cleavage, whose codes mean something wider, they bring nothing.
See `benchmarks/README.md`, "Few labels a code".
"""

from __future__ import annotations

from scheidslijn.annotations.examples import Example
from scheidslijn.codebook import Code, Codebook
from scheidslijn.termlist import parse_term

SOURCE = "codebook"
"""Document and source of these rows; no passage is of that document."""


def codebook_examples(codebook: Codebook) -> list[Example]:
    """A row for the definition of each code, for each inclusion and each example, and one for its terms.

    A row has its own code and lacks the other codes of that dimension; of other dimensions nothing is known. Exclusions
    are left out: they name what belongs to another code.
    """
    rows = []
    for dimension in codebook.dimensions:
        for code in dimension.codes:
            known = {other.key: float(other is code) for other in dimension.codes}
            rows += [Example(text, SOURCE, SOURCE, known) for text in texts_of(code)]
    return rows


def texts_of(code: Code) -> list[str]:
    """The texts that say what a code is."""
    terms = [parse_term(term) for term in code.terms]
    listed = ", ".join(plain for term in terms if not term.veto and (plain := _plain(term.text)))
    return [text for text in (code.definition, *code.include, *code.examples, listed) if text]


def _plain(term: str) -> str:
    """A term as words: `mee-doen` as `meedoen`, `*armoede*^2` as `armoede`; a gap or a number becomes nothing.

    >>> _plain("stellen * beschik-baar^2")
    'stellen beschikbaar'
    """
    bare = term.rpartition("^")[0] if term[-2:-1] == "^" else term
    return " ".join(word for part in bare.split() if (word := part.strip("*#").replace("-", "")))
