"""What has been said in a form: read the moment it is given, kept as plain JSON."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from bot.dialog.handler import AnyDesk, FormHandler
from bot.domain.errors import Refusal, Unreadable
from bot.domain.money import Money
from bot.domain.text import Param, Text

_SEPARATOR = re.compile(r"\s*[;\n]\s*")  # of answers given at once; a new line will do as well


class Answers:
    """The answers of one round; ``said`` is the session's own dictionary."""

    def __init__(self, handler: FormHandler, desk: AnyDesk, said: dict[str, Any]) -> None:
        self._handler = handler
        self._desk = desk
        self._said = said

    def missing(self) -> list[str]:
        """The questions still open, in order."""
        return [name for name in self._handler.asked if name not in self._said]

    def optional(self, name: str) -> bool:
        """Whether a question may be skipped."""
        return not self._handler.model.model_fields[name].is_required()

    def know(self, name: str, value: object) -> None:
        """Keep what came with the button that opened the form."""
        self._said[name] = None if value is None else self._read(name, value)

    def skip(self, name: str) -> None:
        """Leave a question unanswered for good."""
        self._said[name] = None

    def forget(self, names: list[str]) -> None:
        """Take answers back."""
        for name in names:
            self._said.pop(name, None)

    async def keep(self, name: str, typed: object) -> Text | None:
        """Keep an answer, or tell what is wrong with it."""
        try:
            kept = self._read(name, typed)
            if check := self._handler.checking.get(name):
                await check(self._desk, self._value(name, kept))
        except Refusal as refusal:
            return refusal.text
        self._said[name] = kept
        return None

    async def keep_line(self, line: str) -> tuple[str, Text] | None:
        """Keep several answers in one line; the first that is wrong, and what is wrong with it.

        Who says all that is needed in one line wants no more questions: the rest is skipped.
        """
        asked = self.missing()
        # What is left over belongs to the last answer, a note as a rule: nothing said is dropped.
        parts = _parts(line, len(asked))
        mistakes: list[tuple[str, Text]] = []
        for name, part in zip(asked, parts, strict=False):
            if part and (trouble := await self.keep(name, part)):
                mistakes.append((name, trouble))
            elif not part and self.optional(name):
                self.skip(name)
        left = self.missing()
        if parts and all(self.optional(name) for name in left):
            for name in left:
                self.skip(name)
        return mistakes[0] if mistakes else None

    def takes_numbers(self, name: str) -> bool:
        """Whether a bare number could be the answer, so that it cannot mean a choice."""
        try:
            self._read(name, "1")
        except Refusal:
            return False
        return True

    def values(self) -> dict[str, Any]:
        """What has been said so far, as values."""
        return {
            name: self._value(name, kept) for name, kept in self._said.items() if kept is not None
        }

    def whole(self) -> Any:
        """The finished form; a refusal names the answer to correct."""
        said = {name: kept for name, kept in self._said.items() if kept is not None}
        try:
            return self._handler.model.model_validate(said, context=self._desk.reading)
        except ValidationError as error:
            place = error.errors()[0]["loc"]
            field = str(place[0]) if place else None
            raise Unreadable("errors.form.unreadable", field=field) from error

    def _read(self, name: str, typed: object) -> Any:
        adapter = self._handler.fields[name]
        try:
            value = adapter.validate_python(typed, context=self._desk.reading)
        except ValidationError as error:
            raise Unreadable("errors.form.unreadable", field=name) from error
        return adapter.dump_python(value, mode="json")

    def _value(self, name: str, kept: object) -> Any:
        return self._handler.fields[name].validate_python(kept, context=self._desk.reading)


def _parts(line: str, most: int) -> list[str]:
    line = line.strip()
    if not line or most <= 1:
        return [line] if line else []
    return _SEPARATOR.split(line, most - 1)


def written(value: object) -> Param:
    """How an answer reads when it is shown again; a value may say so itself by ``shown``."""
    # Asked first, for a member of an enumeration is a string as well.
    shown: Param | None = getattr(value, "shown", None)
    if shown is not None:
        return shown
    if isinstance(value, str | int | Decimal | Money | date | datetime | Text):
        return value
    return str(value)
