"""The box's own routes: its clock, its people, its troubles, its page."""

import base64
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Sandbox
from bot.sandbox.evolution.instance import QR_LIMIT
from bot.sandbox.evolution.linking import QR_LIVES
from tests.support.boxes import CloudClient, reminder
from tests.support.pictures import png

OWNER = 700_100
ANA = "+5511987650001"


class Desk:
    """Whoever looks at the box from outside."""

    def __init__(self, box: Sandbox, session: aiohttp.ClientSession) -> None:
        self.box, self.session = box, session

    async def get(self, path: str, **query: str) -> Any:
        """What a route says."""
        async with self.session.get(f"{self.box.url}{path}", params=query) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, **body: Any) -> tuple[int, Any]:
        """What a route does."""
        async with self.session.post(f"{self.box.url}{path}", json=body) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def desk(box: Sandbox) -> AsyncIterator[Desk]:
    async with aiohttp.ClientSession() as session:
        yield Desk(box, session)


async def test_the_clock_is_moved_ahead_and_never_back(box: Sandbox, desk: Desk) -> None:
    moved: list[float] = []
    box.on_clock_moved.append(lambda: moved.append(box.clock.offset_seconds))
    assert (await desk.get("/sandbox/clock"))["offset_seconds"] == 0
    status, clock = await desk.post("/sandbox/clock", advance_seconds=86_400)
    assert (status, clock["offset_seconds"], clock["zone"]) == (200, 86_400, "America/Sao_Paulo")
    for wrong in ({"advance_seconds": -1}, {"advance_seconds": "soon"}, {}):
        assert (await desk.post("/sandbox/clock", **wrong))[0] == 400
    assert moved == [86_400]


async def test_a_foreign_page_cannot_change_anything(box: Sandbox, desk: Desk) -> None:
    text = {"Content-Type": "text/plain"}
    url = f"{box.url}/sandbox/clock"
    async with desk.session.post(url, data=b'{"advance_seconds": 9}', headers=text) as answer:
        assert answer.status == 415
    as_json = {"Content-Type": "application/json"}
    for body in (b"{", b"[]"):
        async with desk.session.post(url, data=body, headers=as_json) as answer:
            assert answer.status == 400
    assert box.clock.offset_seconds == 0


async def test_people_are_added_with_their_traits(box: Sandbox, desk: Desk) -> None:
    await desk.post("/sandbox/people", phone=ANA, name="Ana", not_on_whatsapp=True)
    await desk.post("/sandbox/people", id=OWNER, name="Marina")
    assert (await desk.post("/sandbox/people", name="Ninguém"))[0] == 400
    people = await desk.get("/sandbox/people")
    assert [person["name"] for person in people["admins"]] == ["Marina"]
    assert [person["phone"] for person in people["clients"]] == [ANA]
    assert box.whatsapp.person(ANA).not_on_whatsapp


async def test_both_phones_are_shown_as_they_stand(box: Sandbox, desk: Desk) -> None:
    cloud = CloudClient(box, desk.session)
    await cloud.template()
    box.whatsapp.reads_at_once = False
    box.seed_admin(OWNER, "Marina Alves").says("/start")
    await cloud.send(**reminder())
    ana = box.whatsapp.person(ANA, "Ana Souza")
    await box.until(lambda: ana.unread == 1)
    shown = await desk.get("/sandbox/state", admin=str(OWNER), client=ANA)
    assert shown["admin"]["messages"][0]["runs"][0]["marks"] == ["command"]
    message = shown["client"]["messages"][0]
    assert [choice["label"] for choice in message["choices"]] == ["Já paguei", "Ver Pix"]
    assert (message["ticks"], shown["client"]["window_open"]) == ("delivered", False)
    listed = shown["clients"][0]
    assert (listed["unread"], listed["ticks"], listed["mine"]) == (1, "delivered", False)
    assert listed["last"].startswith("Olá Ana")


async def test_without_a_choice_the_first_of_each_list_is_shown(box: Sandbox, desk: Desk) -> None:
    nobody = await desk.get("/sandbox/state")
    assert "admin" not in nobody
    assert "client" not in nobody
    box.seed_admin(OWNER, "Marina").says("oi")
    box.seed_client("+5511987650002", "Bia")
    box.seed_client(ANA, "Ana").says("oi")
    shown = await desk.get("/sandbox/state")
    assert (shown["admin"]["name"], shown["client"]["name"]) == ("Marina", "Ana")
    stranger = await desk.get("/sandbox/state", admin="x", client="+550")
    assert "admin" not in stranger
    assert "client" not in stranger


async def test_the_phone_of_a_linked_device_is_used_from_the_page(box: Sandbox, desk: Desk) -> None:
    assert "link" not in await desk.get("/sandbox/state")
    box.by_evolution = True
    box.seed_client(ANA, "Ana")
    shown = await desk.get("/sandbox/state")
    assert (shown["link"], shown["client"]["window_open"]) == ({"state": "down"}, None)
    assert (await desk.post("/sandbox/device/scan"))[0] == 400
    box.evolution.make("emdia")
    box.evolution.link.asks_for_code()
    first = (await desk.get("/sandbox/state"))["link"]
    assert first["picture"].startswith("data:image/png;base64,")
    box.advance(seconds=first["lives_s"] + 1)
    second = (await desk.get("/sandbox/state"))["link"]
    assert (second["state"], first["count"], second["count"]) == ("code", 1, 2)
    assert first["picture"] != second["picture"]
    assert (await desk.post("/sandbox/device/logout"))[0] == 400
    assert await desk.post("/sandbox/device/scan") == (200, {"link": {"state": "open"}})
    assert (await desk.post("/sandbox/device/scan"))[0] == 400
    assert await desk.post("/sandbox/device/logout") == (200, {"link": {"state": "down"}})
    assert (await desk.post("/sandbox/device/dance"))[0] == 400


async def test_codes_that_nobody_scans_come_to_an_end_on_the_page(box: Sandbox, desk: Desk) -> None:
    box.by_evolution = True
    box.evolution.make("emdia")
    box.evolution.link.asks_for_code()
    for _ in range(QR_LIMIT):
        box.advance(seconds=QR_LIVES.total_seconds() + 1)
    assert (await desk.get("/sandbox/state"))["link"] == {"state": "over"}


async def test_a_busy_box_is_shown_quickly(box: Sandbox, desk: Desk) -> None:
    admin = box.seed_admin(OWNER, "Marina")
    for number in range(200):
        person = box.seed_client(f"+55119876{number:05}", f"Pessoa {number}")
        for said in range(4):
            person.says(f"*mensagem* número {said}")
    for number in range(300):
        admin.says(f"mensagem {number}")
    started = time.perf_counter()
    shown = await desk.get("/sandbox/state")
    assert time.perf_counter() - started < 1
    assert len(shown["clients"]) == 200
    texts = [message["text"] for message in shown["admin"]["messages"]]
    assert (len(texts), texts[-1]) == (60, "mensagem 299")


async def test_what_people_do_on_their_phones_is_done(box: Sandbox, desk: Desk) -> None:
    box.seed_admin(OWNER, "Marina")
    data = base64.b64encode(png(4, 4)).decode()
    picture = {"data": data, "name": "r.png", "mime": "image/png", "caption": "paguei"}
    for network, who in (("telegram", str(OWNER)), ("whatsapp", ANA)):
        place = f"/sandbox/{network}/{who}"
        assert (await desk.post(f"{place}/says", text="oi"))[0] == 200
        assert (await desk.post(f"{place}/uploads", photo=True, **picture))[0] == 200
        assert (await desk.post(f"{place}/opens"))[0] == 200
    for person in (box.telegram.people[OWNER], box.whatsapp.person(ANA)):
        said, sent = person.visible()
        assert (said.text, sent.text, sent.content) == ("oi", "paguei", png(4, 4))
        assert sent.picture


async def test_a_tap_over_http_is_the_persons_tap(box: Sandbox, desk: Desk) -> None:
    cloud = CloudClient(box, desk.session)
    await cloud.template()
    await cloud.send(**reminder())
    place = f"/sandbox/whatsapp/{ANA}"
    assert (await desk.post(f"{place}/taps", label="Já paguei"))[0] == 200
    assert box.whatsapp.person(ANA).visible()[-1].text == "Já paguei"
    status, why = await desk.post(f"{place}/taps", label="Nada")
    assert status == 400
    assert "nothing to tap" in why["error"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/sandbox/telegram/5/says", {"text": "oi"}),
        ("/sandbox/telegram/ana/says", {"text": "oi"}),
        ("/sandbox/whatsapp/ana/says", {"text": "oi"}),
        (f"/sandbox/whatsapp/{ANA}/dances", {}),
        (f"/sandbox/whatsapp/{ANA}/says", {}),
        (f"/sandbox/whatsapp/{ANA}/uploads", {"data": "é"}),
    ],
)
async def test_what_nobody_can_do_is_refused(desk: Desk, path: str, body: dict[str, str]) -> None:
    assert (await desk.post(path, **body))[0] == 400


async def test_troubles_are_set_listed_and_cleared(box: Sandbox, desk: Desk) -> None:
    set_ = {"method": "whatsapp.messages", "kind": "throttle", "times": 2, "retry_after": 3}
    _, faults = await desk.post("/sandbox/faults", **set_)
    assert faults["waiting"] == {"whatsapp.messages": 2}
    assert (await CloudClient(box, desk.session).text())[0] == 429
    faults = await desk.get("/sandbox/faults")
    assert faults["happened"] == {"whatsapp.messages:throttle": 1}
    _, faults = await desk.post("/sandbox/faults", clear=True)
    assert faults["waiting"] == {}
    for wrong in ({"method": "x", "kind": "flood"}, {"kind": "drop"}, {"mix": {}, "method": "x"}):
        assert (await desk.post("/sandbox/faults", **wrong))[0] == 400


async def test_a_mix_of_troubles_is_the_same_for_the_same_seed(box: Sandbox, desk: Desk) -> None:
    def rolls() -> list[str]:
        taken = [box.faults.take("telegram.sendMessage") for _ in range(40)]
        return [fault.kind if fault else "" for fault in taken]

    mix = {"method": "telegram.sendmessage", "mix": {"html": 0.3, "drop": 0.3}, "seed": 7}
    await desk.post("/sandbox/faults", **mix)
    first = rolls()
    await desk.post("/sandbox/faults", **mix)
    assert rolls() == first
    assert set(first) == {"", "html", "drop"}
    await desk.post("/sandbox/faults", **mix | {"mix": {}})
    assert set(rolls()) == {""}


async def test_templates_are_held_and_decided_over_http(box: Sandbox, desk: Desk) -> None:
    await desk.post("/sandbox/templates", hold=True, after_seconds=5)
    cloud = CloudClient(box, desk.session)
    await cloud.template()
    await cloud.template(name="outro")
    _, all_ = await desk.post("/sandbox/templates", name="lembrete", event="REJECTED")
    assert [t["status"] for t in all_["templates"]] == ["REJECTED", "PENDING"]
    _, all_ = await desk.post("/sandbox/templates", event="APPROVED")
    assert [t["status"] for t in all_["templates"]] == ["REJECTED", "APPROVED"]


async def test_what_was_accepted_is_listed(box: Sandbox, desk: Desk) -> None:
    box.whatsapp.person(ANA).says("oi")
    await CloudClient(box, desk.session).text("oi", biz_opaque_callback_data="n1")
    listed = await desk.get("/sandbox/accepted", channel="whatsapp", opaque="n1")
    assert (listed["count"], listed["accepted"][0]["text"]) == (1, "oi")
    assert (await desk.get("/sandbox/accepted", channel="telegram"))["count"] == 0


async def test_a_change_is_told_to_whoever_listens(box: Sandbox, desk: Desk) -> None:
    async with desk.session.get(f"{box.url}/sandbox/events") as events:
        assert events.content_type == "text/event-stream"
        first = await told(events)
        box.seed_client(ANA, "Ana")
        assert await told(events) > first


async def told(events: aiohttp.ClientResponse) -> int:
    line = await events.content.readuntil(b"\n\n")
    return int(json.loads(line.removeprefix(b"data: "))["version"])


async def test_only_pictures_are_shown_and_nothing_in_them_runs(box: Sandbox, desk: Desk) -> None:
    ana = box.seed_client(ANA, "Ana")
    ana.uploads(png(2, 2), "image/png")
    ana.uploads(b"<script>", "text/html", "x.html")
    shown = await desk.get("/sandbox/state", client=ANA)
    picture, page = [message["file"]["link"] for message in shown["client"]["messages"]]
    async with desk.session.get(f"{box.url}{picture}") as answer:
        assert (answer.content_type, await answer.read()) == ("image/png", png(2, 2))
    async with desk.session.get(f"{box.url}{page}") as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    async with desk.session.get(f"{box.url}/sandbox/files/none") as answer:
        assert answer.status == 404


async def test_the_page_and_its_parts_are_served_and_nothing_else(box: Sandbox, desk: Desk) -> None:
    async with desk.session.get(box.url) as answer:
        page = await answer.text()
        policy = answer.headers["Content-Security-Policy"]
    assert 'data-phone="admin"' in page
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    for name, kind in (("page.js", "text/javascript"), ("style.css", "text/css")):
        async with desk.session.get(f"{box.url}/page/{name}") as answer:
            assert (answer.status, answer.content_type) == (200, kind)
    for name in ("none.js", "index.html", "..%2Fpages.py"):
        async with desk.session.get(f"{box.url}/page/{name}") as answer:
            assert answer.status == 404
