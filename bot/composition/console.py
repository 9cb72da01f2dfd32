"""The chat in the terminal: the same conversations on the real store, no account, no network.

Whoever sits at the machine on which the house lives is its owner.
"""

import asyncio
import getpass
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TextIO

import structlog

from bot.channels.terminal import Terminal, TerminalSender, fetch, typed_lines
from bot.composition.entrance import new_reception
from bot.composition.office import Office
from bot.composition.work import new_rooms
from bot.dialog.spoken import CONTINUE
from bot.domain.delivery import Outcome
from bot.domain.errors import Refusal
from bot.domain.message import Address, ChannelName, Incoming, Parcel
from bot.domain.role import Role
from bot.domain.text import t
from bot.domain.trail import details
from bot.jobs.rounds import Rounds
from bot.jobs.worker import Worker
from bot.services.ports.people import Caller, PersonView
from bot.storage.left_behind import take_back
from bot.storage.taking_in import TakingIn

log = structlog.get_logger(__name__)

HERE = Address(ChannelName.TERMINAL, "me")
_GO_ON = min(CONTINUE)  # any of the words for it
_LOOK_EVERY = timedelta(seconds=1)


class KeepingSender:
    """Lays what comes with a message into a folder, and prints where."""

    def __init__(self, printer: TerminalSender, folder: Path) -> None:
        self._printer = printer
        self._folder = folder

    async def send(self, parcel: Parcel) -> Outcome:
        """Print it; what is printed has arrived."""
        attachment, outgoing = parcel.outgoing.attachment, parcel.outgoing
        if attachment and parcel.blob is not None:
            name = f"{attachment.file_id}-{Path(attachment.name).name}"
            place = await asyncio.to_thread(self._lay, name, parcel.blob)
            outgoing = replace(outgoing, attachment=replace(attachment, name=str(place)))
        return await self._printer.send(replace(parcel, outgoing=outgoing))

    def _lay(self, name: str, content: bytes) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self._folder / name
        place.write_bytes(content)
        return place


class Console:
    """One person at the keyboard. ``write`` prints a line."""

    def __init__(self, office: Office, write: Callable[[str], None]) -> None:
        self._office = office
        printer = TerminalSender(office.words, write)
        self._terminal = Terminal(printer, self._hear, office.clock, HERE.to)
        self._reception = new_reception(office.units, office.premises)
        self._files = TakingIn(office.units, office.clock)
        self._rooms = new_rooms(office.units, office.premises)
        sender = KeepingSender(printer, office.settings.data_dir / "chat")
        self._worker = Worker(
            rooms=self._rooms, senders={ChannelName.TERMINAL: sender}, clock=office.clock
        )
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Sit down as the owner, and see what there is."""
        person = await self._sit_down()
        await Rounds(self._rooms).open_charges()
        unfinished = await self._lays_aside(person)
        await self._hear(self._terminal.read(_GO_ON if unfinished else "/start"))

    async def run(self, stream: TextIO, prompt: Callable[[], None]) -> None:
        """Until its lines end; ``prompt`` asks for each. Notices appear in between."""
        notices = asyncio.create_task(self._notices())
        try:
            await self._terminal.run(_asked_for(typed_lines(stream), prompt))
        finally:
            notices.cancel()
            with suppress(asyncio.CancelledError):
                await notices

    async def close(self) -> None:
        """Get up: from now on the owner is told things in their other chats."""
        async with self._office.dealing() as shop:
            now = self._office.clock.now()
            await shop.unit.people.unreachable([HERE], "terminal.closed", now)

    async def _sit_down(self) -> PersonView:
        office = self._office
        async with office.dealing() as shop:
            people, now = shop.unit.people, office.clock.now()
            # A chat that was killed in the middle would hold this one's answers up.
            await take_back(shop.unit.connection, HERE)
            person = await people.calling(Caller(HERE, _login(), office.settings.locale), now)
            if person.role is Role.OWNER:
                return person
            if await shop.unit.business.own(now):
                await people.set_role(person.id, Role.OWNER)
                about = details(role=t("role.owner"))
                await shop.unit.audit.note("team.joined", person.id, now, about)
                return await people.get(person.id)
            owner = (await people.staff())[0]
            await people.join(owner.id, HERE.channel, HERE.to)
            return owner

    async def _lays_aside(self, person: PersonView) -> bool:
        """Whether a form is half filled; it is laid aside, so that going on shows where it was."""
        async with self._office.dealing() as shop:
            now = self._office.clock.now()
            session = await shop.unit.sessions.lock(person.id, now)
            if session.form is None:
                return False
            session.in_form, session.expecting = False, None
            await shop.unit.sessions.save(person.id, session, now)
            return True

    async def _hear(self, incoming: Incoming) -> None:
        """Answer, and print the answer before anything else is heard."""
        refused = None
        if incoming.file:
            try:
                content = await fetch(incoming.file)
            except Refusal as refusal:
                refused = refusal
            else:
                kept = await self._files.keep_file(incoming.file, content)
                incoming = replace(incoming, file_id=kept)
        try:
            await self._reception.answer(incoming, refused)
        except Exception:
            # As the intake does on the other chats: whoever wrote is told that it failed.
            log.exception("terminal.failed")
            await self._reception.answer(incoming, Refusal("errors.unexpected"))
        await self._print()

    async def _print(self) -> None:
        async with self._turn:
            await self._worker.once()

    async def _notices(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY.total_seconds())
            try:
                await self._print()
            except Exception:
                # The store is away; what waits stays there.
                log.exception("terminal.notices_failed")


@asynccontextmanager
async def at_the_console(office: Office, write: Callable[[str], None]) -> AsyncIterator[Console]:
    """A console, open while inside."""
    console = Console(office, write)
    try:
        await console.open()
        yield console
    finally:
        await console.close()


async def _asked_for(lines: AsyncIterator[str], prompt: Callable[[], None]) -> AsyncIterator[str]:
    prompt()
    async for line in lines:
        yield line
        prompt()


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have no name for its user
        return ""
