"""The button on reminders that copies the Pix code: how it stands, and what the owner wants."""

from dataclasses import dataclass

from bot.domain.clock import Clock
from bot.domain.ids import PersonId
from bot.domain.own_text import OwnText, TextKey
from bot.domain.pix_button import PixButton
from bot.domain.template import TemplateStatus
from bot.domain.template_names import has_button, name_of, with_button
from bot.domain.wording import may_copy
from bot.services.ports.house import Audit
from bot.services.ports.templates import TemplateStore


@dataclass(frozen=True, slots=True)
class PixButtonView:
    """``asked``: whether there is an account; ``approved``: how many forms go with the button."""

    button: PixButton
    wanted: bool
    asked: bool = False
    approved: int = 0


class PixButtons:
    """One transaction's look at it."""

    def __init__(self, *, store: TemplateStore, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock

    async def view(self) -> PixButtonView:
        """For the screen that shows it."""
        button, kept = await self._store.pix_button(), await self._store.all()
        forms = [one.status for one in kept if has_button(one.status.name)]
        approved = sum(status.usable for status in forms)
        return PixButtonView(button, button.wanted(self._clock.now()), bool(kept), approved)

    async def wanted(self) -> bool:
        """Whether a text that is written now would go with it, as far as anybody knows."""
        view = await self.view()
        return view.wanted and view.asked

    async def stands(self, key: TextKey, own: OwnText | None) -> TemplateStatus | None:
        """How this text stands in the form with the button; none if it has no such form."""
        if not await self.wanted() or not may_copy(key.form, own.words if own else ""):
            return None
        name = with_button(name_of(own) if own else key.form)
        for kept in await self._store.all():
            if (kept.status.name, kept.status.language) == (name, key.language):
                return kept.status
        return TemplateStatus(name, key.language, "")

    async def switch(self, *, off: bool, by: PersonId) -> None:
        """Use it no more; or wherever the account takes it, which is found out anew."""
        if not await self._store.switch_button(off=off):
            return
        await self._store.forgive_button()
        deed = "pix_button.off" if off else "pix_button.on"
        await self._audit.note(deed, by, self._clock.now(), {})

    async def ask_again(self, by: PersonId) -> None:
        """Ask the account once more, now."""
        await self._store.forgive_button()
        await self._audit.note("pix_button.asked", by, self._clock.now(), {})
