"""What is known and what is not: an unknown label stays unknown through splitting, joining and loss."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheidslijn.annotations.examples import Example, folds, hold_out, join_neighbours, known_codes, target_matrix


def test_targets_have_nan_where_nothing_is_known(tiny):
    one = Example("a", "stuk", "x", {"thema.school": 1.0, "elders.code": 1.0})
    row = target_matrix([one], tiny.TINY)[0]
    assert row[1] == 1 and np.isnan(row[[0, 2, 3, 4]]).all()


def test_known_codes_refuses_what_the_codebook_lacks(tiny):
    thema, rol = tiny.TINY.dimensions
    assert known_codes(thema, []) == {"thema.wonen": 0.0, "thema.school": 0.0, "thema.zorg": 0.0}
    with pytest.raises(ValueError, match=r"has no code 'weg'; it has wonen, school, zorg"):
        known_codes(thema, ["weg"])
    with pytest.raises(ValueError, match="exactly one code"):
        known_codes(rol, [])


def test_joining_keeps_unknown_apart_from_no(tiny):
    parts = [
        Example("a", "stuk", "x", {"thema.wonen": 1.0, "thema.school": 0.0, "rol.doel": 1.0, "rol.middel": 0.0}),
        Example("b", "stuk", "x", {"thema.school": 0.0, "rol.doel": 0.0, "rol.middel": 1.0}),
        Example("c", "ander", "x", {"thema.school": 1.0}),
    ]
    first, second = join_neighbours(parts, tiny.TINY, lambda run: 3)
    assert first.text == "a b" and second.text == "c"
    assert first.known == {"thema.wonen": 1.0, "thema.school": 0.0, "rol.doel": 0.5, "rol.middel": 0.5}


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=60), st.integers(0, 5))
def test_splits_keep_documents_whole(names, seed):
    examples = [Example(str(number), name, "x") for number, name in enumerate(names)]
    kept, apart = hold_out(examples, 0.3, seed)
    assert len(kept) + len(apart) == len(examples)
    assert not {one.document for one in kept} & {one.document for one in apart}
    numbers = folds(examples, 3, seed)
    assert len({(one.document, int(fold)) for one, fold in zip(examples, numbers, strict=True)}) == len(set(names))
