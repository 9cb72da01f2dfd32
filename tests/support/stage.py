"""One house and its people on one kind of chat, as they are spoken of in a script.

An interpreter a channel: what "taps" means is a button on Telegram, a button, a row of a list or
a number on WhatsApp, and a number on a linked device.
"""

import re
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

import sqlalchemy as sa

from bot.composition.backup_keys import make_key
from bot.composition.desks import open_shop
from bot.domain.ids import PersonId
from bot.domain.message import Address, ChannelName
from bot.domain.money import Money
from bot.domain.names import fold
from bot.domain.number_pace import Level
from bot.domain.pace_state import NumberPace
from bot.domain.pix import PixKey
from bot.domain.plan import Period
from bot.domain.reasons import Reason
from bot.domain.role import Role
from bot.domain.rule_files import LADDER
from bot.forms.plan import NewPlan
from bot.sandbox import Seen
from bot.sandbox.evolution.message import with_typed_choices
from bot.sandbox.evolution.person import EvolutionPerson
from bot.sandbox.github.git import Git
from bot.sandbox.github.routes import GitHubBox
from bot.sandbox.github.world import GitHub
from bot.sandbox.seen import Choice
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.services.ports.people import Caller
from bot.storage.tables import outbox
from tests.support.played import Played
from tests.support.shop_list import a_long_list, a_shop_list
from tests.support.town import Town
from tests.support.watch import a_watched_town

CHANNELS = ("telegram", "cloud", "evolution")
BIA = "+5527999990000"
_PHONES = {
    "Bia": BIA,
    "Caio": "+5527999990001",
    "Rui": "+5527999990002",
    "Zeca": "+5527998142173",
    **{
        name: f"+552799811{2100 + place}"
        for place, name in enumerate(
            ("Ana", "Bruno", "Carla", "Davi", "Elisa", "Fábio", "Gabi", "Hugo", "Íris")
        )
    },
}
# A message that has left, as far as we know.
_GONE = ("accepted", "sent", "delivered", "read")
_GITHUB_TOKEN, _REPOSITORY = f"{7:020}", "academia/regras"
_MARKS = re.compile(r"[*_`~]")
# The picture before a label's words, which nobody says.
_SIGNS = re.compile(r"^[^\w#+]+")

AnyPerson = TelegramPerson | WhatsAppPerson


def as_said(text: str) -> str:
    """Words without the marks and gaps in which the networks differ."""
    return " ".join(_MARKS.sub("", text).split())


@dataclass
class Actor:
    """Somebody with one chat: does as people do there, and sees what is new since."""

    who: AnyPerson
    before: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    last_sent: str = ""

    def begins(self) -> None:
        """Remember how the chat looks before something is done in it."""
        self.before = {seen.id: (seen.text, seen.labels) for seen in self.shown()}

    def shown(self) -> list[Seen]:
        """What stands in the chat, numbered lines as choices."""
        return [with_typed_choices(seen) for seen in self.who.visible()]

    def news(self) -> list[Seen]:
        """The messages that came, or were changed, since they last did something."""
        return [
            seen
            for seen in self.shown()
            if not seen.mine and self.before.get(seen.id) != (seen.text, seen.labels)
        ]

    def taps(self, label: str) -> None:
        """Choose by the words, of the newest message that offers them; part of them will do."""
        seen, choice = self._choice(label)
        if choice.kind != "typed":
            self.who.taps(choice.id, seen.id)
            return
        assert isinstance(self.who, WhatsAppPerson), "on Telegram nothing is numbered"
        newest = next(one for one in reversed(self.shown()) if not one.mine)
        # What is no longer the last message is quoted, as people do.
        self.who.says(choice.id, reply_to=None if newest.id == seen.id else seen.id)

    def says(self, words: str) -> None:
        """Write something."""
        self.last_sent = self.who.says(words)

    def uploads(self, content: bytes, mime: str, name: str, caption: str = "") -> None:
        """Send a file; on Telegram the name comes first."""
        if isinstance(self.who, TelegramPerson):
            photo = mime.startswith("image/")
            sent = self.who.uploads(content, name, mime, photo=photo, caption=caption)
        else:
            sent = self.who.uploads(content, mime, name, caption=caption)
        self.last_sent = sent

    def corrects(self, words: str) -> None:
        """Put other words in the place of what they said last."""
        self.who.edits(self.last_sent, words)

    def takes_number(self, phone: str) -> None:
        """Change to another number; of that Telegram tells no bot, nor does a linked device."""
        assert isinstance(self.who, WhatsAppPerson), "nobody would hear of it"
        self.who.changes_number(phone)

    def takes_back(self) -> None:
        """Delete what they sent last; of that Telegram tells no bot."""
        assert isinstance(self.who, WhatsAppPerson), "nobody would hear of it"
        self.who.deletes(self.last_sent)

    def reacts(self, emoji: str) -> None:
        """Put a picture under the newest message of ours."""
        assert isinstance(self.who, WhatsAppPerson), "nobody would hear of it"
        self.who.reacts(self.who.last().id, emoji)

    def _choice(self, label: str) -> tuple[Seen, Choice]:
        wanted = as_said(label)
        for seen in reversed(self.shown()):
            for fits in (_is_called, _is_in):
                for choice in seen.choices:
                    if fits(wanted, as_said(choice.label)):
                        return seen, choice
        there = [seen.labels for seen in self.shown() if seen.choices][-2:]
        raise AssertionError(f"nothing to tap says {label!r}; there is {there}")


def _is_called(wanted: str, label: str) -> bool:
    return wanted in (label, _SIGNS.sub("", label))


def _is_in(wanted: str, label: str) -> bool:
    return fold(wanted) in fold(label)


class Stage:
    """The house, and who plays in it; ``channel`` is the chat that everybody has."""

    def __init__(self, town: Town, channel: str, played: Played, git: Git | None = None) -> None:
        self.town = town
        self.channel = channel
        self.played = played
        self._git = git
        self._actors: dict[str, Actor] = {}
        self._owner: PersonId | None = None

    def actor(self, name: str) -> Actor:
        """Somebody by their name; "Bia elsewhere" is Bia with her other chat.

        "Carla by phone" has WhatsApp, whatever the others have.
        """
        if name not in self._actors:
            self._actors[name] = Actor(self._person(name))
        return self._actors[name]

    async def moves_in(self) -> None:
        """Bia's house as it is a while after the first steps, on her chat."""
        bia = self.actor("Bia").who
        if isinstance(bia, TelegramPerson):
            bia.started = True  # or the bot may not write to them
            at = Address(ChannelName.TELEGRAM, str(bia.id))
        else:
            at = Address(ChannelName.WHATSAPP, bia.phone)
        async with self.town.house.units.write() as unit:
            shop = await open_shop(unit, self.town.house.premises)
            person = await unit.people.calling(Caller(at, "Bia", "pt_BR"), self.town.clock.now())
            self._owner = person.id
            await unit.people.set_role(person.id, Role.OWNER)
            await unit.business.own(self.town.clock.now())
            key = PixKey.read("12345678909")
            await shop.business.set_up("Academia Boa Forma", "Vitória", key, by=person.id)
            await shop.plans.add(NewPlan(plan="Mensal", price=Money(4990), period=Period.MONTHLY))

    async def has_clients(self) -> None:
        """The list is taken in, the late ones reminded as well."""
        await self._takes_in(a_shop_list(self.town.today.date()))

    async def has_many_who_owe(self, count: int) -> None:
        """A list of so many is taken in, all of whom owe today."""
        await self._takes_in(a_long_list(self.town.today.date(), count))

    def rules_change_there(self, before: str, after: str) -> None:
        """Somebody edits the ladder's file at GitHub."""
        assert self._git is not None, "the script does not say that it needs GitHub"
        text = self._git.files[LADDER].decode()
        assert before in text, text
        self._git.edit(LADDER, text.replace(before, after).encode(), "Caio Reis")

    async def is_slow(self, lost: int, out_of: int) -> None:
        """The number sends a quarter of what it might, for so many did not arrive."""
        now = self.town.clock.now()
        why = Reason.PACE_LOST
        slow = NumberPace(level=Level.QUARTER, why=why, lost=lost, out_of=out_of, since=now)
        async with self.town.house.units.write() as unit:
            await unit.number_paces.keep(slow)

    async def is_held(self) -> None:
        """Nothing goes until somebody has looked at the phone."""
        held = replace(NumberPace(), held_why=Reason.PACE_UNPROVEN, held_at=self.town.clock.now())
        async with self.town.house.units.write() as unit:
            await unit.number_paces.keep(replace(held, canary_at=held.held_at))

    def is_warned(self) -> None:
        """WhatsApp says that too many people dislike what comes from the number."""
        told = {"event": "FLAGGED", "display_phone_number": self.town.box.whatsapp.display_phone}
        self.town.box.whatsapp.tell_of_account("phone_number_quality_update", told)

    def is_lost(self) -> None:
        """The phone's owner ends the link: nothing comes or goes before a new code is scanned."""
        self.town.box.evolution.link.closes(401)

    def is_linked(self) -> None:
        """Somebody scans the code, or types its letters."""
        self.town.box.evolution.link.scans()

    def goes_over(self, before: str, now: str) -> None:
        """One's account has the other's number from now on; its hidden id is what it was."""
        old, new = self.actor(f"{before} by phone").who, self.actor(f"{now} by phone").who
        assert isinstance(old, WhatsAppPerson)
        assert isinstance(new, WhatsAppPerson)
        for person in (old, new):
            if isinstance(person, EvolutionPerson):
                person.known_by = "alt"
        old.says("oi")
        new.began_as = old.phone

    async def _takes_in(self, content: bytes) -> None:
        async with self.town.house.units.write() as unit:
            shop = await open_shop(unit, self.town.house.premises)
            file = await unit.files.put("clientes.csv", "text/csv", content)
            seen = await shop.imports.preview(file)
            await shop.imports.apply(seen.id, remind_overdue=True)

    async def can_be_reached(self, name: str) -> None:
        """A client has this chat: by their number, or by the link that brings them to Telegram."""
        actor = self.actor(name)
        if isinstance(actor.who, TelegramPerson):
            async with self.town.house.units.write() as unit:
                shop = await open_shop(unit, self.town.house.premises)
                found, *_ = (await shop.clients.find(name, after=None)).items
                assert self._owner is not None, "nobody has moved in"
                door = await shop.client_doors.invite(found.id, by=self._owner)
            await self.town.tells(actor.who, f"/start {door.link.partition('?start=')[2]}")
            actor.begins()

    async def loses_reminders_to(self, name: str) -> None:
        """As if the network had said at last that what went to a client did not arrive."""
        async with self.town.house.units.write() as unit:
            shop = await open_shop(unit, self.town.house.premises)
            found, *_ = (await shop.clients.find(name, after=None)).items
            card = await shop.clients.card(found.id)
            theirs = sa.update(outbox).where(outbox.c.person_id == card.person_id)
            lost = theirs.where(outbox.c.kind == "reminder", outbox.c.state.in_(_GONE)).values(
                state="failed", reason=Reason.TOO_MANY_ATTEMPTS, ended_at=self.town.clock.now()
            )
            assert (await unit.connection.execute(lost)).rowcount, "they were never reminded"

    @property
    def _by_phone(self) -> str:
        return "evolution" if self.town.box.by_evolution else "cloud"

    def _person(self, name: str) -> AnyPerson:
        first, where = name.partition(" ")[::2]
        on = self.channel
        if where == "elsewhere":
            on = self._by_phone if on == "telegram" else "telegram"
        elif where == "by phone":
            on = self._by_phone
        phone = _PHONES[first]
        if on == "telegram":
            return self.town.admin(int(phone[-5:]), first)
        if on == "evolution":
            person: EvolutionPerson = self.town.box.evolution.person(phone, first)
            return person
        return self.town.phone(phone, first)


@asynccontextmanager
async def a_stage(
    database_url: str, channel: str, folder: Path, needs: Collection[str] = ()
) -> AsyncIterator[Stage]:
    """A house where everybody has this kind of chat; its operator has made a key for backups.

    ``needs``: ``GitHub``, to which it brings its rules; a ``device``, by which it reaches its
    clients whatever it has itself; ``care``, with which it uses its number.
    """
    settings = {"data_dir": folder, "backup_recipient": make_key(folder / "owner.key")}
    async with AsyncExitStack() as stack:
        git = None
        if "GitHub" in needs:
            box = GitHubBox(GitHub(_GITHUB_TOKEN, _REPOSITORY))
            await box.start()
            stack.push_async_callback(box.stop)
            git = box.world.git
            settings |= {"github_token": _GITHUB_TOKEN, "github_repository": _REPOSITORY}
            settings |= {"github_api_url": box.url}
        linked = channel == "evolution" or "device" in needs
        played = Played()
        stack.enter_context(patch("bot.composition.entrance.new_switchboard", played.switchboard))
        town = await stack.enter_async_context(
            a_watched_town(database_url, evolution=linked, paced="care" in needs, **settings)
        )
        yield Stage(town, channel, played, git)
