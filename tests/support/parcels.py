"""Parcels to send, and words that only quote."""

from dataclasses import replace
from typing import Any

from bot.domain.ids import FileId
from bot.domain.message import Address, Attachment, Button, ChannelName, Outgoing, Parcel
from bot.domain.text import Text, plain
from bot.services.ports.words import Marks

PICTURE = Attachment(FileId(1), "pix.png", "image/png")


class Quoted:
    """Words that only quote."""

    def say(self, text: Text, language: str, style: Marks = "plain") -> str:
        return str(text.params["words"])

    def raw(self, key: str, language: str) -> str:
        return key


def a_parcel(blob: bytes | None = None, to: str = "77", **outgoing: Any) -> Parcel:
    """A short message with one button, on its way over Telegram."""
    said = Outgoing((plain("<b>Oi</b>"),), (Button(plain("Sim"), "tok"),))
    address = Address(ChannelName.TELEGRAM, to)
    return Parcel(address, replace(said, **outgoing), "pt_BR", "o-1", blob=blob)
