"""The operator's own files: read, written whole or not at all, and only theirs to read."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bot.domain.errors import Refusal
from bot.domain.text import plain

_PRIVATE = 0o600


def read_file(path: Path, most: int) -> bytes:
    """The bytes of a file of at most so many; a refusal says what is wrong with it."""
    name = plain(str(path))
    try:
        if path.stat().st_size > most:
            raise Refusal("errors.import.too_large", most=most // 1024 // 1024)
        return path.read_bytes()
    except FileNotFoundError:
        raise Refusal("program.file.missing", file=name) from None
    except IsADirectoryError:
        raise Refusal("program.file.folder", file=name) from None
    except OSError:
        raise Refusal("program.file.unreadable", file=name) from None


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write into, which takes the place of another once all of it is on the disk."""
    real = path.resolve()  # where it is a link, the link stays
    try:
        with tempfile.NamedTemporaryFile(
            dir=real.parent, prefix=f".{real.name}.", delete=False
        ) as out:
            half = Path(out.name)
            try:
                yield out
                out.flush()
                os.fsync(out.fileno())
            except BaseException:
                half.unlink()
                raise
        half.chmod(_PRIVATE)
        half.replace(real)
    except OSError:
        raise Refusal("program.file.unwritable", file=plain(str(path))) from None


def write_file(path: Path, content: bytes) -> Path:
    """A whole file at once; where it is."""
    with replacing(path) as out:
        out.write(content)
    return path


def write_beside(path: Path, name: str, content: bytes) -> Path:
    """A file next to another, under a name that nothing has yet: a list half corrected stays."""
    wanted = Path(name)
    tried = 1
    beside = path.with_name(f"{path.stem}-{wanted.name}")
    while beside.exists():
        tried += 1
        beside = path.with_name(f"{path.stem}-{wanted.stem}-{tried}{wanted.suffix}")
    return write_file(beside, content)
