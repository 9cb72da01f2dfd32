"""Find who answers: a button's deed, a command, a choice said in words, an open question."""

from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.dialog import form_buttons, lists
from bot.dialog.forms import Conversation
from bot.dialog.handler import Action, AnyDesk, FormHandler, Handler, Listing
from bot.dialog.lists import ListView
from bot.dialog.screen import Deed, Screen, say
from bot.dialog.session import Expecting, Session
from bot.dialog.spoken import CANCEL, CONTINUE, means, spoken_choice
from bot.domain.errors import NotAllowed, Refusal
from bot.domain.message import Incoming
from bot.domain.names import fold
from bot.domain.role import Role


@dataclass(frozen=True, slots=True)
class Fallbacks:
    """Who answers what nobody else does: home, and the free words of each kind of person."""

    home: Action
    staff: Action
    client: Action
    stranger: Action


class Switchboard:
    """Every handler, found by name and by command; built once, checked at start-up."""

    def __init__(
        self, handlers: Iterable[Handler], commands: Mapping[str, str], fallbacks: Fallbacks
    ) -> None:
        """``commands`` maps every spelling ("novo", "new", "nuevo") to a handler's command."""
        self._by_name: dict[str, Handler] = {}
        by_command: dict[str, Handler] = {}
        for handler in handlers:
            if handler.name in self._by_name or handler.command in by_command:
                msg = f"two handlers are called {handler.name} or {handler.command}"
                raise ValueError(msg)
            self._by_name[handler.name] = handler
            if handler.command:
                by_command[handler.command] = handler
        self._commands = {said: by_command[command] for said, command in commands.items()}
        self._fallbacks = fallbacks

    async def answer(self, incoming: Incoming, session: Session, desk: AnyDesk) -> Screen:
        """The screen that follows; the session is changed in place. Refusals are answers."""
        return await self._settle(self._route(incoming, session, desk), session, desk)

    async def open(self, deed: Deed, session: Session, desk: AnyDesk) -> Screen:
        """The screen of a deed that no tap asked for, such as the questions after a welcome."""
        return await self._settle(self._call(deed.name, deed.about, session, desk), session, desk)

    async def _settle(self, told: Awaitable[Screen], session: Session, desk: AnyDesk) -> Screen:
        try:
            screen = await told
        except Refusal as refusal:
            session.in_form = False
            screen = say(refusal.text)
            if desk.role.is_staff:
                screen = screen.offer("go.home", self._fallbacks.home)
        if not session.in_form:
            session.numbers_mean_choices = screen.expects is None
        session.expecting = (
            Expecting(name=screen.expects.name, about=dict(screen.expects.about))
            if screen.expects
            else None
        )
        if session.form and not session.in_form and desk.role.is_staff:
            screen = screen.offer("form.resume", form_buttons.RESUMED, serial=session.form.serial)
        return screen

    async def _route(self, incoming: Incoming, session: Session, desk: AnyDesk) -> Screen:
        if incoming.token is not None:
            return await self._tapped(incoming.token, incoming, session, desk)
        if incoming.file_id is not None or incoming.unsupported or not desk.role.is_staff:
            return await self._otherwise(incoming, session, desk)
        text = incoming.text.strip()
        if means(text, CANCEL):
            return self._cancel(session)
        if text.startswith("/"):
            return await self._command(text, session, desk)
        if token := spoken_choice(text, session):
            return await self._tapped(token, incoming, session, desk)
        return await self._words(text, incoming, session, desk)

    async def _words(
        self, text: str, incoming: Incoming, session: Session, desk: AnyDesk
    ) -> Screen:
        """Free words of the house: to whoever asked for them, else perhaps a bare command."""
        if session.expecting:
            expecting = session.expecting
            session.in_form = False
            return await self._call(
                expecting.name, {**expecting.about, "typed": text}, session, desk
            )
        if session.form and session.in_form:
            return await self._conversation(session, desk).hear(text)
        if session.form and means(text, CONTINUE):
            return await self._conversation(session, desk).show()
        word = fold(text).split(" ")[0]
        if word in self._commands:
            return await self._command(text, session, desk)
        return await self._otherwise(incoming, session, desk)

    async def _tapped(
        self, token: str, incoming: Incoming, session: Session, desk: AnyDesk
    ) -> Screen:
        ticket = await desk.ticket(token)
        # To strangers all taps look alike; of a client's that is gone the label's words are left.
        if desk.role is Role.STRANGER or (ticket is None and not desk.role.is_staff):
            return await self._otherwise(incoming, session, desk)
        if ticket is None:
            session.in_form = False
            return say("button.gone").offer("go.home", self._fallbacks.home)
        return await self._call(ticket.deed, ticket.about, session, desk)

    async def _call(
        self, name: str, about: Mapping[str, Any], session: Session, desk: AnyDesk
    ) -> Screen:
        if name == form_buttons.CANCELLED:
            return self._cancel(session)
        if name in form_buttons.BUTTONS:
            return await self._form_button(name, about, session, desk)
        session.in_form = False
        if name == lists.NARROW:
            narrowed = self._by_name[about["list"]]
            assert isinstance(narrowed, Listing)  # only lists write this deed
            allow(narrowed, desk.role)
            return await ListView(narrowed, desk, self._fallbacks.home).narrow(about)
        return await self._run(self._by_name[name], about, session, desk)

    async def _run(
        self, handler: Handler, about: Mapping[str, Any], session: Session, desk: AnyDesk
    ) -> Screen:
        allow(handler, desk.role)
        session.in_form = False
        match handler:
            case Listing():
                return await ListView(handler, desk, self._fallbacks.home).show(about)
            case FormHandler():
                return await Conversation.begin(handler, desk, session, about)
        if not handler.keeps_form:
            session.form = None
        return await self._act(handler, about, session, desk)

    async def _act(
        self, handler: Action, about: Mapping[str, Any], session: Session, desk: AnyDesk
    ) -> Screen:
        async with desk.trying():
            done = await handler.run(desk, **about)
        if isinstance(done, Deed):
            return await self._call(done.name, done.about, session, desk)
        return done

    async def _form_button(
        self, name: str, about: Mapping[str, Any], session: Session, desk: AnyDesk
    ) -> Screen:
        if session.form is None:
            return say("form.over").offer("go.home", self._fallbacks.home)
        return await self._conversation(session, desk).press(name, about)

    def _conversation(self, session: Session, desk: AnyDesk) -> Conversation:
        assert session.form is not None  # asked by every caller
        handler = self._by_name[session.form.name]
        assert isinstance(handler, FormHandler)  # only forms open forms
        allow(handler, desk.role)
        return Conversation(handler, desk, session)

    def _cancel(self, session: Session) -> Screen:
        said = "form.cancelled" if session.form else "form.nothing_to_cancel"
        session.form = None
        session.in_form = False
        return say(said).offer("go.home", self._fallbacks.home)

    async def _command(self, text: str, session: Session, desk: AnyDesk) -> Screen:
        said, rest = [*text.removeprefix("/").split(maxsplit=1), "", ""][:2]
        handler = self._commands.get(fold(said.split("@")[0]))
        if handler is None:
            session.in_form = False
            return say("command.unknown").offer("go.home", self._fallbacks.home)
        about = {"typed": rest.strip()} if rest.strip() else {}
        return await self._run(handler, about, session, desk)

    async def _otherwise(self, incoming: Incoming, session: Session, desk: AnyDesk) -> Screen:
        by_role = {Role.STRANGER: self._fallbacks.stranger, Role.CLIENT: self._fallbacks.client}
        handler = by_role.get(desk.role, self._fallbacks.staff)
        session.in_form = session.in_form and not incoming.file_id
        return await self._act(handler, {"incoming": incoming}, session, desk)


def allow(handler: Handler, role: Role) -> None:
    """Let only those with the right to it past."""
    if role < handler.needs:
        raise NotAllowed("errors.not_allowed")
