"""Ask Telegram for updates, and keep each before saying that we have it.

The library's own polling confirms first and works later, so a crash loses what it held. Here the
next request, which confirms, leaves only after the updates and the cursor are committed together.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

import structlog
from telegram import Bot
from telegram.error import Conflict, EndPointNotFound, InvalidToken, TelegramError

from bot.channels.telegram.line import Throttled
from bot.channels.telegram.reasons import Reason
from bot.channels.telegram.receive import WANTED

log = structlog.get_logger(__name__)

Store: TypeAlias = Callable[[Sequence[bytes], int], Awaitable[None]]
ReportTrouble: TypeAlias = Callable[[str], Awaitable[None]]

AT_ONCE = 100

# So spelt, the library asks for the raw rows without a word about its own method, which fails
# for all rows when it cannot read one.
_GET_UPDATES = "get_Updates"


@dataclass(frozen=True, slots=True)
class Pace:
    """How long one request may wait for news, and how long failures are sat out."""

    wait_s: int = 50  # Telegram's most for one request
    first_pause_s: float = 1.0
    longest_pause_s: float = 30.0


class Poller:
    """Fetches updates until cancelled, or until Telegram says that the token is wrong."""

    def __init__(
        self,
        bot: Bot,
        store: Store,
        trouble: ReportTrouble,
        cursor: int | None = None,
        pace: Pace = Pace(),
    ) -> None:
        """``store`` keeps updates and the next cursor in one transaction.

        ``trouble`` is told a reason's name when polling fails and "" when it works again.
        """
        self._bot = bot
        self._store = store
        self._trouble = trouble
        self._cursor = cursor
        self._pace = pace
        self._failures = 0
        self._webhook_is_off = False

    async def run(self) -> None:
        """Poll for ever. Only a wrong token ends it: no later request could go better."""
        while True:
            try:
                await self.once()
            except (InvalidToken, EndPointNotFound):
                await self._failed(Reason.TOKEN_WRONG)
                return
            except Conflict:
                await self._failed(Reason.TWO_READERS)
            except Throttled as error:
                await self._failed(Reason.THROTTLED, error.after)
            except TelegramError as error:
                log.info("poll.unanswered", why=error.message)
                await self._failed(Reason.NO_CONNECTION)
            except Exception:
                # The store is away. What was fetched is not confirmed, so it comes again.
                log.exception("poll.failed")
                await self._failed(Reason.STORE_AWAY)
            else:
                await self._worked()

    async def once(self) -> int:
        """One request: what it brought is kept when this returns. How many there were."""
        if not self._webhook_is_off:
            await self._bot.delete_webhook(drop_pending_updates=False)
            self._webhook_is_off = True
        updates = await self._fetched()
        if updates:
            following = max(int(update["update_id"]) for update in updates) + 1
            await self._store([json.dumps(update).encode() for update in updates], following)
            self._cursor = following
        return len(updates)

    async def _fetched(self) -> list[dict[str, Any]]:
        asked: dict[str, Any] = {
            "timeout": self._pace.wait_s,
            "limit": AT_ONCE,
            "allowed_updates": list(WANTED),
        }
        if self._cursor is not None:
            asked["offset"] = self._cursor
        rows = await self._bot.do_api_request(
            _GET_UPDATES, api_kwargs=asked, read_timeout=self._pace.wait_s + 10
        )
        if not isinstance(rows, list):
            raise TelegramError("updates came in no list")
        return rows

    async def _failed(self, reason: Reason, after: timedelta | None = None) -> None:
        log.warning("poll.troubled", reason=reason, failures=self._failures + 1)
        await self._tell(reason)
        pause_s = min(self._pace.first_pause_s * 2**self._failures, self._pace.longest_pause_s)
        self._failures = min(self._failures + 1, 20)
        if reason is not Reason.TOKEN_WRONG:
            await asyncio.sleep(after.total_seconds() if after else pause_s)

    async def _worked(self) -> None:
        if self._failures:
            self._failures = 0
            await self._tell("")

    async def _tell(self, reason: str) -> None:
        try:
            await self._trouble(reason)
        except Exception:
            # The store is away: nobody can be told, and polling must go on.
            log.exception("poll.trouble_untold", reason=reason)
