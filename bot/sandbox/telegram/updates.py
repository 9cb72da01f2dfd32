"""What waits to be told to the bot: kept until confirmed, or pushed to its webhook."""

import json
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.courier import Post
from bot.sandbox.surroundings import Surroundings
from bot.sandbox.telegram.errors import conflict

_KEPT = {"callback_query": timedelta(seconds=150), "inline_query": timedelta(seconds=30)}
_KEPT_OTHERWISE = timedelta(hours=24)
_LONGEST_POLL_S = 50
_NOT_BY_DEFAULT = ("chat_member", "message_reaction", "message_reaction_count")
_OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
_WEBHOOK_SET = (
    "can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


@dataclass(frozen=True, slots=True)
class _Waiting:
    until: datetime
    update: dict[str, Any]


class Updates:
    """The queue behind getUpdates and setWebhook."""

    def __init__(self, around: Surroundings) -> None:
        self._clock, self._news = around.clock, around.news
        self._courier, self._faults = around.courier, around.faults
        self._queue: deque[_Waiting] = deque()
        self._last_id = 700_000
        self._poller = 0
        self._allowed: list[str] = []
        self.webhook_url = ""
        self._secret = ""

    def add(self, kind: str, content: dict[str, Any], lane: str) -> int:
        """Something happened that the bot should hear of."""
        self._last_id += 1
        update = {"update_id": self._last_id, kind: content}
        if not self._wanted(kind):
            return self._last_id
        fault = self._faults.take("telegram.update", webhook=True)
        for _ in range(2 if fault and fault.kind == "duplicate" else 1):
            until = self._clock.now() + _KEPT.get(kind, _KEPT_OTHERWISE)
            self._queue.append(_Waiting(until, update))
        while self.webhook_url and self._queue:
            self._push(lane)
        self._news.tell()
        return self._last_id

    @property
    def pending(self) -> int:
        """How many the bot has not confirmed."""
        self._forget_old()
        return len(self._queue)

    async def poll(self, offset: int, limit: int, wait_s: int) -> list[dict[str, Any]]:
        """One getUpdates: confirms what is below the offset, waits for what is not."""
        if self.webhook_url:
            raise conflict(_WEBHOOK_SET)
        self._poller += 1
        me = self._poller
        self._news.tell()
        self._confirm(offset)
        if not self._queue and wait_s > 0:
            await self._news.until(
                lambda: bool(self._queue) or self._poller != me or bool(self.webhook_url),
                min(wait_s, _LONGEST_POLL_S),
            )
        if self._poller != me or self.webhook_url:
            raise conflict(_OTHER_POLLER)
        self._forget_old()
        return [waiting.update for waiting in list(self._queue)[: max(1, min(limit, 100))]]

    def allow(self, kinds: list[str] | None) -> None:
        """Which kinds to tell of; None keeps what was said before."""
        if kinds is not None:
            self._allowed = kinds

    def set_webhook(self, url: str, secret: str, *, drop: bool) -> None:
        """Push from now on, or with no address wait to be asked."""
        self.webhook_url, self._secret = url, secret
        if drop:
            self._queue.clear()
        while url and self._queue:
            self._push("backlog")
        self._news.tell()

    def _push(self, lane: str) -> None:
        waiting = self._queue[0]
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._secret} if self._secret else {}
        body = json.dumps(waiting.update).encode()
        self._queue.popleft()
        self._courier.post(f"telegram:{lane}", Post(self.webhook_url, body, headers))

    def _wanted(self, kind: str) -> bool:
        return kind in self._allowed if self._allowed else kind not in _NOT_BY_DEFAULT

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._queue = deque(list(self._queue)[offset:])
        while self._queue and offset > 0 and self._queue[0].update["update_id"] < offset:
            self._queue.popleft()

    def _forget_old(self) -> None:
        now = self._clock.now()
        self._queue = deque(waiting for waiting in self._queue if waiting.until > now)
