"""Pictures: a code that holds what it should, bars that show what they should."""

import struct
import xml.etree.ElementTree as ET
import zlib
from dataclasses import replace

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from bot import pictures
from bot.pictures import svg
from bot.pictures.charts import HEIGHT, WIDTH, drawn
from bot.services.ports.desk import Bars, Pictures

PIX = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000"
    "5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D"
)
MONTHS = ("set.", "out.", "nov.")
CHART = Bars(
    title="Recebido por mês",
    months=MONTHS,
    received=(610_000, 655_500, 402_300),
    expected=(630_000, 660_000, 690_000),
    received_labels=("R$ 6.100,00", "R$ 6.555,00", "R$ 4.023,00"),
    received_word="Recebido",
    expected_word="Esperado",
)
SVG = "{http://www.w3.org/2000/svg}"


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def dark_pixels(png: bytes) -> list[list[bool]]:
    """A two-colour picture, row by row."""
    width, height = size_of(png)
    assert png[24:26] == b"\x01\x00", "one bit, grey"
    packed, place = b"", 8
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        packed += png[place + 8 : place + 8 + length] if kind == b"IDAT" else b""
        place += 12 + length
    lines, across = zlib.decompress(packed), 1 + (width + 7) // 8
    above, rows = bytes(across - 1), []
    for start in range(0, height * across, across):
        line = lines[start + 1 : start + across]
        if lines[start] == 2:  # told as the difference from the line above
            line = bytes((one + other) % 256 for one, other in zip(line, above, strict=True))
        rows.append([bit == "0" for bit in "".join(f"{byte:08b}" for byte in line)[:width]])
        above = line
    assert {lines[start] for start in range(0, height * across, across)} <= {0, 2}
    return rows


def words_in(drawing: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(drawing).iter(SVG + "text")]  # noqa: S314 - our own drawing


def bars_in(drawing: str) -> list[str]:
    return [path.get("d", "") for path in ET.fromstring(drawing).iter(SVG + "path")]  # noqa: S314 - our own drawing


async def test_a_code_holds_every_letter_of_the_payment() -> None:
    pixels = dark_pixels(await pictures.qr(PIX))
    wanted = segno.make_qr(PIX, error="M", boost_error=False)
    modules = [[bool(module) for module in row] for row in wanted.matrix_iter(border=4)]
    scale = len(pixels) // len(modules)
    assert [row[scale // 2 :: scale] for row in pixels[scale // 2 :: scale]] == modules


@pytest.mark.parametrize("payload", ["7", PIX, PIX * 4])
async def test_a_code_is_large_enough_to_be_scanned_off_a_screen(payload: str) -> None:
    width, height = size_of(await pictures.qr(payload))
    assert width == height
    assert 500 <= width <= 700


async def test_a_code_has_white_around_it_for_dark_chats() -> None:
    pixels = dark_pixels(await pictures.qr(PIX))
    first = next(place for place, row in enumerate(pixels) if any(row))
    assert first > 30
    assert not any(row[0] or row[-1] for row in pixels)


async def test_the_same_code_is_drawn_the_same_every_time() -> None:
    assert await pictures.qr(PIX) == await pictures.qr(PIX)
    assert await pictures.qr(PIX) != await pictures.qr(PIX.replace("Fulano", "Sicrano"))


async def test_bars_are_a_picture_of_the_size_chats_show_well() -> None:
    assert size_of(await pictures.bars(CHART)) == (1000, 560)
    assert (WIDTH, HEIGHT) == (1000, 560)


async def test_the_same_bars_are_drawn_the_same_every_time() -> None:
    assert await pictures.bars(CHART) == await pictures.bars(CHART)


async def test_the_words_are_drawn_though_the_machine_may_have_no_fonts() -> None:
    silent = replace(CHART, title="", months=("",) * 3, received_labels=("",) * 3)
    assert len(await pictures.bars(CHART)) > len(await pictures.bars(silent)) * 1.3


def test_a_chart_says_its_title_its_legend_its_months_and_what_came_in() -> None:
    words = words_in(drawn(CHART))
    assert {CHART.title, "Recebido", "Esperado", *MONTHS, *CHART.received_labels} == set(words)


def test_every_month_has_two_bars() -> None:
    assert len(bars_in(drawn(CHART))) == 6


def test_a_month_in_which_nothing_came_in_has_no_bar_for_it() -> None:
    assert len(bars_in(drawn(replace(CHART, received=(0, 1, -5))))) == 4


def test_a_chart_without_months_is_still_a_picture() -> None:
    empty = replace(CHART, months=(), received=(), expected=(), received_labels=())
    assert words_in(drawn(empty)) == [CHART.title, "Recebido", "Esperado"]


def test_a_title_that_is_too_long_ends_in_dots() -> None:
    title = words_in(drawn(replace(CHART, title="Muito longo " * 20)))[0]
    assert title.startswith("Muito longo")
    assert title.endswith("…")
    assert svg.width_of(title, 30) <= WIDTH


def test_amounts_of_a_whole_year_lose_their_cents_before_they_would_touch() -> None:
    labels = ["R$ 6.100,00", "R$ 6.555,00", "R$ 4.023,00"] * 4
    year = replace(CHART, months=MONTHS * 4, received=[1] * 12, received_labels=labels)
    assert {"R$ 6.100", "R$ 6.555", "R$ 4.023"} < set(words_in(drawn(year)))


def test_amounts_that_are_larger_still_lose_the_sign_of_the_currency() -> None:
    large = replace(
        CHART, months=MONTHS * 5, received_labels=["$12,345,678.90"] * 15, received=[1] * 15
    )
    words = words_in(drawn(large))
    assert "$12,345,678" not in words
    assert not any("$" in word for word in words)


@given(words=st.text())
def test_whatever_people_write_the_chart_can_be_drawn(words: str) -> None:
    drawing = drawn(replace(CHART, title=words, received_word=words, months=(words,) * 3))
    assert len(words_in(drawing)) == 9


def test_what_people_write_is_shown_and_not_obeyed() -> None:
    title = words_in(drawn(replace(CHART, title="<b>&'\"]]></text>")))[0]
    assert title == "<b>&'\"]]></text>"


@given(
    months=st.lists(
        st.tuples(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12)), max_size=14
    )
)
def test_no_bar_ever_leaves_the_picture(months: list[tuple[int, int]]) -> None:
    chart = replace(
        CHART,
        months=["m"] * len(months),
        received=[received for received, _ in months],
        expected=[expected for _, expected in months],
        received_labels=[],
    )
    tops = [float(path.partition(" V")[2].split()[0]) for path in bars_in(drawn(chart))]
    assert all(100 < top <= HEIGHT for top in tops)


async def test_the_pictures_are_what_a_desk_lends() -> None:
    lent: Pictures = pictures
    assert size_of(await lent.bars(CHART)) == (WIDTH, HEIGHT)
