"""Clients as programs send and ask for them."""

from typing import Annotated, Literal

from pydantic import Field

from bot.domain.charge import Standing
from bot.web.api.shapes import USUAL_ROWS, Amount, Asking, Cursor, IsoDay, Rows, Words


class ClientIn(Asking):
    """A client to be billed: what `/novo` asks in the chat, by the same rules."""

    name: Words
    phone: Annotated[Words, Field(examples=["+55 11 98765-4321"])]
    plan: Annotated[Words, Field(description="The name of a plan of the house.")]
    price: Amount
    first_due: IsoDay
    note: Words | None = None


class ClientPatch(Asking):
    """What is to change; what is left out stays. A plan without a price brings its own."""

    name: Words = ""
    phone: Words = ""
    plan: Words = ""
    price: Amount = ""
    next_due: IsoDay | None = None
    note: Words = ""
    standing: Literal["active", "paused"] | None = None
    opted_out: bool | None = None


class ClientQuery(Asking):
    """Which clients. All that is given must hold."""

    q: Annotated[
        str | None, Field(max_length=60, description="Part of a name, of a phone, or `#tag`.")
    ] = None
    status: Standing | None = None
    plan: Annotated[str | None, Field(max_length=500)] = None
    amount_from: Amount | None = None
    amount_to: Amount | None = None
    due_from: IsoDay | None = None
    due_to: IsoDay | None = None
    limit: Rows = USUAL_ROWS
    cursor: Cursor = None
