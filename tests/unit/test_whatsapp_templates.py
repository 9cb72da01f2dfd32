"""Our forms of words in the account: made, listed, changed, approved, and how the number stands."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.channels.whatsapp import templates as subject
from bot.channels.whatsapp.client import CloudClient, Json
from bot.channels.whatsapp.errors import Fault, Refused
from bot.channels.whatsapp.number import OwnNumber
from bot.channels.whatsapp.spec import fingerprint_of, spec_of
from bot.channels.whatsapp.templates import TemplateGateway
from bot.domain.errors import Refusal
from bot.domain.template import TemplateNews, TemplateText
from bot.domain.wording import WORDINGS, Wording
from bot.sandbox.whatsapp.template_rules import check_components, check_head, variables
from tests.support.boxes import TEMPLATE, VERIFY_TOKEN
from tests.support.cloud import WORDS, Cloud, a_client, a_cloud

EVERY = [(wording, language) for wording in WORDINGS for language in WORDS.languages]
IDS = [f"{wording.name}-{language}" for wording, language in EVERY]
RECEIPT = TemplateText.ours("receipt", "en")
FORBIDDEN = re.compile(
    r"d[íi]vida|cobran[çc]a|inadimpl|protesto|spc|serasa|jur[íi]dic|debt|collect|legal|deuda|"
    r"cobro|morosi|negativ|corte|suspen|cancel",
    re.IGNORECASE,
)


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    async with a_cloud() as made:
        yield made


@pytest.mark.parametrize(("wording", "language"), EVERY, ids=IDS)
def test_every_form_is_worded_as_the_network_wants_it(wording: Wording, language: str) -> None:
    spec = spec_of(TemplateText.ours(wording.name, language), WORDS)
    check_head(spec.body())
    parts = {part["type"]: part for part in check_components(list(spec.components), named=True)}
    assert set(variables(parts["BODY"]["text"])) == set(wording.params)
    labels = [button["text"] for button in parts.get("BUTTONS", {}).get("buttons", [])]
    assert len(labels) == wording.buttons
    assert all(len(label) <= 20 for label in labels)
    # A variable with only a stop behind it counts as the end for some of their reviewers.
    assert re.search(r"\w+\W*$", parts["BODY"]["text"].rpartition("}}")[2])
    assert not re.search(r"[<>\t]|\n{3}| {2}|(?<!\{)\{(?!\{)", parts["BODY"]["text"])


@pytest.mark.parametrize(("wording", "language"), EVERY, ids=IDS)
def test_no_form_threatens_or_speaks_of_debts(wording: Wording, language: str) -> None:
    told = json.dumps(
        spec_of(TemplateText.ours(wording.name, language), WORDS).components, ensure_ascii=False
    )
    assert FORBIDDEN.findall(told) == []


@pytest.mark.parametrize(("wording", "language"), EVERY, ids=IDS)
def test_who_writes_is_said_first_and_how_to_be_left_alone_last(
    wording: Wording, language: str
) -> None:
    body, *more = spec_of(TemplateText.ours(wording.name, language), WORDS).components
    footers = [part["text"] for part in more if part["type"] == "FOOTER"]
    if wording.to_staff:
        assert footers == []
    else:
        assert "{{business}}" in body["text"].partition("\n")[0]
        assert re.search("PARE|STOP|BAJA", footers[0])


@pytest.mark.parametrize(("wording", "language"), EVERY, ids=IDS)
def test_where_nobody_pays_by_pix_no_form_speaks_of_it(wording: Wording, language: str) -> None:
    text = TemplateText.ours(wording.name, language, pix=False)
    spec = spec_of(text, WORDS)
    check_components(list(spec.components), named=True)
    told = json.dumps(spec.components, ensure_ascii=False)
    assert "Pix" not in told
    at_home = spec_of(replace(text, pix=True), WORDS)
    assert (spec.fingerprint == at_home.fingerprint) is (wording.buttons <= 1)


def test_values_in_the_examples_are_written_as_the_language_does() -> None:
    body = spec_of(TemplateText.ours("reminder_before", "pt_BR"), WORDS).components[0]
    examples = {
        one["param_name"]: one["example"] for one in body["example"]["body_text_named_params"]
    }
    assert examples == {
        "name": "Ana",
        "business": "Academia Sol",
        "amount": "R$ 120,00",
        "due": "10/12/2026",
    }


def test_due_today_does_not_arrive_tomorrow() -> None:
    assert spec_of(TemplateText.ours("reminder_today", "en"), WORDS).body()[
        "message_send_ttl_seconds"
    ] == (43_200)
    assert (
        "message_send_ttl_seconds" not in spec_of(TemplateText.ours("receipt", "en"), WORDS).body()
    )


def test_a_fingerprint_is_of_what_people_read() -> None:
    spec = spec_of(TemplateText.ours("receipt", "es"), WORDS)
    without_examples = [
        {name: value for name, value in part.items() if name != "example"}
        for part in spec.components
    ]
    assert fingerprint_of(without_examples) == spec.fingerprint
    others = [*spec.components[:-1], {"type": "FOOTER", "text": "Otro"}]
    assert fingerprint_of(others) != spec.fingerprint


async def test_every_form_in_every_language_is_made_and_listed(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "_PAGE", "7")
    made = [
        await cloud.gateway.create(TemplateText.ours(wording.name, language))
        for wording, language in EVERY
    ]
    listed = await cloud.gateway.listed()
    assert listed == made
    assert all(status.usable and status.remote_id for status in listed)
    assert {status.category for status in listed} == {"UTILITY"}
    assert [status.fingerprint for status in listed] == [
        cloud.gateway.fingerprint(TemplateText.ours(wording.name, language))
        for wording, language in EVERY
    ]


async def test_others_of_the_same_account_are_left_alone(cloud: Cloud) -> None:
    cloud.box.whatsapp.templates.create(TEMPLATE)
    assert await cloud.gateway.listed() == []


async def test_one_that_is_there_already_is_found_and_not_made_again(cloud: Cloud) -> None:
    first = await cloud.gateway.create(TemplateText.ours("receipt", "pt_BR"))
    assert await cloud.gateway.create(TemplateText.ours("receipt", "pt_BR")) == first
    assert len(cloud.box.whatsapp.templates.all()) == 1


async def test_one_that_waits_for_its_review_is_told_of_when_it_is_decided(cloud: Cloud) -> None:
    cloud.box.whatsapp.templates.review.hold = True
    status = await cloud.gateway.create(TemplateText.ours("receipt", "pt_BR"))
    assert (status.status, status.usable) == ("PENDING", False)
    cloud.box.whatsapp.templates.decide("emdia_receipt", "REJECTED", reason="PROMOTIONAL")
    await cloud.until(lambda: [news for got in cloud.received() for news in got.templates])
    news = TemplateNews("receipt", "pt_BR", "REJECTED", "UTILITY", "PROMOTIONAL")
    assert cloud.received()[-1].templates == (news,)
    (listed,) = await cloud.gateway.listed()
    assert (listed.status, listed.reason) == ("REJECTED", "PROMOTIONAL")


async def test_a_category_they_changed_is_told(cloud: Cloud) -> None:
    cloud.box.whatsapp.templates.review.as_category = "MARKETING"
    assert (await cloud.gateway.create(TemplateText.ours("receipt", "en"))).category == "MARKETING"


async def test_old_words_are_changed_for_today_s(cloud: Cloud) -> None:
    await cloud.gateway.create(TemplateText.ours("receipt", "en"))
    template = cloud.box.whatsapp.templates.find("emdia_receipt", "en")
    assert template is not None
    template.components = [{"type": "BODY", "text": "Old words."}]
    (old,) = await cloud.gateway.listed()
    assert old.fingerprint != cloud.gateway.fingerprint(TemplateText.ours("receipt", "en"))
    edited = await cloud.gateway.edit(old, RECEIPT)
    assert (edited.status, edited.remote_id) == ("PENDING", old.remote_id)
    (now,) = await cloud.gateway.listed()
    assert (
        now.fingerprint
        == edited.fingerprint
        == cloud.gateway.fingerprint(TemplateText.ours("receipt", "en"))
    )


async def test_a_change_they_refuse_is_a_refusal(cloud: Cloud) -> None:
    status = await cloud.gateway.create(TemplateText.ours("receipt", "en"))
    await cloud.gateway.edit(status, RECEIPT)
    with pytest.raises(Refusal, match=r"reason\.whatsapp\.refused"):
        await cloud.gateway.edit(status, RECEIPT)


async def test_a_name_that_is_locked_after_its_deletion_is_a_refusal() -> None:
    class Locked(CloudClient):
        async def to_account(self, *path: str, body: Json) -> Json:
            raise Refused(Fault(100, 400, subcode=2388024))

        async def of_account(self, *path: str, **query: str) -> Json:
            return {"data": []}

    client = Locked("http://127.0.0.1", "v25.0", "token", "1", "2")
    with pytest.raises(Refusal, match=r"reason\.whatsapp\.template_disabled"):
        await TemplateGateway(client, WORDS).create(RECEIPT)


async def test_a_form_the_account_has_no_room_for_is_a_refusal(cloud: Cloud) -> None:
    cloud.box.faults.next("whatsapp.templates", "own_error", code=2388019, status=400)
    with pytest.raises(Refusal, match=r"reason\.whatsapp\.template_refused"):
        await cloud.gateway.create(TemplateText.ours("receipt", "en"))


@pytest.mark.parametrize("fault", ["html", "drop", "own_error", "throttle"])
async def test_what_may_go_better_later_is_no_refusal(cloud: Cloud, fault: str) -> None:
    # What only reads is asked again at once where a kept connection turns out to be dead.
    cloud.box.faults.next("whatsapp.templates", fault, times=2)
    with pytest.raises(ConnectionError):
        await cloud.gateway.listed()
    cloud.box.faults.clear()
    cloud.box.faults.next("whatsapp.templates", fault)
    with pytest.raises(ConnectionError):
        await cloud.gateway.create(TemplateText.ours("receipt", "en"))


async def test_a_wrong_token_says_what_to_mend(cloud: Cloud) -> None:
    client = a_client(cloud.box, token="old")  # noqa: S106 - nobody's
    with pytest.raises(Refusal, match=r"reason\.whatsapp\.token_wrong"):
        await TemplateGateway(client, WORDS).listed()
    with pytest.raises(Refusal, match=r"reason\.whatsapp\.token_wrong"):
        await OwnNumber(client).facts()
    await client.close()


async def test_the_number_says_how_it_stands(cloud: Cloud) -> None:
    facts = await OwnNumber(cloud.client).facts()
    assert (facts.phone, facts.name, facts.status, facts.quality, facts.limit) == (
        "+5511940000000",
        "EmDia",
        "CONNECTED",
        "GREEN",
        "TIER_2K",
    )


async def test_the_account_tells_us_once_it_is_asked_to(cloud: Cloud) -> None:
    number = OwnNumber(cloud.client)
    assert not await number.is_heard()
    await number.listen()
    assert await number.is_heard()


async def test_the_account_may_tell_an_address_of_its_own(cloud: Cloud) -> None:
    cloud.box.set_webhook(None)
    await OwnNumber(cloud.client).listen(cloud.listener.url, VERIFY_TOKEN)
    cloud.ana.says("oi")
    assert (await cloud.heard()).text == "oi"


async def test_an_address_that_does_not_answer_is_a_refusal(cloud: Cloud) -> None:
    with pytest.raises(Refusal):
        await OwnNumber(cloud.client).listen(cloud.listener.url, "wrong")
