"""Templates in the sandbox: their rules, their review, and messages made of them."""

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.whatsapp.templates import MOST_AN_HOUR, MOST_UNVERIFIED
from tests.support.boxes import (
    ACCOUNT_ID,
    TEMPLATE,
    CloudClient,
    listening,
    reminder,
    values,
)
from tests.support.pictures import png

PLACE = f"{ACCOUNT_ID}/message_templates"
BODY, FOOTER, BUTTONS = TEMPLATE["components"]


def body(text: str, **example: Any) -> dict[str, Any]:
    return {"type": "BODY", "text": text, "example": example}


def named(*names: str) -> dict[str, Any]:
    return {"body_text_named_params": [{"param_name": n, "example": n} for n in names]}


def with_buttons(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"components": [BODY, {"type": "BUTTONS", "buttons": list(buttons)}]}


def quick(text: str) -> dict[str, Any]:
    return {"type": "QUICK_REPLY", "text": text}


def with_header(**header: Any) -> dict[str, Any]:
    return {"components": [{"type": "HEADER"} | header, BODY]}


URL = {"type": "URL", "text": "Abrir", "url": "https://a.example/{{1}}", "example": ["x"]}
CALL = {"type": "PHONE_NUMBER", "text": "Ligar", "phone_number": "+551140000000"}
HANDLE = {"example": {"header_handle": ["4::aW"]}}


async def test_a_template_is_approved_at_once_and_listed(cloud: CloudClient) -> None:
    status, made = await cloud.template()
    assert (status, made["status"], made["category"]) == (200, "APPROVED", "UTILITY")
    _, listed = await cloud.call("GET", PLACE, params={"name": "lembrete"})
    assert [t["parameter_format"] for t in listed["data"]] == ["NAMED"]
    _, one = await cloud.call("GET", made["id"])
    assert one["name"] == "lembrete"


async def test_lists_come_in_pages(cloud: CloudClient) -> None:
    for number in range(3):
        await cloud.template(name=f"t{number}")
    _, first = await cloud.call("GET", PLACE, params={"limit": "2"})
    assert [t["name"] for t in first["data"]] == ["t0", "t1"]
    _, second = await cloud.call("GET", first["paging"]["next"])
    assert [t["name"] for t in second["data"]] == ["t2"]
    assert "next" not in second["paging"]
    _, none = await cloud.call("GET", PLACE, params={"status": "REJECTED"})
    assert none["data"] == []
    status, _ = await cloud.call("GET", PLACE, params={"limit": "0"})
    assert status == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Lembrete"},
        {"language": "portugues"},
        {"category": "NEWS"},
        {"parameter_format": "MIXED"},
        {"message_send_ttl_seconds": 5},
        {"message_send_ttl_seconds": 43_201},
        {"category": "MARKETING", "message_send_ttl_seconds": 600},
        {"category": "AUTHENTICATION", "message_send_ttl_seconds": 901},
        {"components": []},
        {"components": [FOOTER]},
        {"components": [BODY, BODY]},
        {"components": [BODY, {"type": "CAROUSEL"}]},
        {"components": [body("x" * 1025)]},
        {"components": [body("{{nome}}, oi tudo bem hoje", **named("nome"))]},
        {"components": [body("oi tudo bem hoje {{nome}}", **named("nome"))]},
        {"components": [body("oi {{a}} {{b}} tudo bem com você hoje, não é", **named("a", "b"))]},
        {"components": [body("a {{a}} b {{b}} c", **named("a", "b"))]},
        {"components": [body("oi {{nome}} tudo bem hoje")]},
        {"components": [body("oi tudo bem\n\n\ncom você hoje")]},
        {"components": [body("oi\ttudo bem com você hoje")]},
        {"components": [body("oi     tudo bem com você hoje")]},
        {"components": [body("oi {{Nome}} tudo bem hoje", **named("Nome"))]},
        {"components": [BODY, {"type": "FOOTER", "text": "Oi {{nome}}"}]},
        with_header(format="AUDIO"),
        with_header(format="IMAGE"),
        with_header(format="TEXT", text="{{a}} {{b}}"),
        with_header(format="TEXT", text="x" * 61),
        with_buttons(),
        with_buttons(quick("Sim"), quick("Sim")),
        with_buttons(quick("x" * 26)),
        with_buttons(quick("Sim"), URL, quick("Não")),
        with_buttons(URL, URL | {"text": "B"}, URL | {"text": "C"}),
        with_buttons({"type": "DANCE", "text": "x"}),
        with_buttons({"type": "URL", "text": "Abrir", "url": "a.example"}),
        with_buttons(URL | {"example": []}),
        with_buttons(URL | {"url": "https://a.example/{{1}}/{{2}}"}),
        with_buttons(CALL | {"phone_number": ""}),
        with_buttons(CALL | {"phone_number": "+" + "5" * 20}),
    ],
)
async def test_what_no_reviewer_would_see_is_refused_at_once(
    box: Sandbox, cloud: CloudClient, wrong: dict[str, Any]
) -> None:
    status, answer = await cloud.template(**wrong)
    assert (status, answer["error"]["code"]) == (400, 100)
    assert box.whatsapp.templates.all() == []


async def test_one_name_in_one_language_is_made_once(cloud: CloudClient) -> None:
    await cloud.template()
    status, answer = await cloud.template()
    assert (status, answer["error"]["error_subcode"]) == (400, 2388024)
    status, _ = await cloud.template(language="en")
    assert status == 200


async def test_a_review_takes_its_time_and_is_told_by_webhook(
    box: Sandbox, cloud: CloudClient
) -> None:
    box.whatsapp.templates.review.after = timedelta(hours=2)
    async with listening() as listener:
        box.set_webhook(listener.url)
        _, made = await cloud.template()
        assert made["status"] == "PENDING"
        _, refused = await cloud.send(**reminder())
        assert refused["error"]["code"] == 132001
        box.advance(hours=2)
        await box.until(lambda: len(listener.values()) == 1)
        decision = listener.values()[0]
        assert (decision["event"], decision["message_template_name"]) == ("APPROVED", "lembrete")
    status, _ = await cloud.send(**reminder())
    assert status == 200


async def test_a_held_review_waits_for_a_decision(box: Sandbox, cloud: CloudClient) -> None:
    templates = box.whatsapp.templates
    templates.review.hold = True
    await cloud.template()
    await cloud.template(name="outro")
    templates.decide("lembrete", "REJECTED", reason="INVALID_FORMAT")
    templates.decide_all()
    states = {t.name: (t.status, t.reason) for t in templates.all()}
    assert states == {"lembrete": ("REJECTED", "INVALID_FORMAT"), "outro": ("APPROVED", "NONE")}


async def test_the_network_may_choose_another_category(box: Sandbox, cloud: CloudClient) -> None:
    box.whatsapp.templates.review.as_category = "MARKETING"
    _, made = await cloud.template()
    assert made["category"] == "MARKETING"


@pytest.mark.parametrize(("event", "code"), [("PAUSED", 132015), ("DISABLED", 132016)])
async def test_a_stopped_template_cannot_be_sent(
    box: Sandbox, cloud: CloudClient, event: str, code: int
) -> None:
    await cloud.template()
    box.whatsapp.templates.decide("lembrete", event, "pt_BR")
    _, answer = await cloud.send(**reminder())
    assert answer["error"]["code"] == code


async def test_what_people_dislike_rests_rests_longer_and_ends(
    box: Sandbox, cloud: CloudClient
) -> None:
    async def tells(count: int) -> dict[str, Any]:
        await box.until(lambda: len(listener.values()) == count, 30)
        return listener.values()[-1]

    await cloud.template()
    async with listening() as listener:
        box.set_webhook(listener.url)
        for times, (title, hours) in enumerate((("FIRST_PAUSE", 3), ("SECOND_PAUSE", 6))):
            box.whatsapp.displeasure.grows("lembrete", "pt_BR")
            paused = await tells(3 * times + 2)
            assert (paused["event"], paused["other_info"]["title"]) == ("PAUSED", title)
            assert (await cloud.send(**reminder()))[1]["error"]["code"] == 132015
            with pytest.raises(LookupError):
                box.whatsapp.displeasure.grows("lembrete", "pt_BR")
            box.advance(hours=hours)
            goes_on = await tells(3 * times + 3)
            assert (goes_on["event"], goes_on["other_info"]["title"]) == ("APPROVED", "UNPAUSE")
        box.whatsapp.displeasure.grows("lembrete", "pt_BR")
        assert (await tells(8))["event"] == "DISABLED"
        box.advance(days=30)
        assert (await cloud.send(**reminder()))[1]["error"]["code"] == 132016
        rated = [told for told in listener.values() if "new_quality_score" in told]
    assert [told["new_quality_score"] for told in rated] == ["RED"] * 3


async def test_the_first_by_a_new_template_may_be_held_back_and_dropped(
    box: Sandbox, cloud: CloudClient
) -> None:
    templates = box.whatsapp.templates
    await cloud.template()
    template = templates.find("lembrete", "pt_BR")
    assert template is not None
    template.paced = True
    async with listening() as listener:
        box.set_webhook(listener.url)
        _, answer = await cloud.send(**reminder())
        assert answer["messages"][0]["message_status"] == "held_for_quality_assessment"
        assert box.whatsapp.person("+5511987650001").visible() == []
        box.advance(hours=1)
        await box.until(lambda: len(listener.statuses()) == 3, 30)
        assert len(box.whatsapp.person("+5511987650001").visible()) == 1
        await cloud.send(**reminder())
        templates.decide("lembrete", "PAUSED")
        box.advance(hours=1)
        await box.until(lambda: len(listener.statuses()) == 4, 30)
    assert listener.statuses()[-1]["errors"][0]["code"] == 132015


async def test_a_template_that_was_deleted_meanwhile_stays_away(
    box: Sandbox, cloud: CloudClient
) -> None:
    await cloud.template()
    box.whatsapp.displeasure.grows("lembrete", "pt_BR")
    await cloud.call("DELETE", PLACE, params={"name": "lembrete"})
    box.advance(hours=3)
    assert box.whatsapp.templates.all() == []


async def test_so_many_templates_are_made_within_an_hour(box: Sandbox, cloud: CloudClient) -> None:
    made = [(await cloud.template(name=f"t{number}"))[0] for number in range(MOST_AN_HOUR)]
    assert set(made) == {200}
    status, answer = await cloud.template()
    assert (status, answer["error"]["error_subcode"]) == (400, 2388019)
    box.advance(hours=1)
    assert (await cloud.template())[0] == 200


async def test_an_account_that_nobody_has_verified_has_few_templates(
    box: Sandbox, cloud: CloudClient
) -> None:
    templates = box.whatsapp.templates
    templates.verified = False
    for number in range(MOST_UNVERIFIED):
        if number % MOST_AN_HOUR == 0:
            box.advance(hours=1)
        templates.create(TEMPLATE | {"name": f"t{number}"})
    box.advance(hours=1)
    status, answer = await cloud.template()
    assert (status, answer["error"]["error_subcode"]) == (400, 2388019)
    templates.verified = True
    assert (await cloud.template())[0] == 200


async def test_an_approved_template_is_edited_once_a_day(box: Sandbox, cloud: CloudClient) -> None:
    _, made = await cloud.template()
    shorter = {"components": [BODY]}
    assert (await cloud.call("POST", made["id"], json=shorter))[0] == 200
    assert (await cloud.call("POST", made["id"], json=shorter))[0] == 400
    box.advance(days=1)
    assert (await cloud.call("POST", made["id"], json=shorter))[0] == 200
    box.whatsapp.templates.decide("lembrete", "PENDING")
    assert (await cloud.call("POST", made["id"], json=shorter))[0] == 400
    assert (await cloud.call("POST", "404", json=shorter))[0] == 400


async def test_an_approved_template_is_edited_ten_times_a_month(
    box: Sandbox, cloud: CloudClient
) -> None:
    _, made = await cloud.template()
    answers = []
    for _ in range(11):
        status, _ = await cloud.call("POST", made["id"], json={"components": [BODY]})
        answers.append(status)
        box.advance(days=1)
    assert answers == [200] * 10 + [400]
    box.advance(days=20)
    assert (await cloud.call("POST", made["id"], json={"components": [BODY]}))[0] == 200


async def test_the_name_of_a_deleted_template_is_locked_for_a_month(
    box: Sandbox, cloud: CloudClient
) -> None:
    _, made = await cloud.template()
    gone = {"name": "lembrete", "hsm_id": made["id"]}
    assert (await cloud.call("DELETE", PLACE, params=gone))[0] == 200
    status, answer = await cloud.template()
    assert (status, answer["error"]["error_subcode"]) == (400, 2388024)
    assert (await cloud.template(name="lembrete_v2"))[0] == 200
    box.advance(days=30)
    assert (await cloud.template())[0] == 200


async def test_whatever_befalls_a_template_is_told_and_listed(
    box: Sandbox, cloud: CloudClient
) -> None:
    templates = box.whatsapp.templates
    await cloud.template()
    async with listening() as listener:
        box.set_webhook(listener.url)
        templates.decide("lembrete", "PAUSED", other_info={"title": "FIRST_PAUSE"})
        templates.rate("lembrete", "RED")
        templates.recategorise("lembrete", "MARKETING", announced=True)
        await box.until(lambda: len(listener.values()) == 3)
        paused, rated, announced = listener.values()
    assert (paused["event"], paused["other_info"]["title"]) == ("PAUSED", "FIRST_PAUSE")
    assert (rated["previous_quality_score"], rated["new_quality_score"]) == ("UNKNOWN", "RED")
    assert (announced["new_category"], announced["correct_category"]) == ("UTILITY", "MARKETING")
    (listed,) = (await cloud.call("GET", PLACE))[1]["data"]
    assert (listed["status"], listed["quality_score"]["score"]) == ("PAUSED", "RED")
    assert (listed["category"], listed["correct_category"]) == ("UTILITY", "MARKETING")
    templates.recategorise("lembrete", "MARKETING")
    (listed,) = (await cloud.call("GET", PLACE))[1]["data"]
    assert listed["category"] == "MARKETING"
    assert "correct_category" not in listed


async def test_a_deleted_template_is_gone_in_every_language(cloud: CloudClient) -> None:
    await cloud.template()
    await cloud.template(language="en")
    assert (await cloud.call("DELETE", PLACE, params={"name": "lembrete"}))[0] == 200
    assert (await cloud.call("GET", PLACE))[1]["data"] == []
    assert (await cloud.call("DELETE", PLACE, params={"name": "lembrete"}))[0] == 400
    assert (await cloud.call("DELETE", PLACE))[0] == 400


async def test_another_account_is_none_of_ours(cloud: CloudClient) -> None:
    assert (await cloud.call("GET", "1/message_templates"))[0] == 400
    assert (await cloud.call("POST", PLACE, data=b"{"))[0] == 400
    assert (await cloud.call("POST", PLACE, json=[]))[0] == 400


def button(kind: str, index: Any, *parameters: dict[str, Any]) -> dict[str, Any]:
    return {"type": "button", "sub_type": kind, "index": index, "parameters": list(parameters)}


def money(**told: Any) -> list[dict[str, Any]]:
    """The amount in the form that has one of its own."""
    held = values(nome="Ana", valor="x")
    currency = {"fallback_value": "R$ 120,00"} | told
    about = {"type": "currency", "parameter_name": "valor", "currency": currency}
    held[0]["parameters"][1] = about
    return held


FILLED = values(nome="Ana", valor="R$ 120,00")[0]
PAYLOAD = {"type": "payload", "payload": "p"}


@pytest.mark.parametrize(
    ("components", "code"),
    [
        (values(nome="Ana"), 132000),
        (values(nome="Ana", preco="1"), 100),
        (values(nome="Ana", valor="1\n2"), 132018),
        (values(nome="Ana", valor="1     2"), 132018),
        (values(nome="Ana", valor="x" * 1024), 132005),
        (values(nome="Ana", valor=""), 132012),
        ([FILLED, FILLED], 132012),
        ([FILLED, {"type": "header", "parameters": [PAYLOAD]}], 132000),
        ([FILLED, button("quick_reply", "2", PAYLOAD)], 132000),
        ([FILLED, button("url", "0", PAYLOAD)], 132012),
        ([FILLED, button("quick_reply", "first", PAYLOAD)], 131009),
        ([FILLED, button("quick_reply", "0")], 132000),
        ([FILLED, button("quick_reply", "0", {"type": "text", "text": "p"})], 132012),
        (money(code="BRL"), 132012),
        (money(code="R$", amount_1000=120_000), 132012),
        ([FILLED, button("quick_reply", "0", {"type": "payload", "payload": "x" * 257})], 131009),
    ],
)
async def test_a_template_wrongly_filled_in_is_refused(
    cloud: CloudClient, components: list[dict[str, Any]], code: int
) -> None:
    await cloud.template()
    status, answer = await cloud.send(**reminder(*components))
    assert (status, answer["error"]["code"]) == (400, code)


async def test_a_template_in_a_language_it_does_not_have_is_refused(cloud: CloudClient) -> None:
    await cloud.template()
    status, answer = await cloud.send(**reminder(language="es"))
    assert (status, answer["error"]["code"]) == (404, 132001)


async def test_numbered_variables_are_filled_in_order(box: Sandbox, cloud: CloudClient) -> None:
    text = "Olá {{1}}, sua mensalidade de {{2}} vence em breve."
    whole = body(text, body_text=[["Ana", "R$ 1"]])
    await cloud.template(parameter_format="POSITIONAL", components=[whole])
    given = [{"type": "text", "text": "Bia"}, {"type": "text", "text": "R$ 9"}]
    await cloud.send(**reminder({"type": "body", "parameters": given}))
    seen = box.whatsapp.person("+5511987650001").last()
    assert seen.text == "Olá Bia, sua mensalidade de R$ 9 vence em breve."
    _, answer = await cloud.send(**reminder(*values(a="1", b="2")))
    assert answer["error"]["code"] == 132012


async def test_numbers_of_variables_have_no_gaps(cloud: CloudClient) -> None:
    gap = body("Olá {{1}} e também {{3}} da nossa escola.", body_text=[["a", "b"]])
    status, _ = await cloud.template(parameter_format="POSITIONAL", components=[gap])
    assert status == 400


async def test_headers_links_and_codes_are_filled_in(box: Sandbox, cloud: CloudClient) -> None:
    example = {"header_text_named_params": [{"param_name": "mes", "example": "maio"}]}
    header = {"type": "HEADER", "format": "TEXT", "text": "Conta de {{mes}}", "example": example}
    copied = {"type": "COPY_CODE", "example": "ABC"}
    buttons = {"type": "BUTTONS", "buttons": [URL, copied, CALL]}
    await cloud.template(components=[header, BODY, buttons])
    month = {"type": "text", "parameter_name": "mes", "text": "junho"}
    parts = [
        FILLED,
        {"type": "header", "parameters": [month]},
        button("url", 0, {"type": "text", "text": "7"}),
        button("copy_code", 1, {"type": "coupon_code", "coupon_code": "PIX1"}),
    ]
    status, answer = await cloud.send(**reminder(*parts))
    assert status == 200, answer
    seen = box.whatsapp.person("+5511987650001").last()
    assert seen.header == "Conta de junho"
    assert [(c.kind, c.id) for c in seen.choices] == [
        ("url", "https://a.example/7"),
        ("copy", "PIX1"),
        ("url", "+551140000000"),
    ]
    _, answer = await cloud.send(**reminder(*parts[:2]))
    assert answer["error"]["code"] == 132000


@pytest.mark.parametrize(
    ("made", "parameter"),
    [
        (URL | {"url": "https://a.example", "example": []}, {"type": "text", "text": "7"}),
        (CALL, {"type": "text", "text": "7"}),
    ],
)
async def test_a_button_without_a_gap_takes_no_value(
    cloud: CloudClient, made: dict[str, Any], parameter: dict[str, Any]
) -> None:
    await cloud.template(**with_buttons(made))
    _, answer = await cloud.send(**reminder(FILLED, button(made["type"].lower(), 0, parameter)))
    assert answer["error"]["code"] == 132000
    assert (await cloud.send(**reminder(FILLED)))[0] == 200


async def test_a_header_that_its_value_makes_too_long_is_refused(cloud: CloudClient) -> None:
    example = {"header_text_named_params": [{"param_name": "mes", "example": "maio"}]}
    await cloud.template(**with_header(format="TEXT", text="Conta de {{mes}}", example=example))
    month = {"type": "text", "parameter_name": "mes", "text": "x" * 52}
    _, answer = await cloud.send(**reminder(FILLED, {"type": "header", "parameters": [month]}))
    assert answer["error"]["code"] == 132005


async def test_only_one_way_to_choose_a_language_is_left(cloud: CloudClient) -> None:
    await cloud.template()
    sent = reminder()
    sent["template"]["language"]["policy"] = "fallback"
    assert (await cloud.send(**sent))[1]["error"]["code"] == 100
    sent["template"]["language"]["policy"] = "deterministic"
    assert (await cloud.send(**sent))[0] == 200


@pytest.mark.parametrize(("kind", "mime"), [("image", "image/png"), ("video", "video/mp4")])
async def test_what_stands_above_a_template_has_no_words_of_its_own(
    box: Sandbox, cloud: CloudClient, kind: str, mime: str
) -> None:
    await cloud.template(**with_header(format=kind.upper(), **HANDLE))
    _, answer = await cloud.send(**reminder())
    assert answer["error"]["code"] == 132012
    held = {"id": box.whatsapp.media.upload(b"x", "x", mime).id}
    for caption, wanted in (({"caption": "Oi"}, 400), ({}, 200)):
        above = {"type": "header", "parameters": [{"type": kind, kind: held | caption}]}
        assert (await cloud.send(**reminder(FILLED, above)))[0] == wanted


async def test_the_category_of_an_approved_template_stays(cloud: CloudClient) -> None:
    _, made = await cloud.template()
    changed = {"category": "MARKETING", "components": [BODY]}
    assert (await cloud.call("POST", made["id"], json=changed))[0] == 400
    same = changed | {"category": "UTILITY"}
    assert (await cloud.call("POST", made["id"], json=same))[0] == 200


async def test_a_picture_above_a_template_must_be_given(box: Sandbox, cloud: CloudClient) -> None:
    await cloud.template(**with_header(format="IMAGE", **HANDLE))
    _, answer = await cloud.send(**reminder())
    assert answer["error"]["code"] == 132012
    kept = box.whatsapp.media.upload(png(1, 1), "q.png", "image/png")
    picture = {"type": "image", "image": {"id": kept.id}}
    status, _ = await cloud.send(**reminder(FILLED, {"type": "header", "parameters": [picture]}))
    assert status == 200
    seen = box.whatsapp.person("+5511987650001").last()
    assert (seen.picture, seen.content) == (True, png(1, 1))
