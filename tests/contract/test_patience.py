"""Nobody may keep the house busy alone: one sentence, then silence; a "stop" is heard all the same.

The limits hold for a person, whatever process answers them, with a Redis or without.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from bot.domain.ids import ClientId
from bot.domain.message import ChannelName
from bot.domain.role import Role
from bot.handlers.desk import MUCH_WORK
from bot.handlers.patience import CLIENT, HOUSE, STRANGER
from bot.resilience.limiter import OwnLimiter
from bot.storage.engine import Engines
from bot.storage.limits_redis import SharedLimiter
from bot.storage.pace_redis import PaceServer
from bot.storage.tables import inbox_seen
from tests.support.books import Books, a_client
from tests.support.redis_server import RedisServer, running_redis
from tests.support.talk import Talk

WAIT, HELLO, LIST = "limit.wait", "stranger.hello", "clients.title"
ANAS_PHONE = "+5511987654321"


@dataclass
class Lobby(Books):
    """A house whose limits are kept from message to message."""

    limiter: OwnLimiter | SharedLimiter = field(init=False)

    def __post_init__(self) -> None:
        self.limiter = OwnLimiter(self.clock)

    async def ana(self) -> tuple[Talk, ClientId]:
        """A client, on WhatsApp."""
        card = await self.add(a_client())
        return Talk(self, ANAS_PHONE, ChannelName.WHATSAPP, self.limiter), card.id

    async def rita(self) -> Talk:
        """One of the house."""
        talk = Talk(self, "7001", limiter=self.limiter)
        await talk.join(Role.MANAGER)
        return talk


@pytest.fixture
async def lobby(engines: Engines) -> Lobby:
    lobby = Lobby(engines)
    await lobby.begin()
    return lobby


async def answers(talk: Talk, words: str, times: int) -> Sequence[str]:
    """The first sentence of each answer; nothing where there was none."""
    seen = []
    for _ in range(times):
        await talk.says(words)
        seen.append(talk.sees[0] if talk.sees else "")
    return seen


async def test_beyond_the_limit_one_sentence_and_then_silence_until_the_window_moves(
    lobby: Lobby,
) -> None:
    rita = await lobby.rita()
    seen = await answers(rita, "/clientes", HOUSE.a_minute + 3)
    assert WAIT not in seen[: HOUSE.a_minute]
    assert seen[HOUSE.a_minute :] == [WAIT, "", ""]
    lobby.clock.advance(seconds=60)
    assert await answers(rita, "/clientes", 1) == [LIST]


async def test_what_was_not_answered_was_not_done_and_is_not_done_later(lobby: Lobby) -> None:
    stranger = Talk(lobby, "66", limiter=lobby.limiter)
    assert await answers(stranger, "oi oi", STRANGER.a_minute + 2) == [
        *[HELLO] * STRANGER.a_minute,
        WAIT,
        "",
    ]
    query = sa.select(sa.func.count()).select_from(inbox_seen)
    async with lobby.engines.reader.connect() as connection:
        assert (await connection.execute(query)).scalar_one() == STRANGER.a_minute + 2


async def test_the_sentence_says_how_long(lobby: Lobby) -> None:
    ana, _ = await lobby.ana()
    await answers(ana, "oi", CLIENT.a_minute)
    lobby.clock.advance(seconds=40)
    await ana.says("oi")
    assert "em 20 segundos" in ana.reads


async def test_each_has_a_limit_of_their_own(lobby: Lobby) -> None:
    ana, _ = await lobby.ana()
    assert (await answers(ana, "oi", CLIENT.a_minute + 1))[-1] == WAIT
    assert WAIT not in await answers(await lobby.rita(), "/clientes", CLIENT.a_minute + 1)


@pytest.mark.parametrize("words", ["PARE", "stop", "paguei"])
async def test_a_client_s_stop_and_paid_are_never_lost(lobby: Lobby, words: str) -> None:
    ana, client = await lobby.ana()
    await answers(ana, "oi", CLIENT.a_minute + 2)
    await ana.says(words)
    assert ana.sees
    assert WAIT not in ana.sees
    if words != "paguei":
        assert (await lobby.card(client)).opted_out


async def test_nor_are_their_taps(lobby: Lobby) -> None:
    ana, client = await lobby.ana()
    await ana.says("menu")
    paid = ana.buttons
    await answers(ana, "oi", CLIENT.a_minute)
    ana.buttons = paid
    await ana.taps("client.button.paid")
    assert ana.sees == ["client.paid.thanks"]
    assert (await lobby.card(client)).claimed


async def test_nor_are_their_receipts(lobby: Lobby) -> None:
    ana, client = await lobby.ana()
    await answers(ana, "oi", CLIENT.a_minute + 2)
    await ana.sends(b"%PDF-1.4", "comprovante.pdf")
    assert ana.sees == ["client.paid.with_file"]
    assert (await lobby.card(client)).claimed


async def test_insisting_on_it_is_heard_and_in_the_end_not_answered(lobby: Lobby) -> None:
    ana, client = await lobby.ana()
    seen = await answers(ana, "PARE", CLIENT.a_minute + 6)
    assert seen == [*["client.stopped"] * (CLIENT.a_minute + 5), ""]
    await ana.says("voltar")
    assert (await lobby.card(client)).opted_out, "coming back can wait"


async def test_much_work_is_refused_with_a_sentence_and_little_work_goes_on(lobby: Lobby) -> None:
    rita = await lobby.rita()
    seen = await answers(rita, "/exportar", MUCH_WORK.a_minute + 1)
    assert seen[-2:] == ["export.nobody", "errors.limit.much_work"]
    assert await answers(rita, "/numeros", 1) == ["errors.limit.much_work"]
    assert await answers(rita, "/clientes", 1) == [LIST]


@asynccontextmanager
async def shared(lobby: Lobby, url: str) -> AsyncIterator[SharedLimiter]:
    """The limits of one of several processes."""
    server = PaceServer(url)
    yield SharedLimiter(server, OwnLimiter(lobby.clock), "lobby")
    await server.close()


async def test_processes_with_a_redis_count_together(lobby: Lobby, redis_url: str) -> None:
    rita = await lobby.rita()
    async with shared(lobby, redis_url) as one, shared(lobby, redis_url) as other:
        rita.limiter = one
        await answers(rita, "/clientes", HOUSE.a_minute // 2)
        rita.limiter = other
        assert (await answers(rita, "/clientes", HOUSE.a_minute // 2 + 1))[-1] == WAIT


@pytest.fixture
def shaky() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


async def test_a_frozen_redis_keeps_nobody_from_an_answer(lobby: Lobby, shaky: RedisServer) -> None:
    rita = await lobby.rita()
    async with shared(lobby, shaky.url) as limiter:
        rita.limiter = limiter
        await rita.says("/clientes")
        shaky.hang()
        assert (await answers(rita, "/clientes", HOUSE.a_minute + 1)) == [
            *[LIST] * HOUSE.a_minute,
            WAIT,
        ]
