"""Whose WhatsApp is linked by letters."""

from pydantic import BaseModel

from bot.forms.fields import PhoneNumber


class LinkByLetters(BaseModel):
    """The number of the phone that is to be linked."""

    phone: PhoneNumber
