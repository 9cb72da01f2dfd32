"""Phone numbers: read as people write them, kept in E.164, compared by one key a person."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Self

import phonenumbers

from bot.domain.errors import Unreadable
from bot.domain.names import tidy

_TYPED = re.compile(r"\(?\+?[0-9(][0-9() ./-]{0,30}")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_NOT_DIGITS = re.compile(r"[^0-9]")
# A spreadsheet that took the phone for a number writes it as 27998142173.0.
_FLOAT = re.compile(r"([0-9]{8,})\.0+")
_ADDRESS = re.compile(r"\+?([0-9]{8,15})")
_SHOWN_AT_THE_END = 4


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that can be reached from anywhere: ``+5527998142173``."""

    e164: str

    @classmethod
    def read(cls, text: str, country: str = "BR") -> Self:
        """Read what people type, with or without country code, trunk zero or ninth digit.

        Without a plus it is a number of ``country``; a foreign one needs its plus.
        """
        said = _DASHES.sub("-", unicodedata.normalize("NFKC", tidy(text)))
        said = _FLOAT.sub(r"\1", said) if _FLOAT.fullmatch(said) else said
        if not _TYPED.fullmatch(said):
            raise Unreadable("errors.phone.unreadable")
        digits = _NOT_DIGITS.sub("", said)
        abroad = "+" in said
        if country == "BR" and digits.startswith("00"):  # the way out of the country, for a plus
            abroad, digits = True, digits[2:]
        if abroad:
            brazilian, digits = digits.startswith("55"), digits.removeprefix("55")
            number = _brazilian(digits) if brazilian else _foreign(f"+{digits}", None)
        else:
            number = _brazilian(_local(digits)) if country == "BR" else _foreign(said, country)
        return cls(number)

    @property
    def digits(self) -> str:
        """Country code and number, as providers address it."""
        return self.e164[1:]

    @property
    def key(self) -> str:
        """What this person's number is known by, however it is written."""
        return phone_key(self.e164)

    @property
    def shown(self) -> str:
        """As a person reads it: ``+55 27 99814-2173``."""
        return phonenumbers.format_number(
            phonenumbers.parse(self.e164), phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )

    def local(self, country: str) -> str:
        """As it is dialled within its country, if that is ``country``; else with its plus."""
        number = phonenumbers.parse(self.e164)
        if phonenumbers.region_code_for_number(number) != country:
            return self.shown
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)

    @property
    def masked(self) -> str:
        """Enough to recognise, too little to call: ``+55 27 *****-2173``. For logs and others."""
        shown = self.shown
        parts = shown.split(" ")
        # In Brazil the area code tells whose client it may be; elsewhere it may be half the number.
        seen = len(" ".join(parts[: 2 if parts[0] == "+55" else 1]))
        middle = re.sub("[0-9]", "*", shown[seen:-_SHOWN_AT_THE_END])
        return shown[:seen] + middle + shown[-_SHOWN_AT_THE_END:]


def is_phone(address: str) -> bool:
    """Whether an address of a channel's is a phone, and no other name of an account's."""
    return _ADDRESS.fullmatch(address) is not None


def phone_key(address: str) -> str:
    """The key of a phone as a channel gives it; what is no phone comes back as it is.

    WhatsApp knows many Brazilian mobiles without the ninth digit, Mexican ones with a 1 and
    Argentine ones with a 9 that nobody dials; a key has none of them.
    """
    phone = _ADDRESS.fullmatch(address)
    if not phone:
        return address
    digits = phone[1]
    if len(digits) != 13:  # noqa: PLR2004 - the length that all three share
        return digits
    if digits.startswith("55") and digits[4] == "9" and digits[5] in "6789":
        return digits[:4] + digits[5:]
    if digits.startswith(("521", "549")):
        return digits[:2] + digits[3:]
    return digits


def calling_code(address: str) -> str:
    """Of which country a number is, as a channel gives it: ``55``; empty for what is no phone."""
    phone = _ADDRESS.fullmatch(address)
    if not phone:
        return ""
    try:
        return str(phonenumbers.parse(f"+{phone[1]}").country_code)
    except phonenumbers.NumberParseException:
        return ""


def readable(address: str) -> str:
    """A number as a network gives it, the way people write it; what is no phone as it is."""
    try:
        return Phone.read(f"+{address.removeprefix('+')}").shown
    except Unreadable:
        return address


def _local(digits: str) -> str:
    """A number as dialled within Brazil, down to area code and subscriber."""
    if digits.startswith("0"):
        digits = digits[1:]
        # 0, the two digits of a carrier, then the number: 0 15 27 99814-2173.
        return digits[2:] if len(digits) in {12, 13} else digits
    if len(digits) in {12, 13} and digits.startswith("55"):
        return digits[2:]
    if len(digits) in {8, 9}:
        raise Unreadable("errors.phone.no_area_code")
    return digits


def _brazilian(national: str) -> str:
    """E.164 of area code and subscriber; a mobile from before 2016 gets its ninth digit."""
    number = national.removeprefix("0")
    if re.fullmatch("[1-9][1-9][6-9][0-9]{7}", number):
        number = f"{number[:2]}9{number[2:]}"
    if not re.fullmatch("[1-9][1-9](9[0-9]{8}|[2-5][0-9]{7})", number):
        raise Unreadable("errors.phone.unreadable")
    return _foreign(f"+55{number}", None)


def _foreign(said: str, country: str | None) -> str:
    # WhatsApp's way of writing Mexican mobiles, which the numbering plan gave up.
    said = re.sub(r"^\+521(?=[0-9]{10}$)", "+52", said)
    try:
        number = phonenumbers.parse(said, country)
    except phonenumbers.NumberParseException as error:
        raise Unreadable("errors.phone.unreadable") from error
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        raise Unreadable("errors.phone.no_area_code")
    if not phonenumbers.is_valid_number(number):
        raise Unreadable("errors.phone.unreadable")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
