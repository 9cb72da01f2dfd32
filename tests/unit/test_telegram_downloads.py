"""Files over Telegram: only from where Telegram keeps them, no more than agreed, and in time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from telegram import Bot

from bot.channels.telegram import files as subject
from bot.channels.telegram.files import TelegramFiles
from bot.channels.telegram.line import close_bot, make_bot
from bot.domain.errors import Refusal
from bot.domain.message import IncomingFile
from tests.support.bot_api import TOKEN, result

FILE = IncomingFile("r1", "image/jpeg", "a.jpg")
GONE, TOO_BIG = r"telegram\.file_gone", r"telegram\.file_too_big"


class Liar:
    """A Bot API that names any place, and another server beside it that counts who comes."""

    def __init__(self) -> None:
        self.path = "photos/1.jpg"
        self.content = b"jpeg"
        self.status = 200
        self.hangs = False
        self.headers: dict[str, str] = {}
        self.asked: list[str] = []
        self.led_away = 0
        self.url = self.elsewhere = ""
        self._runners: list[web.AppRunner] = []

    async def open(self) -> None:
        app = web.Application()
        app.router.add_post("/bot{token}/getFile", self._told)
        app.router.add_get("/file/{rest:.*}", self._file)
        self.url = await self._start(app)
        other = web.Application()
        other.router.add_get("/{rest:.*}", self._stolen)
        self.elsewhere = await self._start(other)

    async def close(self) -> None:
        for runner in self._runners:
            await runner.cleanup()

    async def _start(self, app: web.Application) -> str:
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def _told(self, _request: web.Request) -> web.Response:
        told = {"file_id": "r1", "file_unique_id": "u", "file_path": self.path}
        return web.Response(text=result(told).body, content_type="application/json")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.rel_url.raw_path)
        response = web.StreamResponse(status=self.status, headers=self.headers)
        await response.prepare(request)
        for start in range(0, len(self.content), 1024):
            await response.write(self.content[start : start + 1024])
        if self.hangs:
            await asyncio.Event().wait()
        return response

    async def _stolen(self, _request: web.Request) -> web.Response:
        self.led_away += 1
        return web.Response(body=b"stolen")


@pytest.fixture
async def liar() -> AsyncIterator[Liar]:
    liar = Liar()
    await liar.open()
    yield liar
    await liar.close()


@pytest.fixture
async def bot(liar: Liar) -> AsyncIterator[Bot]:
    bot = make_bot(TOKEN, liar.url)
    await bot.request.initialize()
    yield bot
    await close_bot(bot)


async def test_a_file_comes_from_where_telegram_keeps_it(liar: Liar, bot: Bot) -> None:
    assert await TelegramFiles(bot).fetch(FILE) == b"jpeg"
    assert liar.asked == [f"/file/bot{TOKEN}/photos/1.jpg"]


async def test_a_file_of_our_own_disk_is_not_taken_for_theirs(
    liar: Liar, bot: Bot, tmp_path: Path
) -> None:
    ours = tmp_path / "emdia.sqlite3"
    ours.write_bytes(b"everybody")
    liar.path = str(ours)
    with pytest.raises(Refusal, match=GONE):
        await TelegramFiles(bot).fetch(FILE)


async def test_a_redirection_is_not_followed(liar: Liar, bot: Bot) -> None:
    liar.status, liar.headers = 302, {"Location": f"{liar.elsewhere}/x"}
    with pytest.raises(Refusal, match=GONE):
        await TelegramFiles(bot).fetch(FILE)
    assert liar.led_away == 0


@pytest.mark.parametrize("path", ["http://ELSEWHERE/x", "//ELSEWHERE/x", "@ELSEWHERE/x", "?x#y"])
async def test_no_name_of_a_file_leads_to_another_server(liar: Liar, bot: Bot, path: str) -> None:
    liar.path = path.replace("ELSEWHERE", liar.elsewhere.removeprefix("http://"))
    assert await TelegramFiles(bot).fetch(FILE) == b"jpeg"
    assert liar.led_away == 0
    assert liar.asked[0].startswith(f"/file/bot{TOKEN}/")


async def test_what_is_more_than_was_told_is_let_go_on_the_way(
    liar: Liar, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "MOST_BYTES", 2000)
    liar.content, liar.hangs = b"x" * 5000, True
    with pytest.raises(Refusal, match=TOO_BIG):
        await TelegramFiles(bot).fetch(FILE)


async def test_what_never_ends_is_let_go_in_time(
    liar: Liar, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "FETCH_TIMEOUT_S", 0.2)
    monkeypatch.setattr(subject, "TRIES", 1)
    liar.hangs = True
    with pytest.raises(ConnectionError):
        await TelegramFiles(bot, pause_s=0).fetch(FILE)


async def test_what_is_packed_is_not_unpacked(liar: Liar, bot: Bot) -> None:
    liar.headers = {"Content-Encoding": "gzip"}
    assert await TelegramFiles(bot).fetch(FILE) == b"jpeg"
