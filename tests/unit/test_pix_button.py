"""The button that copies a Pix code: which texts have it, what it carries, what is made of a no."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.whatsapp.copying import goes_without, without_button
from bot.channels.whatsapp.errors import Fault, NothingLeft, Refused, Unanswered
from bot.channels.whatsapp.fill import filled
from bot.channels.whatsapp.spec import spec_of
from bot.domain.ids import ChargeId
from bot.domain.message import Button, Outgoing
from bot.domain.money import Money
from bot.domain.own_text import TextBook
from bot.domain.pix import read_pix
from bot.domain.pix_button import TRIED_AGAIN_AFTER, PixButton
from bot.domain.template import TemplateText
from bot.domain.template_names import has_button, named, with_button
from bot.domain.text import plain
from bot.domain.wording import COPY_LABEL, PIX_BUTTON, WORDING, WORDINGS, button_key, may_copy
from bot.sandbox.whatsapp.template_rules import check_components
from bot.services.ports.reminders import Line
from bot.services.reminder_words import words_of
from tests.support.cloud import WORDS
from tests.support.cloud_schemas import Template, TemplateMade
from tests.support.till import HOUSE

NOON = datetime(2026, 11, 25, 15, tzinfo=UTC)
COPYING = [wording.name for wording in WORDINGS if may_copy(wording.name)]
TXIDS = st.from_regex(r"[A-Za-z0-9]{5,25}", fullmatch=True)
AMOUNTS = st.integers(1, 50_000_000)
OWED = st.lists(st.tuples(AMOUNTS, TXIDS), min_size=1, max_size=6)
BUTTONS = tuple(Button(plain(name), f"to {name}") for name in ("paid", "pix", "stop"))


def lines(owed: list[tuple[int, str]]) -> list[Line]:
    due = date(2026, 11, 20)
    return [
        Line(n, ChargeId(n), None, due, Money(left), wanted=True, txid=txid)
        for n, (left, txid) in enumerate(owed)
    ]


def form_for(owed: list[tuple[int, str]]) -> str:
    return "reminder_late" if len(owed) == 1 else "reminder_many"


def sent(owed: list[tuple[int, str]]) -> list[dict[str, Any]]:
    """The buttons of a reminder as they go to the network."""
    form = form_for(owed)
    _, use = words_of("Ana", HOUSE, lines(owed), form, "pt_BR", TextBook())
    outgoing = Outgoing((plain("-"),), BUTTONS)
    content = filled(WORDING[form], replace(use, copies=True), outgoing, "pt_BR", WORDS)
    Template.model_validate(content["template"])
    assert content["template"]["name"] == f"emdia_{form}_pix"
    return [part for part in content["template"]["components"] if part["type"] == "button"]


@given(OWED)
def test_the_code_asks_for_exactly_what_the_notice_does(owed: list[tuple[int, str]]) -> None:
    first, *others = sent(owed)
    (parameter,) = first["parameters"]
    setting = parameter["action"]["payment_request"]["payment_setting"]
    told = read_pix(setting["pix_dynamic_code"]["code"])
    minor = sum(left for left, _ in owed)
    assert told["amount"] == f"{minor // 100}.{minor % 100:02}"
    assert told["txid"] == owed[0][1]
    assert told["receiver"] == "Academia Boa Forma"
    assert (first["sub_type"], first["index"]) == ("payment_request", "0")
    carried = [(part["index"], part["parameters"][0]["payload"]) for part in others]
    assert carried == [("1", "to paid"), ("2", "to stop")]


@pytest.mark.parametrize("lacks", [{"pix_key": None}, {"city": ""}, {"currency": "EUR"}])
def test_a_house_that_cannot_be_paid_so_has_no_code(lacks: dict[str, Any]) -> None:
    house = replace(HOUSE, **lacks)
    _, use = words_of("Ana", house, lines([(100, "abcde")]), "reminder_late", "pt_BR", TextBook())
    assert use.pix_code == ""


def test_what_no_code_can_ask_for_keeps_no_reminder_back() -> None:
    _, use = words_of("Ana", HOUSE, lines([(100, "a b")]), "reminder_late", "pt_BR", TextBook())
    assert use.pix_code == ""


@pytest.mark.parametrize("language", sorted(WORDS.languages))
@pytest.mark.parametrize("form", COPYING)
def test_a_form_with_the_button_is_worded_as_the_network_wants_it(form: str, language: str) -> None:
    text = replace(TemplateText.ours(form, language), name=with_button(form), copies=True)
    spec = spec_of(text, WORDS)
    TemplateMade.model_validate(spec.body())
    parts = {part["type"]: part for part in check_components(list(spec.components), named=True)}
    labels = [button["text"] for button in parts["BUTTONS"]["buttons"]]
    asks = WORDS.raw(button_key(form, PIX_BUTTON, pix=True), language)
    assert (labels[0], len(labels)) == (COPY_LABEL, 3)
    assert asks not in labels
    assert asks not in parts["BODY"]["text"]
    assert re.search(r"\w+\W*$", parts["BODY"]["text"].rpartition("}}")[2])
    without = spec_of(TemplateText.ours(form, language), WORDS)
    assert spec.fingerprint != without.fingerprint


def test_every_reminder_may_have_it_and_nothing_else() -> None:
    assert [w.name for w in WORDINGS if w.name.startswith("reminder_")] == COPYING


@pytest.mark.parametrize("language", sorted(WORDS.languages))
def test_words_that_send_people_to_the_other_button_go_without(language: str) -> None:
    asks = WORDS.raw(button_key("reminder_today", PIX_BUTTON, pix=True), language)
    assert not may_copy("reminder_today", f"Olá, toque em <b>{asks.upper()}</b> agora.")
    assert may_copy("reminder_today", "Olá, pague com Pix quando puder ver.")


@pytest.mark.parametrize("name", ["reminder_today", "reminder_today_v2", "reminder_late_p3_v1"])
def test_its_name_stands_for_the_same_text(name: str) -> None:
    assert named(with_button(name), "en") == named(name, "en") is not None
    assert has_button(with_button(name))
    assert not has_button(name)


def test_it_is_asked_for_again_after_a_while() -> None:
    button = PixButton(possible=True)
    refused = replace(button, refused_at=NOON, why="whatsapp.payment_terms")
    assert button.wanted(NOON)
    assert not refused.wanted(NOON + TRIED_AGAIN_AFTER - timedelta(seconds=1))
    assert refused.wanted(NOON + TRIED_AGAIN_AFTER)
    assert not replace(button, off=True).wanted(NOON)
    assert not replace(button, possible=False).wanted(NOON)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (100, "whatsapp.no_payment_button"),
        (131009, "whatsapp.no_payment_button"),
        (132012, "whatsapp.no_payment_button"),
        (134011, "whatsapp.payment_terms"),
        (132001, "whatsapp.template_missing"),
        (132015, "whatsapp.template_paused"),
        (190, ""),
        (131026, ""),
        (131056, ""),
        (131047, ""),
    ],
)
def test_only_what_the_button_may_be_to_blame_for_goes_without(code: int, why: str) -> None:
    assert goes_without(Refused(Fault(code, 400))) == why


@pytest.mark.parametrize("trouble", [NothingLeft(), Unanswered(), Refused(Fault(None, 502))])
def test_what_may_have_left_is_not_sent_again(trouble: Exception) -> None:
    assert goes_without(trouble) == ""


@pytest.mark.parametrize(
    ("code", "copies", "key"),
    [
        (100, True, "reason.whatsapp.no_payment_button"),
        (134011, True, "reason.whatsapp.payment_terms"),
        (2388019, True, None),
        (190, True, None),
        (100, False, None),
    ],
)
def test_only_some_refusals_say_that_the_account_has_no_such_button(
    code: int, *, copies: bool, key: str | None
) -> None:
    text = replace(TemplateText.ours("reminder_today", "pt_BR"), copies=copies)
    refusal = without_button(text, Refused(Fault(code, 400)))
    assert (refusal.key if refusal else None) == key
