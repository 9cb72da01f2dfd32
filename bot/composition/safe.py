"""Backups as files: made, opened, and tried out, with the keys that belong to it."""

import shutil
import tempfile
import time
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from bot.composition.backup_keys import keys_in, recipients_of
from bot.composition.disk import replacing, write_file
from bot.composition.schema import no_database
from bot.config import Settings
from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.message import ChannelName
from bot.domain.retention import kept
from bot.domain.text import plain
from bot.services.ports.backups import Made, Restored
from bot.storage.backup import Contents, dump
from bot.storage.backup_load import Loading, clear, is_empty
from bot.storage.channel_states import ChannelStates
from bot.storage.engine import Engines, make_engines
from bot.storage.migrate import upgrade
from bot.storage.sealing import new_identity, recipient_of, seal, unseal
from bot.storage.soundness import AWAY

_NAMED = "emdia-%Y%m%dT%H%M%SZ.age"


class Safe:
    """Where this installation keeps its backups.

    Each is encrypted for the recipients the operator named, and for a key that stays on this
    machine, beside the database itself: with it a restore can be tried out every week.
    """

    def __init__(self, settings: Settings, engines: Engines, clock: Clock) -> None:
        self.folder = Path(settings.data_dir) / "backups"
        self._recipients = recipients_of(settings)
        self._engines = engines
        self._clock = clock

    async def make(self, path: Path | None = None) -> Made:
        """A new one, named by the moment; under its name it is always whole."""
        if not self._recipients:
            raise Refusal("errors.backup.no_recipient")
        now = self._clock.now()
        to = path or self.folder / name_at(now)
        keys = [*self._recipients, recipient_of(self._own_key())]
        begun, seen = time.perf_counter(), Contents()
        with replacing(to) as out:
            async with aclosing(_told(dump(self._engines, now, seen))) as pieces:
                await seal(pieces, out, keys)
            size = out.tell()
        took = time.perf_counter() - begun
        return Made(to.name, now, size, seen.rows, seen.sha256, took)

    async def drill(self, name: str) -> Restored:
        """Bring one back into a database that is thrown away; a refusal if it cannot be."""
        self._sweep("drill-*")
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="drill-") as scratch:
            url = f"sqlite:///{scratch}/drill.sqlite3"
            await upgrade(url)
            engines = make_engines(url)
            try:
                return await restore_into(engines, self.folder / name, [self._own_key()])
            finally:
                await engines.dispose()

    def names(self) -> list[str]:
        """Those that lie here, the newest first."""
        return sorted(
            (one.name for one in self.folder.glob("emdia-????????T??????Z.age")), reverse=True
        )

    def read(self, name: str) -> bytes:
        """The whole file."""
        return (self.folder / name).read_bytes()

    def find(self, name: str) -> Path | None:
        """Where it lies; none if it is not here."""
        path = self.folder / name
        return path if path.is_file() else None

    def staying(self, names: Collection[str]) -> set[str]:
        """Those that retention keeps, and those that are none of ours."""
        ours = {moment: name for name in names if (moment := moment_of(name))}
        return set(names) - {ours[moment] for moment in ours.keys() - kept(ours)}

    def tidy(self) -> None:
        """Keep what retention keeps; take away what was left half made when the power went."""
        names = self.names()
        for name in set(names) - self.staying(names):
            (self.folder / name).unlink(missing_ok=True)
        self._sweep(".emdia-*")

    def identities(self, key_file: Path | None) -> list[str]:
        """The secret keys in a file; without one, this machine's own."""
        if key_file is not None:
            return keys_in(key_file)
        own = self.folder / "this-machine.key"
        if not own.exists():
            raise Refusal("errors.backup.no_key")
        return keys_in(own)

    def _own_key(self) -> str:
        own = self.folder / "this-machine.key"
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not own.exists():
            write_file(own, f"{new_identity()[0]}\n".encode())
        return keys_in(own)[0]

    def _sweep(self, pattern: str) -> None:
        for left in self.folder.glob(pattern):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def name_at(now: datetime) -> str:
    """What a backup of this moment is called; the names sort by time."""
    return f"{now.astimezone(UTC):{_NAMED}}"


def moment_of(name: str) -> datetime | None:
    """The moment that a backup of this name shows; none if it is none of ours."""
    try:
        return datetime.strptime(name, _NAMED).replace(tzinfo=UTC)
    except ValueError:
        return None


async def restore_into(
    engines: Engines,
    path: Path,
    identities: Sequence[str],
    *,
    over: bool = False,
    hold_at: datetime | None = None,
) -> Restored:
    """Fill a database, all or nothing; ``over`` lets what is in it go first.

    ``hold_at`` keeps back what the house starts: what was sent since the backup was made is not
    known any more, and would be sent again.
    """
    begun = time.perf_counter()
    with _opened(path) as sealed:
        try:
            async with engines.writer.begin() as connection:
                if not over and not await is_empty(connection):
                    raise Refusal("errors.backup.not_empty")
                await clear(connection)
                loading = Loading(connection)
                await unseal(sealed, identities, loading.take)
                told = await loading.finish()
                if hold_at is not None:
                    states = ChannelStates(connection)
                    for channel in (ChannelName.TELEGRAM, ChannelName.WHATSAPP):
                        await states.hold(channel, hold_at)
        except AWAY as error:
            raise no_database(error) from error
    assert told.made_at is not None  # a backup that is whole says so
    return Restored(told.made_at, told.rows, told.sha256, time.perf_counter() - begun)


def _opened(path: Path) -> IO[bytes]:
    name = plain(str(path))
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise Refusal("program.file.missing", file=name) from None
    except OSError:
        raise Refusal("program.file.unreadable", file=name) from None


async def _told(pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """The same; a database that goes away in the middle is told as what it is."""
    try:
        async with aclosing(pieces):
            async for piece in pieces:
                yield piece
    except AWAY as error:
        raise no_database(error) from error
