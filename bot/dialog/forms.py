"""Ask one thing at a time, take back, skip, read back, and hand over one finished value."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.dialog.answers import Answers, written
from bot.dialog.form_buttons import ANSWER, CANCELLED, CHANGED, SAVED, SKIPPED, WENT_BACK
from bot.dialog.handler import AnyDesk, FormHandler
from bot.dialog.screen import Offer, Screen
from bot.dialog.session import OpenForm, Session
from bot.dialog.spoken import BACK, SAVE, SKIP, means
from bot.domain.errors import Refusal
from bot.domain.message import Style
from bot.domain.text import Text, t


class Conversation:
    """One round of a form with one person; all it remembers is in the session."""

    def __init__(self, handler: FormHandler, desk: AnyDesk, session: Session) -> None:
        """The session must have this handler's form open, but for ``begin``, which opens it."""
        self._handler = handler
        self._desk = desk
        self._session = session
        said = session.form.said if session.form else {}
        self._answers = Answers(handler, desk, said)

    @classmethod
    async def begin(
        cls,
        handler: FormHandler,
        desk: AnyDesk,
        session: Session,
        about: Mapping[str, Any],
    ) -> Screen:
        """Start anew with what is known; ``typed`` may bring several answers in one line."""
        session.form = OpenForm(name=handler.name, serial=secrets.token_hex(3))
        self = cls(handler, desk, session)
        for name, value in about.items():
            if name in handler.fields:
                self._answers.know(name, value)
        return await self._take_line(str(about.get("typed", "")))

    async def hear(self, typed: str) -> Screen:
        """Typed words: an answer to the question, or a word that steers."""
        asking = self._form.asking
        if means(typed, BACK):
            return await self._back()
        if asking is None:
            if means(typed, SAVE):
                return await self._finish()
            return await self._read_back(t("form.use_buttons"))
        if means(typed, SKIP) and self._answers.optional(asking):
            return await self._skip(asking)
        return await self._answer(asking, typed)

    async def press(self, deed: str, about: Mapping[str, Any]) -> Screen:
        """A button of this form; one of an earlier round only shows how things stand."""
        if about.get("serial") != self._form.serial:
            return await self.show(t("form.stale_button"))
        field = str(about.get("field", ""))
        presses: dict[str, Callable[[], Awaitable[Screen]]] = {
            ANSWER: lambda: self._answer(field, about["value"]),
            SKIPPED: lambda: self._skip(field),
            WENT_BACK: self._back,
            SAVED: self._finish,
            CHANGED: lambda: self._change(field),
        }
        return await presses.get(deed, self.show)()

    async def show(self, note: Text | None = None) -> Screen:
        """Where the form stands, perhaps with a word first."""
        asking = self._form.asking
        return await self._ask(asking, note) if asking else await self._read_back(note)

    @property
    def _form(self) -> OpenForm:
        form = self._session.form
        assert form is not None  # a conversation is only held over an open form
        return form

    async def _take_line(self, line: str) -> Screen:
        """Several answers at once; the first mistake is asked again and nothing typed is lost."""
        mistake = await self._answers.keep_line(line)
        return await self._ask(*mistake) if mistake else await self._go_on()

    async def _go_on(self) -> Screen:
        if left := self._answers.missing():
            return await self._ask(left[0])
        return await self._read_back() if self._handler.confirm else await self._finish()

    async def _answer(self, name: str, typed: object) -> Screen:
        if trouble := await self._answers.keep(name, typed):
            return await self._ask(name, trouble)
        return await self._after()

    async def _skip(self, name: str) -> Screen:
        if not self._answers.optional(name):
            return await self._ask(name)
        self._answers.skip(name)
        return await self._after()

    async def _after(self) -> Screen:
        self._form.returning = False
        return await self._go_on()

    async def _change(self, name: str) -> Screen:
        self._form.returning = True
        return await self._ask(name)

    async def _back(self) -> Screen:
        if self._form.returning:
            return await self._after()
        asked = self._handler.asked
        place = asked.index(self._form.asking) if self._form.asking else len(asked)
        before = max(place - 1, 0)
        self._answers.forget(asked[before:])
        return await self._ask(asked[before])

    async def _ask(self, name: str, note: Text | None = None) -> Screen:
        self._form.asking = name
        self._session.in_form = True
        self._session.numbers_mean_choices = not self._answers.takes_numbers(name)
        asked, serial = self._handler.asked, self._form.serial
        screen = Screen((note,) if note else ())
        if len(asked) > 1:
            screen = screen.add("form.step", step=asked.index(name) + 1, of=len(asked))
        screen = screen.add(f"form.{self._handler.name}.{name}")
        for offer in await self._offers(name):
            screen = screen.offer(
                offer.label, ANSWER, offer.hint, serial=serial, field=name, value=offer.value
            )
        if self._answers.optional(name):
            screen = screen.offer("form.skip", SKIPPED, serial=serial, field=name)
        if asked[0] != name or self._form.returning:
            screen = screen.offer("form.back", WENT_BACK, serial=serial)
        return screen.offer("form.cancel", CANCELLED, serial=serial)

    async def _offers(self, name: str) -> Sequence[Offer]:
        if offering := self._handler.offering.get(name):
            return await offering(self._desk, self._answers.values())
        return ()

    async def _read_back(self, note: Text | None = None) -> Screen:
        self._form.asking = None
        self._session.in_form = True
        self._session.numbers_mean_choices = True
        try:
            lines = await self._review()
        except Refusal as refusal:
            return await self._refused(refusal)
        serial = self._form.serial
        screen = Screen((*((note,) if note else ()), *lines))
        screen = screen.offer("form.save", SAVED, style=Style.PRIMARY, serial=serial)
        for name in self._handler.asked:
            label = t("form.change", what=t(f"field.{name}"))
            screen = screen.offer(label, CHANGED, serial=serial, field=name)
        return screen.offer("form.cancel", CANCELLED, serial=serial)

    async def _review(self) -> list[Text]:
        """Every answer as it was understood, and what the handler has to say about the whole."""
        answers = self._answers.whole()
        lines = [t(f"form.{self._handler.name}.check")]
        for name in self._handler.asked:
            value = getattr(answers, name)
            shown = t("form.nothing") if value is None else written(value)
            lines.append(t("form.readback", label=t(f"field.{name}"), value=shown))
        if reviewing := self._handler.reviewing:
            lines.append(await reviewing(answers, self._desk))
        return lines

    async def _finish(self) -> Screen:
        if left := self._answers.missing():
            return await self._ask(left[0])
        try:
            answers = self._answers.whole()
            async with self._desk.trying():
                screen = await self._handler.run(answers, self._desk)
        except Refusal as refusal:
            return await self._refused(refusal)
        self._session.form = None
        self._session.in_form = False
        return screen

    async def _refused(self, refusal: Refusal) -> Screen:
        """Ask again what the refusal names; where it names nothing, offer the ways out."""
        asked = self._handler.asked
        if refusal.field in asked:
            self._form.returning = self._handler.confirm
            return await self._ask(refusal.field, refusal.text)
        if not self._handler.confirm:
            return await self._ask(asked[-1], refusal.text)  # there is nothing to read back
        self._form.asking = None
        serial = self._form.serial
        screen = Screen((refusal.text,)).offer("form.back", WENT_BACK, serial=serial)
        return screen.offer("form.cancel", CANCELLED, serial=serial)
