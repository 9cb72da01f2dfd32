"""Clients as programs send and ask for them."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from bot.domain.charge import Standing
from bot.web.api.shapes import (
    USUAL_ROWS,
    Amount,
    Asking,
    Cursor,
    IsoDay,
    Name,
    NoteWords,
    PhoneWords,
    PlanWords,
    Rows,
)


class ClientIn(Asking):
    """A client to be billed: what `/novo` asks in the chat, by the same rules."""

    name: Name
    phone: PhoneWords
    plan: PlanWords
    price: Amount
    first_due: IsoDay
    note: NoteWords | None = None


class ClientPatch(Asking):
    """What is to change; what is left out stays. A plan without a price brings its own."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    name: Name | None = None
    phone: PhoneWords | None = None
    plan: PlanWords | None = None
    price: Amount | None = None
    next_due: IsoDay | None = None
    note: NoteWords | None = None
    standing: Literal["active", "paused"] | None = None
    opted_out: bool | None = None


class ClientQuery(Asking):
    """Which clients. All that is given must hold."""

    q: Annotated[
        str | None,
        Field(min_length=1, max_length=60, description="Part of a name, of a phone, or `#tag`."),
    ] = None
    status: Standing | None = None
    plan: PlanWords | None = None
    amount_from: Amount | None = None
    amount_to: Amount | None = None
    due_from: IsoDay | None = None
    due_to: IsoDay | None = None
    limit: Rows = USUAL_ROWS
    cursor: Cursor = None
