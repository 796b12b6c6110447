from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheidslijn.errors import ScheidslijnError
from scheidslijn.pretraining.cleaning import is_dutch_prose, repaired
from scheidslijn.pretraining.corpus import Sieve, document_of, held_out_chamber, read_corpora, rows_of, shingles
from scheidslijn.pretraining.recipe import CorpusRecipe, Source

WATERRADE = "In Waterrade willen we dat elke inwoner binnen een half jaar een plek bij de jeugdhulp krijgt."
DUINHORST = "De raad van Duinhorst kiest voor meer betaalbare huurwoningen en voor een groener centrum."
ELZENBROEK = "Het college van Elzenbroek onderzoekt hoe de bus ook in het weekend kan blijven rijden."


def corpus_file(folder: Path, name: str, rows: list[dict[str, object]]) -> Path:
    path = folder / f"{name}.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return path


@pytest.mark.parametrize(
    "text",
    [
        "Inhoud ............ 3 Wonen ............ 5 Zorg en welzijn ............ 9",
        "De heer A. de B. van C. te D. en E. de F. uit G. en H. van I.",
        "~ ;: de 1.1 !| van ,;. een ~~ het :: en |l| op -- te ** in ## met @@",
        "DE GEMEENTE EN DE RAAD VAN HET DORP EN DE STAD IN HET LAND",
        "Wonen en zorg",
        "We want every family in the village to find a home that they can afford.",
        "Wir wollen dass jede Familie im Dorf eine Wohnung findet, die bezahlbar ist.",
        "",
    ],
)
def test_what_is_no_dutch_prose_is_left_out(text: str) -> None:
    assert not is_dutch_prose(text)


@pytest.mark.parametrize(
    "text", [WATERRADE, DUINHORST, ELZENBROEK, "De bijdrage gaat van € 12 naar € 19 per maand voor wie meer heeft."]
)
def test_dutch_prose_is_kept(text: str) -> None:
    assert is_dutch_prose(text)


def test_repair_joins_broken_words_but_not_shared_endings() -> None:
    assert repaired("een voor- \n ziening voor in- en uitstroom") == "een voorziening voor in- en uitstroom"
    assert repaired("be\u00adleid e\u0301e\u0301n") == "beleid één"


@given(st.text())
def test_repair_is_done_after_one_pass_over_spaces_and_never_fails(text: str) -> None:
    once = repaired(text)
    assert "\n" not in once and "  " not in once
    assert is_dutch_prose(once) in (True, False)


def test_question_and_answer_fall_on_one_side_and_a_quarter_is_held_out() -> None:
    sides = [held_out_chamber(f"{number}-question") for number in range(4000)]
    assert sides == [held_out_chamber(f"{number}-answer") for number in range(4000)]
    assert 0.22 < sum(sides) / len(sides) < 0.28


def test_document_of_takes_the_passage_number_off() -> None:
    assert document_of("LijstX_1998-14") == "LijstX_1998"
    assert document_of("nota-wonen") == "nota-wonen"


def test_sieve_finds_copies_near_copies_and_evaluated_text() -> None:
    sieve = Sieve(evaluated=[ELZENBROEK])
    assert sieve.fault(WATERRADE) is None
    assert sieve.fault(WATERRADE) == "duplicate"
    long = f"{DUINHORST} {WATERRADE} Er komt ook een loket waar mensen vragen kunnen stellen over geld en schulden."
    assert sieve.fault(long) is None
    assert sieve.fault(long.replace("geld en schulden", "werk")) == "duplicate"
    assert sieve.fault(ELZENBROEK.upper()) == "evaluated text"
    assert sieve.fault("Hier staat iets heel anders over de begroting van volgend jaar.") is None


@given(st.lists(st.sampled_from(["de", "raad", "kiest", "nu", "wel"]), max_size=20))
def test_shingles_are_as_many_as_there_are_runs(words: list[str]) -> None:
    assert 1 <= len(shingles(" ".join(words))) <= max(1, len(words) - 4)


def test_evaluated_rows_and_years_are_left_out_and_documents_held_apart_whole(tmp_path: Path) -> None:
    out = next(str(number) for number in range(99) if held_out_chamber(f"{number}-answer"))
    rows: list[dict[str, object]] = [
        {
            "doc_id": f"Lijst{number}_1998-{part}",
            "year": 1998,
            "text": f"De lijst nummer {word} kiest {part * word} voor een {word} plan met {word}{part} in het dorp.",
        }
        for number, word in enumerate(f"w{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(120))
        for part in (1, 2)
    ]
    rows += [
        {"doc_id": "LijstA_2012-1", "year": 2012, "text": WATERRADE},
        {"doc_id": "TK2012-lijst", "year": None, "text": DUINHORST},
        {"doc_id": f"{out}-answer", "text": ELZENBROEK},
    ]
    path = corpus_file(tmp_path, "programmas", rows)
    recipe = CorpusRecipe((Source("programmas", 2.0),), (2012,), held_apart_words=60)
    (corpus,) = read_corpora([path], recipe, tmp_path / "clean")
    kept, apart = list(corpus.texts()), list(corpus.texts(held_apart=True))
    assert corpus.source.weight == 2.0
    assert not {*kept, *apart} & {WATERRADE, DUINHORST, ELZENBROEK}
    assert corpus.dropped["evaluated"] == 3
    assert len(apart) == 2 * len(corpus.apart) > 0
    assert len(kept) + len(apart) + corpus.dropped["duplicate"] == 240
    assert corpus.documents == 120 - len(corpus.apart)
    assert sum(text.count(" ") + 1 for text in apart) == corpus.apart_words
    assert not set(kept) & set(apart)


def test_a_large_source_is_thinned_by_paragraph(tmp_path: Path) -> None:
    letters = "abcdefghijklmnop"
    laws = [
        {
            "doc_id": f"W{a}",
            "text": "\n".join(
                f"Het is in {a}{b}stad niet verboden om {a}{b} te doen aan de {b}{a}straat." for b in letters
            ),
        }
        for a in letters
    ]
    path = corpus_file(tmp_path, "wet", list(laws))
    (thin,) = read_corpora([path], CorpusRecipe((Source("wet", 1.0, 1000),), (), 0), tmp_path / "clean")
    assert 20 < len(list(thin.texts())) < 150
    assert thin.dropped["over limit"] > 100


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "kapot.jsonl"
    path.write_text('{"text": "goed"}\n{"tekst": "fout"}\n', encoding="utf-8")
    with pytest.raises(ScheidslijnError, match="line 2"):
        list(rows_of(path))
    path.write_text("geen json", encoding="utf-8")
    with pytest.raises(ScheidslijnError, match="JSON lines"):
        list(rows_of(path))
    with pytest.raises(ScheidslijnError, match=r"weg\.jsonl"):
        list(rows_of(tmp_path / "weg.jsonl"))


def test_a_file_without_prose_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ScheidslijnError, match="no paragraph of Dutch prose"):
        read_corpora([corpus_file(tmp_path, "leeg", [{"text": "xyz"}])], CorpusRecipe(), tmp_path / "clean")


def test_plain_text_is_one_document_with_a_paragraph_a_line(tmp_path: Path) -> None:
    path = tmp_path / "nota.txt"
    path.write_text(f"{WATERRADE}\n\n{DUINHORST}\n", encoding="utf-8")
    (corpus,) = read_corpora([path], CorpusRecipe(), tmp_path / "clean")
    assert list(corpus.texts()) == [WATERRADE, DUINHORST] and corpus.documents == 1
