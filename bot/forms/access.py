"""A program that is to be let in: what it is called, and what it may do."""

from typing import Annotated

from pydantic import BaseModel, PlainSerializer, PlainValidator

from bot.domain.errors import Unreadable
from bot.domain.names import fold
from bot.domain.scope import Scope
from bot.domain.text import Text, t
from bot.forms.fields import SearchWords

# What people choose from; the command line may grant each by itself.
GRANTS: dict[str, tuple[Scope, ...]] = {
    "read": (Scope.READ,),
    "write": (Scope.READ, Scope.WRITE),
    "send": (Scope.READ, Scope.WRITE, Scope.SEND),
}
_SPOKEN = {
    "read": ("read", "ler", "leer", "so ler", "1"),
    "write": ("write", "mudar", "cambiar", "change", "2"),
    "send": ("send", "tudo", "todo", "everything", "3"),
}


class Grant(str):
    """One of ``GRANTS``, as a form shows it."""

    __slots__ = ()

    @property
    def shown(self) -> Text:
        """As it is read back."""
        return t(f"api.grant.{self}")


def _grant(typed: object) -> Grant:
    said = fold(str(typed))
    for grant, words in _SPOKEN.items():
        if said in words:
            return Grant(grant)
    raise Unreadable("errors.api.grant")


GrantField = Annotated[Grant, PlainValidator(_grant), PlainSerializer(str, return_type=str)]


class NewToken(BaseModel, frozen=True):
    """One more program."""

    token_name: SearchWords
    grant: GrantField
