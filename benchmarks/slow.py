"""Ask in chat, API and webhook while WhatsApp is well, late, hanging or failing.

``python -m benchmarks.slow URL HOW`` runs a whole house and both networks in one process, with
reminders leaving all the while: what is compared is the same work with another far side.
"""

import asyncio
import hashlib
import hmac
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from unittest.mock import patch

import aiohttp

from benchmarks.children import ask, main
from benchmarks.figures import Figure, at_percent, middle
from benchmarks.house import UNLIMITED
from bot.domain.message import ChannelName
from bot.jobs.gate import LIMITS, Limits
from bot.sandbox.telegram.person import TelegramPerson
from bot.storage.migrate import upgrade
from tests.support.boxes import APP_SECRET
from tests.support.houses import a_box, a_house, engines_of
from tests.support.program import a_token
from tests.support.street import Street
from tests.support.town import OWNER_CODE
from tests.support.waiting import until

HOWS = {
    "well": {},
    "two seconds late": {"slow": 1.0},
    "hanging": {"hang": 1.0},
    "failing": {"own_error": 1.0},
}
GOAL_TIMES = 1.5
CLIENTS, PER_SECOND = 300, 8
TIMES, _WARM = 15, 3
_LATE_S = 2.0
_PATIENCE_S = 60
_A_BREATH_S = 0.02
_NEWS = b'{"object":"whatsapp_business_account","entry":[]}'


async def measure(folder: Path, *, rounds: int) -> list[Figure]:
    """Each trouble beside the same without it."""
    found: dict[str, dict[str, list[float]]] = {how: {} for how in HOWS}
    for turn in range(rounds):
        for place, how in enumerate(HOWS):
            url = f"sqlite:///{folder}/slow-{turn}-{place}.sqlite3"
            for work, ms in ask("slow", url, how).items():
                found[how].setdefault(work, []).append(ms)
    well = {work: middle(values) for work, values in found.pop("well").items()}
    return [
        _figure(work, how, middle(values), well[work])
        for how, works in found.items()
        for work, values in works.items()
    ]


def _figure(work: str, how: str, ours: float, well: float) -> Figure:
    times = ours / well
    return Figure(
        f"{work}, WhatsApp {how}",
        f"{ours:.0f} ms",
        f"{well:.0f} ms: WhatsApp is well",
        f"{times:.2f} times",
        f"at most {GOAL_TIMES} times",
        times <= GOAL_TIMES,
    )


async def works(url: str, how: str) -> dict[str, float]:
    """Milliseconds that each kind of question takes, at the median."""
    await upgrade(url)
    # Our own pace in one chat, a message a second, is none of what is measured.
    fast = {**LIMITS, ChannelName.TELEGRAM: Limits(UNLIMITED, UNLIMITED, 0.00001, UNLIMITED)}
    with patch("bot.composition.work.LIMITS", fast):
        return await _works(url, how)


async def _works(url: str, how: str) -> dict[str, float]:
    async with a_box() as box, engines_of(url) as engines:
        street = Street(box, engines)
        await street.move_in(CLIENTS)
        box.faults.mix(
            "whatsapp.messages", HOWS[how], 1, seconds=_LATE_S if "late" in how else None
        )
        async with a_house(box, url, whatsapp_messages_per_second=PER_SECOND) as town:
            owner = town.admin()
            await _chat(owner, f"/start {OWNER_CODE}")
            await _chat(owner, "/cancelar")
            token = {"Authorization": f"Bearer {await a_token(town)}"}
            base = f"http://127.0.0.1:{town.house.port}"
            async with aiohttp.ClientSession() as session:

                async def program() -> None:
                    async with session.get(f"{base}/clients", headers=token) as answer:
                        answer.raise_for_status()
                        await answer.read()

                async def webhook() -> None:
                    signed = hmac.new(APP_SECRET.encode(), _NEWS, hashlib.sha256).hexdigest()
                    headers = {"X-Hub-Signature-256": f"sha256={signed}"}
                    place = f"{base}/webhooks/whatsapp"
                    async with session.post(place, data=_NEWS, headers=headers) as answer:
                        answer.raise_for_status()

                return {
                    "chat answer": await _taken(lambda: _chat(owner, "/clientes")),
                    "API answer": await _taken(program),
                    "webhook": await _taken(webhook),
                }


async def _chat(owner: TelegramPerson, words: str) -> None:
    before = len(owner.visible())
    owner.says(words)
    await until(lambda: len(owner.visible()) >= before + 2, _PATIENCE_S)


async def _taken(work: Callable[[], Awaitable[None]]) -> float:
    took = []
    for _ in range(TIMES + _WARM):
        begun = time.perf_counter()
        await work()
        took.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(_A_BREATH_S)
    return at_percent(took[_WARM:], 50)


if __name__ == "__main__":
    main(works, *sys.argv[1:])
