"""The three shapes of a conversation, a form, a list, an action, as values with a name."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel, TypeAdapter

from bot.dialog.screen import Deed, Offer, Page, Screen
from bot.domain.role import Role
from bot.domain.text import Text
from bot.domain.ticket import Ticket


class Asking(Protocol):
    """What the engine itself needs of a desk; handlers see the whole desk."""

    @property
    def role(self) -> Role:
        """What the person may do."""
        ...

    @property
    def language(self) -> str:
        """The person's language."""
        ...

    @property
    def reading(self) -> dict[str, Any]:
        """What typed words are read by: today, country, currency."""
        ...

    async def ticket(self, token: str) -> Ticket | None:
        """What lies behind a button of this person's, if it still stands."""
        ...

    def trying(self) -> AbstractAsyncContextManager[object]:
        """A stretch that leaves no trace in the store if it is refused."""
        ...


# Handlers take the desk of their own floor, which the engine hands through unseen.
AnyDesk = Any
Said = Mapping[str, Any]
OffersFor = Callable[[AnyDesk, Said], Awaitable[Sequence[Offer]]]
CheckOf = Callable[[AnyDesk, Any], Awaitable[None]]


@dataclass(slots=True)
class Action:
    """Something done or shown at once; it may also hand on to another handler's deed."""

    name: str
    run: Callable[..., Awaitable[Screen | Deed]]
    command: str | None
    needs: Role
    keeps_form: bool = True


@dataclass(slots=True)
class FormHandler:
    """Questions asked one at a time, read back, then handed over as one value."""

    name: str
    model: type[BaseModel]
    run: Callable[[Any, AnyDesk], Awaitable[Screen]]
    command: str | None
    needs: Role
    confirm: bool
    hidden: frozenset[str]
    fields: dict[str, TypeAdapter[Any]] = field(default_factory=dict)
    offering: dict[str, OffersFor] = field(default_factory=dict)
    checking: dict[str, CheckOf] = field(default_factory=dict)
    reviewing: Callable[[Any, AnyDesk], Awaitable[Text]] | None = None

    def offers(self, name: str) -> Callable[[OffersFor], OffersFor]:
        """Register ready answers for a field."""
        if name not in self.fields:
            msg = f"{self.name} asks nothing called {name}"
            raise LookupError(msg)

        def keep(given: OffersFor) -> OffersFor:
            self.offering[name] = given
            return given

        return keep

    def checks(self, name: str) -> Callable[[CheckOf], CheckOf]:
        """Register what must hold of an answer before the next question: it raises a refusal."""
        if name not in self.fields:
            msg = f"{self.name} asks nothing called {name}"
            raise LookupError(msg)

        def keep(given: CheckOf) -> CheckOf:
            self.checking[name] = given
            return given

        return keep

    def review(
        self, given: Callable[[Any, AnyDesk], Awaitable[Text]]
    ) -> Callable[[Any, AnyDesk], Awaitable[Text]]:
        """Register what is told before the yes."""
        self.reviewing = given
        return given

    @property
    def asked(self) -> list[str]:
        """The fields a person is asked for, in order."""
        return [name for name in self.fields if name not in self.hidden]


@dataclass(slots=True)
class Listing:
    """A list: narrowed by a filter, a page at a time."""

    name: str
    filter: type[BaseModel]
    run: Callable[[Any, Mapping[str, Any] | None, AnyDesk], Awaitable[Page]]
    command: str | None
    needs: Role
    typed: str | None
    fields: dict[str, TypeAdapter[Any]] = field(default_factory=dict)
    offering: dict[str, OffersFor] = field(default_factory=dict)

    def offers(self, name: str) -> Callable[[OffersFor], OffersFor]:
        """Register ready values for a filter."""
        if name not in self.fields:
            msg = f"{self.name} has no filter called {name}"
            raise LookupError(msg)

        def keep(given: OffersFor) -> OffersFor:
            self.offering[name] = given
            return given

        return keep


Handler = Action | FormHandler | Listing


def adapters(model: type[BaseModel]) -> dict[str, TypeAdapter[Any]]:
    """One reader for each field, so that an answer is checked the moment it is given."""
    return {
        name: TypeAdapter(info.rebuild_annotation()) for name, info in model.model_fields.items()
    }


def action(
    command: str | None = None, *, needs: Role = Role.MANAGER, keeps_form: bool = True
) -> Callable[[Callable[..., Awaitable[Screen | Deed]]], Action]:
    """Make an action of a coroutine ``(desk, **about) -> Screen``."""

    def make(run: Callable[..., Awaitable[Screen | Deed]]) -> Action:
        return Action(run.__name__, run, command, needs, keeps_form)

    return make


def form(
    model: type[BaseModel],
    command: str | None = None,
    *,
    needs: Role = Role.MANAGER,
    confirm: bool = True,
    hidden: Sequence[str] = (),
) -> Callable[[Callable[[Any, AnyDesk], Awaitable[Screen]]], FormHandler]:
    """Make a form of a coroutine ``(answers, desk) -> Screen``; ``hidden`` come with its button."""

    def make(run: Callable[[Any, AnyDesk], Awaitable[Screen]]) -> FormHandler:
        return FormHandler(
            run.__name__, model, run, command, needs, confirm, frozenset(hidden), adapters(model)
        )

    return make


def listing(
    model: type[BaseModel],
    command: str | None = None,
    *,
    needs: Role = Role.VIEWER,
    typed: str | None = None,
) -> Callable[[Callable[[Any, Mapping[str, Any] | None, AnyDesk], Awaitable[Page]]], Listing]:
    """Make a list of ``(filter, after, desk) -> Page``; ``typed`` is the filter words go to."""

    def make(run: Callable[[Any, Mapping[str, Any] | None, AnyDesk], Awaitable[Page]]) -> Listing:
        return Listing(run.__name__, model, run, command, needs, typed, adapters(model))

    return make
