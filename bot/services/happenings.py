"""What a network tells of people besides what they say: each once, and decided by the house."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.clock import Clock
from bot.domain.errors import Unreadable
from bot.domain.message import Address, ChannelName, Style
from bot.domain.news import Deleted, Moved, News, Preference, Renamed
from bot.domain.phone import Phone, readable
from bot.domain.role import Role
from bot.domain.text import plain, t
from bot.services.claims import Claims
from bot.services.ports.house import Audit
from bot.services.ports.inbox import SEEN_FOR
from bot.services.ports.people import People, PersonView
from bot.services.ports.post import Notice, Post, Press

_MEMBER = "member_number_changed"


class Seen(Protocol):
    """What was taken in already."""

    async def first_time(self, channel: str, message_id: str, now: datetime) -> bool:
        """Whether it was not; from now on it was."""
        ...


class Happenings:
    """One transaction's news."""

    def __init__(
        self,
        *,
        seen: Seen,
        people: People,
        claims: Claims,
        post: Post,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._seen = seen
        self._people = people
        self._claims = claims
        self._post = post
        self._audit = audit
        self._clock = clock

    async def take(self, channel: ChannelName, news: Sequence[News]) -> None:
        """Take them in; what was told before changes nothing."""
        now = self._clock.now()
        for each in news:
            new = await self._seen.first_time(channel, each.id, now)
            if new and each.at >= now - SEEN_FOR:  # older, it may be a copy that somebody kept
                await self._one(channel, each)

    async def _one(self, channel: ChannelName, news: News) -> None:
        match news:
            case Moved():
                await self._moved(channel, news)
            case Renamed():
                await self._people.renamed(channel, news.old, news.new)
            case Deleted():
                person = await self._people.known(Address(channel, news.who))
                if person and person.client_id:
                    await self._claims.take_back(person.client_id, news.message_id)
            case Preference():
                await self._wishes(channel, news)

    async def _moved(self, channel: ChannelName, moved: Moved) -> None:
        """Close the old number, which may be anybody's by now, and ask the house about the new."""
        old = Address(channel, moved.old)
        # Whoever wrote from it since then is there: news come late and out of order.
        left_at = min(moved.at, self._clock.now())
        await self._people.unreachable([old], f"{channel}.unreachable", left_at)
        person = await self._people.known(old)
        phone = _phone(moved.new)
        if person is not None and person.role.is_staff:
            await self._member_moved(channel, person, moved)
        if person is None or person.client_id is None or phone is None:
            return
        before = _phone(moved.old)
        client = {"client": person.client_id}
        notice = Notice(
            "number_changed",
            (
                t(
                    "number.changed",
                    client=plain(person.name),
                    old=readable(moved.old),
                    new=phone.shown,
                ),
                t("number.changed.ask"),
            ),
            (
                Press(
                    t("number.changed.yes"),
                    "client_moves",
                    {**client, "phone": phone.e164, "old": before.e164 if before else ""},
                    Style.PRIMARY,
                ),
                Press(t("client.open"), "client_card", client),
            ),
        )
        for member in await self._post.staff():
            await self._post.tell(member, notice)

    async def _member_moved(self, channel: ChannelName, person: PersonView, moved: Moved) -> None:
        """Tell the house, and the member where they are reached still: only people can mend it."""
        numbers = {"old": readable(moved.old), "new": readable(moved.new)}
        member = plain(person.name) if person.name else t("team.nameless")
        todo = "owner" if person.role is Role.OWNER else "todo"
        told = (
            t("number.member_changed", member=member, **numbers),
            t(f"number.member_changed.{todo}", member=member),
        )
        notice = Notice(_MEMBER, told, (Press(t("team.back"), "team"),))
        for other in await self._post.staff():
            if other != person.id:
                await self._post.tell(other, notice)
        yours = (t("number.yours_changed", **numbers), t("number.yours_changed.todo"))
        link = (Press(t("team.another_chat"), "another_chat", style=Style.PRIMARY),)
        await self._post.tell(person.id, Notice(_MEMBER, yours, link, not_over=channel))

    async def _wishes(self, channel: ChannelName, wish: Preference) -> None:
        """Write down what they want of advertising; reminders go on, unless they stop those."""
        person = await self._people.known(Address(channel, wish.who))
        if person and person.client_id:
            deed = "client.no_advertising" if wish.stops else "client.advertising"
            about = {"client": person.client_id}
            await self._audit.note(deed, person.id, self._clock.now(), about)


def _phone(address: str) -> Phone | None:
    try:
        return Phone.read(f"+{address.removeprefix('+')}")
    except Unreadable:
        return None
