"""Parts of a page are drawn as the whole is, and points inside a box never show more contrast than the box has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from reportlab.pdfgen.canvas import Canvas

from scheidslijn.reading.pdf_drawing import around, drawn
from scheidslijn.reading.pdf_page import Box


@pytest.fixture
def page(tmp_path: Path) -> pdfium.PdfPage:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(300, 200))
    canvas.setFont("Helvetica", 11)
    canvas.drawString(40, 150, "De gemeente Elzenbroek bouwt woningen.")
    canvas.setFillColorRGB(0.8, 0.1, 0.1)
    canvas.rect(40, 60, 100, 30, stroke=0, fill=1)
    canvas.save()
    return pdfium.PdfDocument(tmp_path / "a.pdf")[0]


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("area", [Box(30, 30, 150, 70), Box(0, 0, 300, 200), Box(-20, 110, 90, 260)])
def test_a_part_has_the_pixels_of_the_whole(page: pdfium.PdfPage, area: Box, colour: bool) -> None:
    whole, part = drawn(page, 2.0, colour=colour), drawn(page, 2.0, area, colour=colour)
    high, wide = part.pixels.shape[:2]
    assert (whole.pixels[part.top : part.top + high, part.left : part.left + wide] == part.pixels).all()
    for box in (Box(42, 40, 60, 52), Box(80, 115, 88, 130)):
        if area.holds(box.x0, box.y0) and area.holds(box.x1, box.y1):
            assert (whole.cut(box) == part.cut(box)).all()


def test_a_drawing_in_gray_is_as_pdfium_draws_it_in_gray(page: pdfium.PdfPage) -> None:
    theirs = page.render(scale=2.0, grayscale=True).to_numpy().reshape(400, 600).astype(np.int16)
    assert np.abs(drawn(page, 2.0).pixels - theirs).max() <= 3


def test_points_show_contrast_where_there_is_any_and_never_more(page: pdfium.PdfPage) -> None:
    small = drawn(page, 0.5)
    boxes = np.array([[40.0, 39, 230, 53], [40, 110, 140, 140], [10, 5, 290, 30], [130, 100, 160, 120]])
    spread = small.spread(boxes, 10, 2).tolist()
    exact = [int(np.ptp(small.cut(Box(*box)))) for box in boxes.tolist()]
    assert spread[0] > 100 and spread[1] == spread[2] == 0 and spread[3] > 100
    assert all(few <= full for few, full in zip(spread, exact, strict=True))
    assert small.spread(boxes[:0], 10, 2).shape == (0,)
    assert around(boxes) == Box(10, 5, 290, 140)
