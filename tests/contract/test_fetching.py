"""Files that are worth fetching: those of people we know, and so many a minute of each."""

import pytest

from bot.domain.errors import Refusal
from bot.domain.message import ChannelName, Incoming, IncomingFile, Received
from bot.jobs.deliveries import ChannelIn
from bot.jobs.fetching import FILES, Fetching
from bot.resilience.limiter import OwnLimiter
from bot.storage.taking_in import TakingIn
from bot.storage.unit_of_work import Units
from tests.support.books import Books, a_client

RECEIPT = IncomingFile("7", "image/jpeg")


class Silent:
    """Says nothing."""

    def read(self, body: bytes) -> Received:
        return Received()


class Phone:
    """A chat from which files come, and how many of them were fetched."""

    def __init__(self, books: Books) -> None:
        self._clock = books.clock
        self._channel = ChannelIn(Silent(), self._fetch)
        taking_in = TakingIn(Units(books.engines, books.clock), books.clock)
        self._fetching = Fetching(taking_in, OwnLimiter(books.clock))
        self.fetched = 0
        self.away = False

    async def sends(
        self, sender: str = "+5511987654321", *, last: bool = False
    ) -> tuple[Incoming, Refusal | None]:
        now = self._clock.now()
        incoming = Incoming(ChannelName.WHATSAPP, sender, "m", now, file=RECEIPT)
        return await self._fetching.had(incoming, self._channel, last=last)

    async def _fetch(self, _file: IncomingFile) -> bytes:
        if self.away:
            raise ConnectionError
        self.fetched += 1
        return b"jpeg"


@pytest.fixture
async def books(books: Books) -> Books:
    await books.add(a_client())
    return books


async def test_a_stranger_s_file_is_not_fetched(books: Books) -> None:
    phone = Phone(books)
    incoming, refused = await phone.sends("+5511955554444")
    assert (incoming.file_id, refused, phone.fetched) == (None, None, 0)


async def test_ten_files_a_minute_are_fetched_from_one_chat(books: Books) -> None:
    phone = Phone(books)
    seen = [await phone.sends() for _ in range(FILES.a_minute + 2)]
    assert [incoming.file_id is not None for incoming, _ in seen] == [
        *[True] * FILES.a_minute,
        False,
        False,
    ]
    refused = seen[-1][1]
    assert refused is not None
    assert (refused.key, refused.params) == ("errors.limit.files", {"count": 60})
    assert phone.fetched == FILES.a_minute
    books.clock.advance(minutes=1)
    assert (await phone.sends())[1] is None


async def test_what_does_not_come_is_tried_again_and_in_the_end_told(books: Books) -> None:
    phone = Phone(books)
    phone.away = True
    with pytest.raises(ConnectionError):
        await phone.sends()
    _, refused = await phone.sends(last=True)
    assert refused is not None
    assert refused.key == "errors.file.unfetched"
