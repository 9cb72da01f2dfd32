"""Link a phone again: somebody asks for a code, and the house shows it until it is scanned.

Asked here, done by ``jobs/linking.py``: a server may take its time, and no transaction waits.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.clock import Clock
from bot.domain.errors import Conflict
from bot.domain.ids import PersonId
from bot.domain.message import Attachment, ChannelName
from bot.domain.phone import Phone
from bot.domain.text import Text, t
from bot.services.ports.delivery import ChannelStates
from bot.services.ports.desk import Shelf
from bot.services.ports.house import Audit
from bot.services.ports.linking import CODE, Asking, LinkCode, Linkings, Wanted
from bot.services.ports.post import Notice, Post, Press

ME = ChannelName.WHATSAPP
PATIENCE = timedelta(minutes=1)  # for a server that does not answer at once
MOST_SHOWN = 4  # codes of one asking: each lives less than a minute
# Stops after which only a code helps; the house asks for the first by itself.
NEEDS_A_CODE = frozenset({"evolution.logged_out", "evolution.banned", "evolution.not_linked"})


class Linking:
    """One transaction's. ``on`` is whether clients are reached through a linked device at all."""

    def __init__(
        self,
        *,
        linkings: Linkings,
        states: ChannelStates,
        post: Post,
        files: Shelf,
        audit: Audit,
        clock: Clock,
        on: bool,
    ) -> None:
        self._linkings = linkings
        self._states = states
        self._post = post
        self._files = files
        self._audit = audit
        self._clock = clock
        self.on = on

    async def ask(self, wanted: Wanted, by: PersonId, phone: Phone | None = None) -> None:
        """Have it done; what it leads to comes as a message of its own."""
        if not self.on:
            raise Conflict("link.not_here")
        asking = await self._linkings.get(ME)
        now = self._clock.now()
        begun = replace(
            asking,
            wanted=wanted,
            phone=phone.digits if phone else "",
            asked_by=by,
            asked_at=now,
            shown=0,
            code_hash="",
        )
        await self._linkings.put(ME, begun)
        deed = "channel.restarted" if wanted is Wanted.RESTART else "channel.code_asked"
        await self._audit.note(deed, by, now, {"channel": ME.value})

    async def next(self) -> Asking | None:
        """What is to be done now, if anything is."""
        if not self.on:
            return None
        asking = await self._linkings.get(ME)
        stop = await self._stop()
        if stop == asking.told:
            return asking if asking.wanted else None
        asking = replace(asking, told=stop)
        if stop and not asking.wanted:
            now = self._clock.now()
            asking = replace(asking, wanted=Wanted.CODE, asked_by=None, asked_at=now, shown=0)
        await self._linkings.put(ME, asking)
        return asking if asking.wanted else None

    async def show(self, asking: Asking, code: LinkCode) -> bool:
        """Send a code to whoever asked, if it is another than the last; whether it was.

        A newer one takes the place of the one before it.
        """
        marked = hashlib.sha256((code.code + code.letters).encode()).hexdigest()
        if marked == asking.code_hash:
            return False
        if asking.shown >= (MOST_SHOWN if asking.asked_by else 1):
            # Nobody scans: more pictures would help nobody, and a tap brings new ones.
            over = (t("link.over"),) if asking.asked_by else ()
            await self.end(asking, *over)
            return bool(over)
        body, picture = await self._drawn(code)
        await self._tell(asking, CODE, body, picture, await self._before(asking))
        await self._linkings.put(ME, replace(asking, shown=asking.shown + 1, code_hash=marked))
        return True

    async def end(self, asking: Asking, *said: Text) -> None:
        """It is done, or cannot be: say so, and do no more."""
        if said:
            await self._tell(asking, "link.end", said, None)
        kept = Asking(told=asking.told)
        await self._linkings.put(ME, kept)

    def is_late(self, asking: Asking) -> bool:
        """Whether the server has been given time enough."""
        begun = asking.asked_at or self._clock.now()
        return self._clock.now() - begun > PATIENCE

    async def _stop(self) -> str:
        """Why only a code helps; empty if it would not, or nothing is wrong."""
        view = (await self._states.all()).get(ME)
        trouble = view.trouble if view and view.is_paused(self._clock.now()) else ""
        return trouble if trouble in NEEDS_A_CODE else ""

    async def _drawn(self, code: LinkCode) -> tuple[tuple[Text, ...], Attachment | None]:
        if code.letters:
            half = len(code.letters) // 2
            shown = f"{code.letters[:half]}-{code.letters[half:]}"
            return (t("link.letters", letters=shown),), None
        file_id = await self._files.put("whatsapp.png", "image/png", code.picture)
        return (t("link.scan"),), Attachment(file_id, "whatsapp.png", "image/png")

    async def _before(self, asking: Asking) -> str | None:
        if not asking.shown or asking.asked_by is None or asking.asked_at is None:
            return None
        return await self._linkings.last_code(asking.asked_by, asking.asked_at)

    async def _tell(
        self,
        asking: Asking,
        purpose: str,
        body: Sequence[Text],
        picture: Attachment | None,
        renews: str | None = None,
    ) -> None:
        again = (Press(t("link.button.code"), "link_code"),)
        notice = Notice(purpose, body, again, picture, not_over=ME, renews=renews)
        people = [asking.asked_by] if asking.asked_by else await self._post.staff()
        for person in people:
            await self._post.tell(person, notice)
