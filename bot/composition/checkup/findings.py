"""What a look at one part found: how it stands, in words, and what to do about it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from bot.domain.errors import Refusal
from bot.domain.text import Text, plain, t

PATIENCE_S = 12.0


class State(IntEnum):
    """How a part stands; the higher, the worse."""

    OFF = 0  # not wanted here, and not missed
    OK = 1
    ATTENTION = 2
    BROKEN = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a check-up. ``check`` names the part for programs; ``doctor.check.<it>``."""

    check: str
    state: State
    said: Text
    todo: Text | None = None

    def as_json(self, say: Callable[[Text], str]) -> dict[str, str | None]:
        """In plain values."""
        return {
            "check": self.check,
            "state": self.state.name.lower(),
            "message": say(self.said),
            "todo": say(self.todo) if self.todo else None,
        }


def worst(findings: Sequence[Finding]) -> State:
    """How the whole stands."""
    return max((finding.state for finding in findings), default=State.OK)


async def in_time(check: str, look: Callable[[], Awaitable[list[Finding]]]) -> list[Finding]:
    """What a look finds; that it took too long, or failed, is a finding too."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await look()
    except TimeoutError:
        slow = t("doctor.timeout", seconds=int(PATIENCE_S))
        return [Finding(check, State.BROKEN, slow, t("doctor.timeout.todo"))]
    except Refusal as refusal:
        return [Finding(check, State.BROKEN, refusal.text)]
    except Exception as error:  # noqa: BLE001 - the other looks go on, and this one says so
        return [Finding(check, State.BROKEN, t("doctor.failed", why=plain(type(error).__name__)))]
