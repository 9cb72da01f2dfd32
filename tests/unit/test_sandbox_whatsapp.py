"""The sandbox's WhatsApp: what a business sends, what becomes of it, what a person does."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.whatsapp.person import WhatsAppPerson
from tests.support.boxes import PHONE_ID, CloudClient, Listener, listening, reminder

ANA = "+5511987650001"


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with listening() as hearing:
        yield hearing


@pytest.fixture
async def box(listener: Listener, box: Sandbox) -> Sandbox:
    box.set_webhook(listener.url)
    return box


@pytest.fixture
async def cloud(cloud: CloudClient) -> CloudClient:
    await cloud.template()
    return cloud


@pytest.fixture
async def ana(box: Sandbox) -> WhatsAppPerson:
    """Somebody whose window is open."""
    person = box.seed_client(ANA, "Ana Souza")
    person.says("oi")
    return person


def told(listener: Listener) -> list[str]:
    return [str(status["status"]) for status in listener.statuses()]


def failure(listener: Listener) -> int:
    return int(listener.statuses()[-1]["errors"][0]["code"])


async def test_a_text_is_sent_then_delivered_then_read(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    status, body = await cloud.text("*Oi*, Ana", biz_opaque_callback_data="job-7")
    assert status == 200
    assert body["contacts"][0]["wa_id"] == "5511987650001"
    await box.until(lambda: told(listener) == ["sent", "delivered", "read"])
    assert {s["id"] for s in listener.statuses()} == {body["messages"][0]["id"]}
    assert {s["biz_opaque_callback_data"] for s in listener.statuses()} == {"job-7"}
    assert (ana.last().ticks, ana.last().runs[0].marks) == ("read", ("bold",))
    assert [entry.text for entry in box.accepted("whatsapp", "job-7")] == ["*Oi*, Ana"]


async def test_free_text_outside_the_window_is_accepted_and_then_fails(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    box.advance(hours=24)
    status, _ = await cloud.text("tarde demais")
    assert status == 200
    await box.until(lambda: told(listener) == ["failed"])
    assert failure(listener) == 131047
    assert [seen.text for seen in ana.visible()] == ["oi"]


async def test_an_account_may_refuse_what_is_too_late_at_once(
    box: Sandbox, cloud: CloudClient, ana: WhatsAppPerson
) -> None:
    box.whatsapp.refuses_at_once = True
    assert (await cloud.text())[0] == 200
    box.advance(hours=25)
    status, answer = await cloud.text()
    assert (status, answer["error"]["code"]) == (400, 131047)
    assert (await cloud.send(**reminder()))[0] == 200


async def test_who_wants_no_advertising_is_told_of_and_gets_the_rest(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    box.whatsapp.advertising(ana, wanted=False)
    await box.until(lambda: any("user_preferences" in value for value in listener.values()))
    (wish,) = listener.values()[-1]["user_preferences"]
    assert (wish["wa_id"], wish["value"]) == (ana.wa_id, "stop")
    await cloud.send(**reminder())
    await box.until(lambda: told(listener) == ["sent", "delivered", "read"])
    assert listener.statuses()[0]["pricing"]["category"] == "utility"
    box.whatsapp.templates.recategorise("lembrete", "MARKETING")
    await cloud.send(**reminder())
    await box.until(lambda: told(listener)[-1] == "failed")
    assert failure(listener) == 131050
    box.whatsapp.advertising(ana, wanted=True)
    await cloud.send(**reminder())
    await box.until(lambda: told(listener)[-1] == "read")
    assert listener.statuses()[-2]["pricing"]["category"] == "marketing"


async def test_who_has_had_enough_advertising_of_all_gets_no_more(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    ana.advertised_enough = True
    await cloud.send(**reminder())
    await box.until(lambda: told(listener)[-1:] == ["read"])
    box.whatsapp.templates.recategorise("lembrete", "MARKETING")
    await cloud.send(**reminder())
    await box.until(lambda: told(listener)[-1] == "failed")
    assert failure(listener) == 131049


async def test_a_template_needs_no_window(
    box: Sandbox, cloud: CloudClient, listener: Listener
) -> None:
    box.seed_client(ANA, "Ana")
    _, body = await cloud.send(**reminder())
    assert body["messages"][0]["message_status"] == "accepted"
    await box.until(lambda: told(listener)[-1:] == ["read"])
    seen = box.whatsapp.person(ANA).last()
    assert seen.text == "Olá Ana, sua mensalidade de R$ 120,00 vence em breve."
    assert (seen.footer, seen.labels) == ("Responda PARE para sair", ("Já paguei", "Ver Pix"))


async def test_who_is_not_on_whatsapp_is_reported_undeliverable(
    box: Sandbox, cloud: CloudClient, listener: Listener
) -> None:
    box.seed_client(ANA, "Ana").not_on_whatsapp = True
    await cloud.send(**reminder())
    await box.until(lambda: told(listener) == ["failed"])
    assert failure(listener) == 131026


async def test_a_block_is_never_told_and_the_message_never_delivered(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    ana.blocked = True
    await cloud.text("oi?")
    await box.until(lambda: told(listener) == ["sent"])
    box.advance(hours=1)
    assert told(listener) == ["sent"]
    assert [seen.text for seen in ana.visible()] == ["oi"]


async def test_a_phone_that_is_off_gets_it_later_or_never(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    await cloud.template(name="de_hoje", message_send_ttl_seconds=43_200)
    hasty = reminder()
    hasty["template"] |= {"name": "de_hoje"}
    ana.phone_off = True
    for content in (hasty, reminder()):
        assert (await cloud.send(**content))[0] == 200
    await box.until(lambda: told(listener) == ["sent", "sent"], 30)
    box.advance(hours=13)
    assert [seen.mine for seen in ana.visible()] == [True]
    ana.turns_on()
    await box.until(lambda: told(listener)[2:] == ["delivered", "read"], 30)
    first, second = [message.status for message in ana.messages if not message.mine]
    assert (first, second) == ("sent", "read")
    await cloud.text()
    await box.until(lambda: told(listener)[4:] == ["sent", "delivered", "read"], 30)


async def test_without_read_receipts_nobody_hears_of_reading(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    ana.no_read_receipts = True
    await cloud.text("oi?")
    await box.until(lambda: told(listener) == ["sent", "delivered"])
    box.advance(hours=1)
    assert ana.last().ticks == "delivered"


async def test_a_chat_is_unread_until_it_is_opened(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    ana.reads_at_once = False
    await cloud.text("1")
    await cloud.text("2")
    await box.until(lambda: ana.unread == 2)
    assert "read" not in told(listener)
    ana.opens()
    await box.until(lambda: told(listener).count("read") == 2)
    assert ana.unread == 0


async def test_an_old_account_is_known_without_its_ninth_digit(
    box: Sandbox, cloud: CloudClient, listener: Listener
) -> None:
    person = box.seed_client("+5531987650001", "Ana")
    person.without_nine = True
    person.says("oi")
    _, body = await cloud.text(to="+5531987650001")
    assert body["contacts"][0]["wa_id"] == "553187650001"
    await box.until(lambda: len(listener.messages()) == 1)
    assert listener.messages()[0]["from"] == "553187650001"
    assert box.whatsapp.person("553187650001") is person


async def test_somebody_with_only_a_username_is_reached_by_their_scoped_id(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    ana.username_only = True
    ana.says("sou eu")
    await box.until(lambda: len(listener.messages()) == 2)
    message = listener.messages()[-1]
    assert "from" not in message
    status, _ = await cloud.send(
        to="", recipient=message["from_user_id"], type="text", text={"body": "oi"}
    )
    assert status == 200
    assert ana.last().text == "oi"
    status, _ = await cloud.send(to="", recipient="BR.nobody", type="text", text={"body": "oi"})
    assert status == 400


BUTTONS = {
    "type": "button",
    "body": {"text": "Pagou?"},
    "action": {
        "buttons": [{"type": "reply", "reply": {"id": f"b{n}", "title": f"B{n}"}} for n in range(3)]
    },
}
LIST = {
    "type": "list",
    "header": {"type": "text", "text": "Contas"},
    "body": {"text": "Escolha"},
    "footer": {"text": "EmDia"},
    "action": {
        "button": "Ver",
        "sections": [{"rows": [{"id": "r1", "title": "Nov", "description": "R$ 10"}]}],
    },
}
LINK = {
    "type": "cta_url",
    "body": {"text": "Veja"},
    "action": {
        "name": "cta_url",
        "parameters": {"url": "https://a.example/x", "display_text": "Abrir"},
    },
}


async def test_a_tapped_button_comes_back_with_its_token_and_its_message(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    _, body = await cloud.send(type="interactive", interactive=BUTTONS)
    ana.taps("B1")
    await box.until(lambda: len(listener.messages()) == 2)
    answer = listener.messages()[-1]
    assert answer["interactive"]["button_reply"] == {"id": "b1", "title": "B1"}
    assert answer["context"]["id"] == body["messages"][0]["id"]


async def test_a_chosen_row_comes_back_with_its_description(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    await cloud.send(type="interactive", interactive=LIST)
    assert (ana.last().header, ana.last().footer, ana.last().list_label) == (
        "Contas",
        "EmDia",
        "Ver",
    )
    ana.taps("r1")
    await box.until(lambda: len(listener.messages()) == 2)
    reply = listener.messages()[-1]["interactive"]["list_reply"]
    assert reply == {"id": "r1", "title": "Nov", "description": "R$ 10"}


async def test_a_tap_on_a_template_carries_its_payload(
    box: Sandbox, cloud: CloudClient, listener: Listener
) -> None:
    person = box.seed_client(ANA, "Ana")
    payload = {"type": "payload", "payload": "claim:7"}
    button = {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [payload]}
    body = reminder()["template"]["components"][0]
    await cloud.send(**reminder(body, button))
    person.taps("Já paguei")
    await box.until(lambda: len(listener.messages()) == 1)
    assert listener.messages()[0]["button"] == {"payload": "claim:7", "text": "Já paguei"}
    assert person.window_open


async def test_a_link_is_no_button_that_the_business_hears_of(
    cloud: CloudClient, ana: WhatsAppPerson
) -> None:
    await cloud.send(type="interactive", interactive=LINK)
    assert ana.last().choices[0].url == "https://a.example/x"
    with pytest.raises(LookupError, match="no button"):
        ana.taps("Abrir")


def changed(whole: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {"type": "interactive", "interactive": whole | parts}


def buttons(*replies: dict[str, str], kind: str = "reply") -> dict[str, Any]:
    return {"buttons": [{"type": kind, "reply": reply} for reply in replies]}


def rows(*tokens: str, **section: Any) -> dict[str, Any]:
    held = [{"id": token, "title": token[:24] or "t"} for token in tokens]
    return {"button": "Ver", "sections": [{"rows": held} | section]}


def link(url: str) -> dict[str, Any]:
    return {"name": "cta_url", "parameters": {"url": url, "display_text": "Ver"}}


WEB = "https://a.example"
WANTED = {
    "type": "request_contact_info",
    "body": {"text": "Seu número?"},
    "action": {"name": "request_contact_info"},
}
TWO_SECTIONS = {"button": "Ver", "sections": [{"rows": [{"id": "1", "title": "1"}]}] * 2}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"type": "text", "text": {"body": ""}}, 131008),
        ({"type": "text", "text": {"body": "x" * 4097}}, 131009),
        ({"type": "text"}, 131008),
        ({"type": "poll"}, 131051),
        ({"type": "text", "text": {"body": "x"}, "biz_opaque_callback_data": "x" * 513}, 131009),
        ({"type": "image", "image": {"id": "nobody"}}, 100),
        ({"type": "image", "image": {}}, 131008),
        (changed(BUTTONS, type="carousel"), 131009),
        (changed(BUTTONS, body={"text": "x" * 1025}), 131009),
        (changed(BUTTONS, action={"buttons": []}), 131009),
        (
            changed(BUTTONS, action=buttons(*[{"id": str(n), "title": str(n)} for n in "1234"])),
            131009,
        ),
        (changed(BUTTONS, action=buttons({"id": "1", "title": "x" * 21})), 131009),
        (changed(BUTTONS, action=buttons({"id": " 1", "title": "x"})), 131009),
        (changed(BUTTONS, action=buttons({"id": "1", "title": "x"}, kind="url")), 131009),
        (changed(BUTTONS, action=buttons(*[{"id": n, "title": "x"} for n in "12"])), 131009),
        (changed(BUTTONS, action=buttons(*[{"id": "1", "title": n} for n in "12"])), 131009),
        (changed(BUTTONS, header={"type": "audio"}), 131009),
        (changed(BUTTONS, footer={"text": "x" * 61}), 131009),
        (changed(LIST, action=rows(*map(str, range(11)))), 131009),
        (changed(LIST, action=rows()), 131008),
        (changed(LIST, action={"button": "Ver", "sections": []}), 131009),
        (changed(LIST, action=rows("1", "1")), 131009),
        (changed(LIST, action=TWO_SECTIONS), 131008),
        (changed(LIST, action=rows("x" * 201)), 131009),
        (changed(LIST, header={"type": "image", "image": {"id": "1"}}), 131009),
        (changed(LINK, action={"name": "cta_url", "parameters": {"url": WEB}}), 131008),
        (changed(LINK, action={"parameters": {"url": WEB, "display_text": "x"}}), 131009),
        (changed(LINK, action=link("a.example")), 131009),
        (changed(WANTED, header={"type": "text", "text": "Oi"}), 131009),
        ({"type": "text", "text": {"body": "x", "preview_url": "no"}}, 100),
        ({"type": "reaction", "reaction": {"emoji": "👍"}}, 131008),
        ({"type": "reaction", "reaction": {"message_id": "wamid.x"}}, 131008),
    ],
)
async def test_what_whatsapp_refuses_is_refused(
    box: Sandbox, cloud: CloudClient, ana: WhatsAppPerson, content: dict[str, Any], code: int
) -> None:
    status, body = await cloud.send(**content)
    assert (status, body["error"]["code"]) == (400, code)
    assert box.accepted("whatsapp") == []


@pytest.mark.parametrize("to", ["", "123", "Ana", "+5511987650001234", "+5511940000000"])
async def test_what_is_no_number_to_write_to_is_refused(cloud: CloudClient, to: str) -> None:
    status, _ = await cloud.text(to=to)
    assert status == 400


async def test_tokens_numbers_and_bodies_are_checked(box: Sandbox, cloud: CloudClient) -> None:
    status, body = await cloud.call("GET", PHONE_ID, token="stolen")  # noqa: S106 - nobody's
    assert (status, body["error"]["code"]) == (401, 190)
    status, body = await cloud.call("POST", "999/messages", json={})
    assert (status, body["error"]["error_subcode"]) == (400, 33)
    wrong: tuple[dict[str, Any], ...] = ({"data": b"{"}, {"json": []}, {"json": {"to": ANA}})
    for bad in wrong:
        status, _ = await cloud.call("POST", f"{PHONE_ID}/messages", **bad)
        assert status == 400
    _, number = await cloud.call("GET", PHONE_ID)
    assert number["display_phone_number"] == f"+{box.whatsapp.display_phone}"
    assert "wa-token" not in repr(box.whatsapp.account)


async def test_a_quoted_message_and_reactions_are_seen_on_both_sides(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    first = ana.messages[0].id
    await cloud.text("oi!", context={"message_id": first})
    assert ana.last().quotes == "oi"
    await cloud.send(type="reaction", reaction={"message_id": first, "emoji": "👍"})
    assert ana.visible()[0].reaction == "👍"
    ana.reacts(ana.last().id, "❤️")
    assert ana.last().reaction == "❤️"
    ana.says("isso", reply_to=ana.last().id)
    assert ana.visible()[-1].quotes == "oi!"
    ana.sends_unsupported()
    await box.until(lambda: len(listener.messages()) == 4)
    kinds = [message["type"] for message in listener.messages()]
    assert kinds == ["text", "reaction", "text", "unsupported"]
    assert listener.messages()[2]["context"]["id"] == ana.last().id


async def test_marking_one_read_marks_all_before_it_and_shows_typing(
    box: Sandbox, cloud: CloudClient, ana: WhatsAppPerson
) -> None:
    last = ana.says("tem alguém?")
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": last}
    await cloud.call(
        "POST", f"{PHONE_ID}/messages", json=read | {"typing_indicator": {"type": "text"}}
    )
    assert [seen.ticks for seen in ana.visible()] == ["read", "read"]
    assert ana.typing_until
    await cloud.text("sim")
    assert not ana.typing_until
    status, _ = await cloud.call(
        "POST", f"{PHONE_ID}/messages", json=read | {"message_id": "wamid.none"}
    )
    assert status == 400


async def test_what_became_of_a_message_can_be_asked(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    _, body = await cloud.text()
    await box.until(lambda: told(listener)[-1:] == ["read"])
    wanted = body["messages"][0]["id"]
    _, history = await cloud.call(
        "GET", f"{PHONE_ID}/message_history", params={"message_id": wanted}
    )
    events = [event["delivery_status"] for event in history["data"][0]["events"]]
    assert events == ["SENT", "DELIVERED", "READ"]
    _, nothing = await cloud.call("GET", f"{PHONE_ID}/message_history", params={"message_id": "x"})
    assert nothing["data"] == []
