"""Our own end: who may call us, how the link stands, the code that makes it, files and all."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.evolution.client import EvolutionClient
from bot.channels.evolution.files import EvolutionFiles
from bot.channels.evolution.link import Link
from bot.channels.evolution.proof import Proof
from bot.domain.clock import FrozenClock
from bot.domain.errors import Refusal
from bot.domain.message import IncomingFile
from tests.support.boxes import EVOLUTION_KEY, EVOLUTION_SECRET, INSTANCE
from tests.support.engine_room import NOON
from tests.support.linked import Linked, a_linked_device
from tests.support.pictures import png
from tests.support.waiting import until

PROOF = Proof(EVOLUTION_SECRET, FrozenClock(NOON))
NEVER = b"{}"
FAULTS = [
    {"kind": "drop"},
    {"kind": "html"},
    {"kind": "own_error"},
    {"kind": "own_error", "status": 500},
]


@pytest.fixture
async def device() -> AsyncIterator[Linked]:
    async with a_linked_device() as device:
        yield device


@pytest.fixture
async def fresh() -> AsyncIterator[Linked]:
    """Before there is an instance."""
    async with a_linked_device(scanned=False) as device:
        yield device


def token(key: str = EVOLUTION_SECRET, alg: str = "HS256", **claims: Any) -> str:
    told = {"iat": 1, "exp": NOON.timestamp() + 600, "app": "evolution"} | claims
    parts = [json.dumps(part).encode() for part in ({"alg": alg}, told)]
    signed = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
    mark = hmac.new(key.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def test_the_word_or_a_token_signed_with_it_lets_in() -> None:
    assert PROOF.proven(NEVER, {"X-EmDia-Key": EVOLUTION_SECRET})
    assert PROOF.proven(NEVER, {"Authorization": f"Bearer {token()}"})
    # What a token says of how it is signed is not asked.
    assert PROOF.proven(NEVER, {"Authorization": f"Bearer {token(alg='none')}"})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-EmDia-Key": ""},
        {"X-EmDia-Key": "wrong"},
        {"X-EmDia-Key": "ação"},
        {"X-EmDia-Key": "wrong", "Authorization": f"Bearer {token()}"},
        {"Authorization": EVOLUTION_SECRET},
        {"Authorization": f"Bearer {token('wrong')}"},
        {"Authorization": f"Bearer {token(exp=NOON.timestamp() - 1)}"},
        {"Authorization": f"Bearer {token(exp='never')}"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer a.b.c"},
        {"Authorization": "Bearer é.é.é"},
        {"Authorization": f"Bearer {token().rpartition('.')[0]}."},
    ],
)
def test_nobody_else_is_let_in(headers: dict[str, str]) -> None:
    assert not PROOF.proven(NEVER, headers)
    assert not Proof("", FrozenClock(NOON)).proven(NEVER, {"X-EmDia-Key": ""})


async def test_a_link_that_stands_tells_whose_it_is(device: Linked) -> None:
    facts = await device.link.facts()
    assert (facts.state, facts.stop, facts.phone) == ("open", "", "5511940000000")
    assert facts.made_at is not None
    assert device.box.clock.now() - facts.made_at < timedelta(minutes=1)
    assert await device.link.code() is None


@pytest.mark.parametrize(
    ("code", "stop"), [(401, "logged_out"), (403, "banned"), (440, "replaced")]
)
async def test_a_link_that_was_ended_tells_why(device: Linked, code: int, stop: str) -> None:
    device.box.evolution.link.closes(code)
    assert (await device.link.facts()).stop == f"evolution.{stop}"


async def test_a_line_that_dropped_and_one_that_never_was_are_two_things(device: Linked) -> None:
    device.box.evolution.link.drops(428)
    assert (await device.link.facts()).stop == "evolution.disconnected"
    device.box.evolution.instance = None
    with pytest.raises(Refusal) as none:
        await device.link.facts()
    assert none.value.key == "reason.evolution.no_instance"
    device.box.evolution.make(INSTANCE)
    assert (await device.link.facts()).stop == "evolution.not_linked"


async def test_from_nothing_to_a_link_that_tells_us(fresh: Linked) -> None:
    url = fresh.listener.url
    await fresh.link.make(url, EVOLUTION_SECRET)
    await fresh.link.make(url, EVOLUTION_SECRET)  # again: it is there, and told anew
    assert await fresh.link.listens_at() == (url, True)
    code = await fresh.link.code()
    assert code
    assert code.picture.startswith(b"\x89PNG")
    assert code.letters == ""
    typed = await fresh.link.code("5511940000000")
    assert typed
    assert len(typed.letters) == 8
    fresh.box.evolution.link.scans()
    fresh.ana.says("oi")
    await until(lambda: len(fresh.incomings()) == 1)
    assert all(PROOF.proven(NEVER, headers) for headers in fresh.listener.headers)
    await fresh.link.restart()
    assert (await fresh.link.facts()).state == "open"


async def test_a_webhook_we_would_not_understand_is_noticed(device: Linked) -> None:
    assert device.box.evolution.instance
    hook = device.box.evolution.instance.hook
    assert hook
    hook.by_events = True
    assert (await device.link.listens_at())[1] is False
    hook.by_events, hook.events = False, ("MESSAGES_UPSERT",)
    assert (await device.link.listens_at())[1] is False
    device.box.evolution.instance.hook = None
    assert await device.link.listens_at() == ("", False)


async def test_a_code_that_is_not_there_yet_is_asked_for_again(device: Linked) -> None:
    device.box.evolution.link.closes(401)
    device.box.faults.next("evolution.instance", "own_error", status=500, text="Error: busy")
    with pytest.raises(ConnectionError):
        await device.link.code()
    assert await device.link.code()


async def test_a_wrong_key_and_an_absent_server_are_told_apart(device: Linked) -> None:
    for url, key, trouble in (
        (device.box.evolution_url, "wrong", Refusal),
        ("http://127.0.0.1:1", EVOLUTION_KEY, ConnectionError),
    ):
        client = EvolutionClient(url, key, INSTANCE)
        with pytest.raises(trouble):
            await Link(client, device.box.clock).facts()
        await client.close()


async def test_a_file_comes_by_its_message(device: Linked) -> None:
    picture = png(8, 8)
    device.ana.uploads(picture, "image/png")
    heard = await device.heard()
    assert heard.file
    assert await device.files.fetch(heard.file) == picture


@pytest.mark.parametrize("remote_id", ["nothing", "../x", ""])
async def test_a_file_that_is_not_there_is_gone(device: Linked, remote_id: str) -> None:
    with pytest.raises(Refusal) as gone:
        await device.files.fetch(IncomingFile(remote_id, "image/png"))
    assert gone.value.key == "whatsapp.file_gone"


async def test_a_file_that_is_too_big_is_not_asked_for(device: Linked) -> None:
    with pytest.raises(Refusal) as big:
        await device.files.fetch(IncomingFile("3A", "image/png", "", 21 * 1024 * 1024))
    assert big.value.key == "whatsapp.file_too_big"


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop"},
        {"kind": "html"},
        {"kind": "own_error"},
        {"kind": "own_error", "status": 500},
    ],
)
async def test_a_file_that_does_not_come_for_now_is_tried_again(
    device: Linked, fault: dict[str, Any]
) -> None:
    device.ana.uploads(b"x", "image/png")
    heard = await device.heard()
    assert heard.file
    device.box.faults.next("evolution.other", fault.pop("kind"), **fault)
    with pytest.raises(ConnectionError):
        await device.files.fetch(heard.file)
    assert await EvolutionFiles(device.client).fetch(heard.file) == b"x"
