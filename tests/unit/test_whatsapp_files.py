"""Fetching what people sent over WhatsApp, and never taking our token anywhere else."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.channels.whatsapp import client as line
from bot.channels.whatsapp import files as subject
from bot.channels.whatsapp.client import CloudClient
from bot.channels.whatsapp.files import MOST_BYTES, WhatsAppFiles
from bot.domain.errors import Refusal
from bot.domain.message import IncomingFile
from tests.support.cloud import Cloud, a_client, a_cloud

GONE, TOO_BIG = r"whatsapp\.file_gone", r"whatsapp\.file_too_big"


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    async with a_cloud() as made:
        yield made


@pytest.fixture
def files(cloud: Cloud) -> WhatsAppFiles:
    return WhatsAppFiles(cloud.client, pause_s=0)


async def sent(cloud: Cloud, content: bytes = b"jpeg") -> IncomingFile:
    """What a receipt of Ana's looks like to us."""
    cloud.ana.uploads(content, "image/jpeg")
    file = (await cloud.heard()).file
    assert file is not None
    return file


async def test_a_receipt_is_fetched(cloud: Cloud, files: WhatsAppFiles) -> None:
    assert await files.fetch(await sent(cloud)) == b"jpeg"


@pytest.mark.parametrize("fault", ["html", "drop", "own_error", "throttle"])
async def test_a_file_is_fetched_even_if_the_first_try_fails(
    cloud: Cloud, files: WhatsAppFiles, fault: str
) -> None:
    file = await sent(cloud)
    cloud.box.faults.next("whatsapp.other", fault)
    cloud.box.faults.next("whatsapp.media", fault)
    assert await files.fetch(file) == b"jpeg"


async def test_a_file_that_does_not_come_for_now_may_be_asked_for_later(
    cloud: Cloud, files: WhatsAppFiles
) -> None:
    file = await sent(cloud)
    cloud.box.faults.next("whatsapp.media", "html", times=3)
    with pytest.raises(ConnectionError):
        await files.fetch(file)
    assert await files.fetch(file) == b"jpeg"


async def test_a_file_waits_while_our_token_is_wrong(cloud: Cloud) -> None:
    file = await sent(cloud)
    client = a_client(cloud.box, token="old")  # noqa: S106 - nobody's
    with pytest.raises(ConnectionError):
        await WhatsAppFiles(client, pause_s=0).fetch(file)
    await client.close()


async def test_a_file_that_is_no_longer_there_is_refused(
    cloud: Cloud, files: WhatsAppFiles
) -> None:
    file = await sent(cloud)
    cloud.box.advance(days=31)
    with pytest.raises(Refusal, match=GONE):
        await files.fetch(file)


async def test_a_file_they_lost_themselves_is_refused(cloud: Cloud, files: WhatsAppFiles) -> None:
    file = await sent(cloud)
    cloud.box.faults.next("whatsapp.other", "own_error", code=131052, status=400)
    with pytest.raises(Refusal, match=GONE):
        await files.fetch(file)


async def test_a_file_all_of_whose_links_are_dead_is_refused(
    cloud: Cloud, files: WhatsAppFiles
) -> None:
    file = await sent(cloud)
    cloud.box.faults.next("whatsapp.media", "html", times=3, status=404)
    with pytest.raises(Refusal, match=GONE):
        await files.fetch(file)


@pytest.mark.parametrize("remote_id", ["", "../9009", "1/2", "a?b", "é", "x" * 201])
async def test_what_is_no_id_is_not_even_asked_for(files: WhatsAppFiles, remote_id: str) -> None:
    with pytest.raises(Refusal, match=GONE):
        await files.fetch(IncomingFile(remote_id, "image/jpeg"))


async def test_a_file_known_to_be_too_big_is_not_even_asked_for(files: WhatsAppFiles) -> None:
    with pytest.raises(Refusal, match=TOO_BIG):
        await files.fetch(IncomingFile("1", "image/jpeg", "a", MOST_BYTES + 1))


async def test_a_file_told_to_be_too_big_is_not_downloaded(
    cloud: Cloud, files: WhatsAppFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "MOST_BYTES", 3)
    file = await sent(cloud)
    with pytest.raises(Refusal, match=TOO_BIG):
        await files.fetch(file)


async def a_liar(told: dict[str, Any], content: bytes = b"") -> tuple[web.AppRunner, CloudClient]:
    """A server that tells this of every file."""

    async def media(_request: web.Request) -> web.Response:
        url = told["url"].replace("HERE", f"127.0.0.1:{runner.addresses[0][1]}")
        return web.json_response(told | {"url": url})

    async def file(_request: web.Request) -> web.Response:
        return web.Response(body=content)

    app = web.Application()
    app.router.add_get("/v25.0/7", media)
    app.router.add_get("/file", file)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    return runner, CloudClient(url, "v25.0", "token", "1", "2")


async def test_a_file_larger_than_it_was_told_to_be_is_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(subject, "MOST_BYTES", 3)
    runner, client = await a_liar({"url": "http://HERE/file", "file_size": 1}, b"jpeg")
    with pytest.raises(Refusal, match=TOO_BIG):
        await WhatsAppFiles(client).fetch(IncomingFile("7", "image/jpeg"))
    await client.close()
    await runner.cleanup()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/file",
        "http://[",
        "http://localhost/file",
        "https://HERE/file",
        "http://lookaside.fbsbx.com/file",
        "https://lookaside.fbsbx.com:8443/file",
        "https://evil.example/lookaside.fbsbx.com",
        "https://lookaside.fbsbx.com.evil.example/",
        "https://evilfbcdn.net/",
        "https://lookaside.fbsbx.com@evil.example/",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
    ],
)
async def test_our_token_is_led_nowhere_else(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_args: object) -> bytes:
        raise AssertionError("this must not be asked for")

    runner, client = await a_liar({"url": url})
    monkeypatch.setattr(client, "download", never)
    with pytest.raises(Refusal, match=GONE), capture_logs() as logged:
        await WhatsAppFiles(client).fetch(IncomingFile("7", "image/jpeg"))
    assert logged[0]["event"] == "file.foreign_host"
    await client.close()
    await runner.cleanup()


@pytest.mark.parametrize(
    "url",
    [
        "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1",
        "https://scontent.xx.fbcdn.net/1",
        "https://mmg.whatsapp.net/1",
    ],
)
async def test_the_networks_own_servers_are_known(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def taken(*asked: object) -> bytes:
        return str(asked[0]).encode()

    runner, client = await a_liar({"url": url})
    monkeypatch.setattr(client, "download", taken)
    assert await WhatsAppFiles(client).fetch(IncomingFile("7", "image/jpeg")) == url.encode()
    await client.close()
    await runner.cleanup()


async def test_a_link_that_leads_on_is_not_followed(cloud: Cloud, files: WhatsAppFiles) -> None:
    file = await sent(cloud)
    cloud.box.faults.next("whatsapp.media", "html", times=3, status=302)
    with pytest.raises(ConnectionError):
        await files.fetch(file)


async def test_a_file_that_hangs_is_let_go_in_time(
    cloud: Cloud, files: WhatsAppFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "UPLOAD_TIMEOUT_S", 0.1)
    file = await sent(cloud)
    cloud.box.faults.next("whatsapp.media", "hang", times=3)
    with pytest.raises(ConnectionError):
        await files.fetch(file)
