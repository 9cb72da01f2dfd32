"""What a house is taken through: its handlers, its commands, and the buttons of forms and lists."""

from collections.abc import Awaitable, Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.dialog import form_buttons, lists
from bot.dialog.handler import AnyDesk, Handler
from bot.dialog.screen import Screen
from bot.dialog.session import Session
from bot.dialog.switchboard import Fallbacks, Switchboard
from bot.domain.names import fold
from bot.handlers import EVERY
from bot.handlers.client_talk import client_says
from bot.handlers.commands import COMMANDS, SPELLINGS
from bot.handlers.home import home, staff_says
from bot.handlers.start import stranger_says

AnyHandler = TypeVar("AnyHandler", bound=Handler)

_BUTTONS = form_buttons.BUTTONS | {lists.NARROW}
ALL = frozenset(
    {handler.name for handler in EVERY} | {f"/{command}" for command in SPELLINGS} | _BUTTONS
)
"""Every part there is to play: a form has been played once it is handed over."""


@dataclass
class Played:
    """Hands out switchboards, and remembers what went through them."""

    parts: set[str] = field(default_factory=set)

    def switchboard(self) -> Switchboard:
        """Like the house's own, but listened to."""
        fallbacks = Fallbacks(*map(self._heard, (home, staff_says, client_says, stranger_says)))
        return _Listened(self.parts, map(self._heard, EVERY), COMMANDS, fallbacks)

    def _heard(self, handler: AnyHandler) -> AnyHandler:
        heard = copy(handler)
        heard.run = self._noting(handler.name, handler.run)
        return heard

    def _noting(self, name: str, run: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        """What is refused has not been played."""

        async def noting(*given: Any, **about: Any) -> Any:
            done = await run(*given, **about)
            self.parts.add(name)
            return done

        return noting


class _Listened(Switchboard):
    def __init__(self, parts: set[str], *usual: Any) -> None:
        super().__init__(*usual)
        self._parts = parts

    async def _call(
        self, name: str, about: Mapping[str, Any], session: Session, desk: AnyDesk
    ) -> Screen:
        if name in _BUTTONS:
            self._parts.add(name)
        return await super()._call(name, about, session, desk)

    async def _command(self, text: str, session: Session, desk: AnyDesk) -> Screen:
        said = fold(text.removeprefix("/").split()[0])
        self._parts |= {f"/{name}" for name, all_ in SPELLINGS.items() if said in all_}
        return await super()._command(text, session, desk)
