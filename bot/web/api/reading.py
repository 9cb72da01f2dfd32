"""What a program sent, read twice: as JSON of the promised shape, then by the chat's own forms."""

import base64
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, TypeAdapter, ValidationError

from bot.domain.errors import Refusal, Unreadable
from bot.domain.money import Money, decimals
from bot.services.ports.paging import Key

M = TypeVar("M", bound=BaseModel)
F = TypeVar("F", bound=BaseModel)

_LONGEST_CURSOR = 600
_UNSEEN = re.compile("[\x00-\x1f\x7f]")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LARGEST = 2**63 - 1
_WRONG = {
    "missing": "errors.api.missing",
    "string_too_short": "errors.api.missing",
    "extra_forbidden": "errors.api.unknown_field",
}


def shaped(model: type[M], given: Any, *, strict: bool) -> M:
    """The shape a route promises; a refusal names the first field that has another."""
    try:
        if strict:
            return model.model_validate_json(given)
        return model.model_validate(given)
    except ValidationError as error:
        raise _refusal(error) from None


def by_form(form: type[F], given: Mapping[str, Any], context: Mapping[str, Any]) -> F:
    """The same form as in the chat, field by field, so that a refusal names its field."""
    read = {}
    for name, adapter in _adapters(form).items():
        if name in given:
            try:
                read[name] = adapter.validate_python(given[name], context=dict(context))
            except Unreadable as refusal:
                raise Unreadable(refusal.key, refusal.field or name, **refusal.params) from None
    return form.model_validate(read, context=dict(context))


def exact(amount: str, currency: str, field: str) -> str:
    """An amount as machines write it; no more decimals than its currency has."""
    whole, _, cents = amount.partition(".")
    places = decimals(currency)
    if len(cents) > places:
        raise Unreadable("errors.money.unreadable", field)
    return str(Money(int(whole + cents.ljust(places, "0")), currency))


def cursor_of(key: Key | None) -> str | None:
    """Where the next page goes on, as a word to hand back unchanged."""
    if key is None:
        return None
    return base64.urlsafe_b64encode(orjson.dumps(dict(key))).decode().rstrip("=")


def key_of(cursor: str | None, **kinds: type) -> Key | None:
    """Read one back; whatever was not made by a list of these kinds is refused."""
    if cursor is None:
        return None
    try:
        padded = cursor[:_LONGEST_CURSOR] + "=" * (-len(cursor) % 4)
        key = orjson.loads(base64.urlsafe_b64decode(padded))
    except ValueError:
        key = None
    if not isinstance(key, dict) or set(key) != set(kinds):
        raise Unreadable("errors.api.cursor", "cursor")
    for name, kind in kinds.items():
        if not _fits(key[name], kind):
            raise Unreadable("errors.api.cursor", "cursor")
    return key


def _fits(value: object, kind: type) -> bool:
    if kind is int:
        return type(value) is int and 0 <= value <= _LARGEST
    if not isinstance(value, str) or _UNSEEN.search(value):
        return False
    return kind is str or bool(_DAY.fullmatch(value) and _is_day(value))


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _refusal(error: ValidationError) -> Refusal:
    first = error.errors(include_url=False, include_context=True)[0]
    field = ".".join(str(part) for part in first["loc"]) or "body"
    if first["type"] == "string_too_long":
        return Unreadable("errors.text.too_long", field, most=int(first["ctx"]["max_length"]))
    return Unreadable(_WRONG.get(first["type"], "errors.api.wrong_kind"), field)


@cache
def _adapters(form: type[BaseModel]) -> Mapping[str, TypeAdapter[Any]]:
    return {
        name: TypeAdapter(info.rebuild_annotation()) for name, info in form.model_fields.items()
    }
