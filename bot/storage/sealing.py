"""Compress and encrypt while it flows: gzip inside age, a piece at a time, nothing plain on disk.

``age -d -i key.txt backup.age | gunzip`` opens such a file without this program.
"""

import asyncio
import contextlib
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import Future
from typing import IO, Any, TypeVar

import pyrage  # type: ignore[import-untyped] # it carries no types

from bot.domain.errors import Refusal

_GZIP = 31  # zlib's word for: with the head and the check of a .gz file
_LEVEL = 6
T = TypeVar("T")


def new_identity() -> tuple[str, str]:
    """A new secret key, and the recipient that belongs to it."""
    made = pyrage.x25519.Identity.generate()
    return str(made), str(made.to_public())


def recipient_of(identity: str) -> str:
    """What to encrypt for, so that this secret key opens it."""
    return str(_identity(identity).to_public())


async def seal(pieces: AsyncIterator[bytes], out: IO[bytes], recipients: Sequence[str]) -> None:
    """Write what comes, compressed and encrypted; it is whole only if this returns."""
    keys = [_recipient(one) for one in recipients]
    source = _Source(pieces, asyncio.get_running_loop())
    await _in_thread(source, lambda: pyrage.encrypt_io(source, out, keys))


async def unseal(
    sealed: IO[bytes], identities: Sequence[str], take: Callable[[bytes], Awaitable[None]]
) -> None:
    """Hand on what was sealed, piece by piece; a refusal if it is damaged or not for these keys.

    A piece that is handed on is genuine. Whether all of them came is known only at the end.
    """
    keys = [_identity(one) for one in identities]
    sink = _Sink(take, asyncio.get_running_loop())
    try:
        await _in_thread(sink, lambda: pyrage.decrypt_io(sealed, sink, keys))
    except pyrage.DecryptError as error:
        wrong = "key" if "No matching keys" in str(error) else "damaged"
        raise Refusal(f"errors.backup.{wrong}") from None
    except (OSError, zlib.error):
        raise Refusal("errors.backup.damaged") from None
    if not sink.whole:
        raise Refusal("errors.backup.damaged")


class _End:
    """The end of a pipe in our loop, used from the thread in which age works."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._asked: Future[Any] | None = None
        self._stopped = False
        self.error: BaseException | None = None

    def stop(self) -> None:
        """Whatever is waited for is not; nothing more is asked."""
        self._stopped = True
        if self._asked:
            self._asked.cancel()

    def _ask(self, work: Coroutine[Any, Any, T]) -> T:
        asked: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        self._asked = asked
        if self._stopped:
            asked.cancel()
        try:
            return asked.result()
        except BaseException as error:
            self.error = error  # age would tell it as its own, without its kind
            raise


class _Source(_End):
    """Read by age: our pieces, compressed."""

    def __init__(self, pieces: AsyncIterator[bytes], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._pieces = pieces
        self._press = zlib.compressobj(_LEVEL, wbits=_GZIP)
        self._ready = memoryview(b"")
        self._ended = False

    def read(self, most: int) -> bytes:
        while not self._ready and not self._ended:
            piece = self._ask(self._next())
            self._ended = piece is None
            pressed = self._press.flush() if piece is None else self._press.compress(piece)
            self._ready = memoryview(pressed)
        given, self._ready = self._ready[:most], self._ready[most:]
        return bytes(given)

    async def _next(self) -> bytes | None:
        return await anext(self._pieces, None)


class _Sink(_End):
    """Written to by age: decompressed, and handed on."""

    _AT_ONCE = 1 << 20  # a few bytes may unfold into very many

    def __init__(
        self, take: Callable[[bytes], Awaitable[None]], loop: asyncio.AbstractEventLoop
    ) -> None:
        super().__init__(loop)
        self._take = take
        self._unfold = zlib.decompressobj(wbits=_GZIP)

    @property
    def whole(self) -> bool:
        return self._unfold.eof and not self._unfold.unused_data

    def write(self, pressed: bytes) -> int:
        rest = bytes(pressed)
        while rest and not self._unfold.eof:
            piece = self._unfold.decompress(rest, self._AT_ONCE)
            rest = self._unfold.unconsumed_tail
            if piece:
                self._ask(self._hand_on(piece))
        return len(pressed)

    def flush(self) -> None:
        """Nothing is kept back."""

    async def _hand_on(self, piece: bytes) -> None:
        await self._take(piece)


async def _in_thread(end: _End, work: Callable[[], None]) -> None:
    """Let age work beside the loop; cancelled, wait until it has let go of the files."""
    working = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(working)
    except asyncio.CancelledError:
        end.stop()
        with contextlib.suppress(Exception):
            await working
        raise
    except Exception:
        if end.error is not None:
            raise end.error from None
        raise


def _recipient(written: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(written)
    except pyrage.RecipientError:
        raise Refusal("errors.backup.recipient") from None


def _identity(written: str) -> Any:
    try:
        return pyrage.x25519.Identity.from_str(written)
    except pyrage.IdentityError:
        raise Refusal("errors.backup.no_key") from None
