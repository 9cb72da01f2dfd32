"""Show a list a page at a time, with its filters in sight and each one removable."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from bot.dialog.answers import written
from bot.dialog.handler import AnyDesk, Listing
from bot.dialog.screen import Choice, Deed, Named, Screen, say
from bot.domain.errors import Refusal, Unreadable
from bot.domain.text import Text, t

NARROW = "list.narrow"
_MOST = 10  # what a WhatsApp list holds; with more, the choices become numbers to type


class ListView:
    """One list for one person; its filter and its place travel in the buttons."""

    def __init__(self, handler: Listing, desk: AnyDesk, home: Named) -> None:
        self._handler = handler
        self._desk = desk
        self._home = home

    async def show(self, about: Mapping[str, Any]) -> Screen:
        """A page; ``typed`` words become the filter the list names for them."""
        said = dict(about.get("filter") or {})
        if (typed := about.get("typed")) and self._handler.typed:
            said[self._handler.typed] = typed
        try:
            wanted = self._whole(said)
        except Refusal as refusal:
            refused = say(refusal.text).offer("list.all", self._handler)
            return refused.offer("go.home", self._home)
        return await self._page(wanted, about.get("after"))

    async def narrow(self, about: Mapping[str, Any]) -> Screen:
        """Ask by what to narrow, then for the value; typed or tapped, it comes back here."""
        said = dict(about.get("filter") or {})
        field = about.get("field")
        if field not in self._handler.fields:
            return self._which(said)
        if "typed" not in about:
            return await self._value_of(field, said)
        narrowed = {**said, field: about["typed"]}
        try:
            self._read(field, about["typed"])
            return await self._page(self._whole(narrowed), None)
        except Refusal as refusal:
            return await self._value_of(field, said, refusal.text)

    def _read(self, name: str, typed: object) -> Any:
        try:
            return self._handler.fields[name].validate_python(typed, context=self._desk.reading)
        except ValidationError as error:
            raise Unreadable("errors.form.unreadable", field=name) from error

    def _whole(self, said: Mapping[str, Any]) -> Any:
        try:
            return self._handler.filter.model_validate(dict(said), context=self._desk.reading)
        except ValidationError as error:
            raise Unreadable("errors.form.unreadable") from error

    async def _page(self, wanted: Any, after: Mapping[str, Any] | None) -> Screen:
        page = await self._handler.run(wanted, after, self._desk)
        said = wanted.model_dump(mode="json", exclude_none=True)
        screen = say(page.title)
        if not page.rows:
            screen = screen.add(page.empty or t("list.empty"))
        for row in page.rows:
            screen = screen.choose(Choice(row.label, row.opens, row.hint))
        if page.next is not None:
            screen = screen.offer("list.more", self._handler, filter=said, after=dict(page.next))
        screen = self._steering(screen, wanted, said)
        for choice in page.extra:
            screen = screen.choose(choice)
        if len(screen.choices) < _MOST:
            screen = screen.offer("go.home", self._home)
        return screen

    def _steering(self, screen: Screen, wanted: Any, said: Mapping[str, Any]) -> Screen:
        for name in said:
            label = t(f"field.{name}")
            screen = screen.add("list.filtered", label=label, value=written(getattr(wanted, name)))
            rest = {key: value for key, value in said.items() if key != name}
            screen = screen.offer(t("list.without", label=label), self._handler, filter=rest)
        if self._handler.fields:
            screen = screen.offer("list.filter", NARROW, list=self._handler.name, filter=dict(said))
        return screen

    def _which(self, said: Mapping[str, Any]) -> Screen:
        screen = say("list.by_what")
        for name in self._handler.fields:
            screen = screen.offer(
                t(f"field.{name}"), NARROW, list=self._handler.name, filter=dict(said), field=name
            )
        return screen.offer("list.back", self._handler, filter=dict(said))

    async def _value_of(
        self, field: str, said: Mapping[str, Any], note: Text | None = None
    ) -> Screen:
        about: dict[str, object] = {
            "list": self._handler.name,
            "filter": dict(said),
            "field": field,
        }
        screen = Screen((note,) if note else ()).add(f"filter.{field}")
        if offering := self._handler.offering.get(field):
            for offer in await offering(self._desk, said):
                deed = Deed(NARROW, {**about, "typed": offer.value})
                screen = screen.choose(Choice(offer.label, deed, offer.hint))
        screen = screen.offer("list.back", self._handler, filter=dict(said))
        return screen.expecting(NARROW, **about)
