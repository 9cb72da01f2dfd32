"""The keys of backups: whom they are encrypted for, and the files that secret ones lie in."""

from pathlib import Path

from bot.composition.disk import read_file, write_file
from bot.config import Settings
from bot.domain.errors import Refusal
from bot.domain.text import plain
from bot.storage.sealing import new_identity

_MOST_BYTES = 64 * 1024
_SECRET = "AGE-SECRET-KEY-"  # noqa: S105 - how such a line begins


def recipients_of(settings: Settings) -> list[str]:
    """Whom backups are encrypted for; none switches them off."""
    return settings.backup_recipient.replace(",", " ").split()


def make_key(path: Path) -> str:
    """Write a new secret key, as ``age-keygen`` does; the recipient that belongs to it."""
    if path.exists():
        raise Refusal("errors.backup.key_exists", file=plain(str(path)))
    secret, recipient = new_identity()
    write_file(path, f"# public key: {recipient}\n{secret}\n".encode())
    return recipient


def keys_in(path: Path) -> list[str]:
    """The secret keys of a file such as ``age-keygen`` writes."""
    lines = read_file(path, _MOST_BYTES).decode(errors="replace").splitlines()
    found = [line.strip() for line in lines if line.strip().startswith(_SECRET)]
    if not found:
        raise Refusal("errors.backup.no_key")
    return found
