"""Pix: the key a business is paid by, and the "copia e cola" code that asks for an amount.

Static codes, as in the Banco Central's "Manual de Padrões para Iniciação do Pix".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from bot.domain import brcode
from bot.domain.errors import Unreadable
from bot.domain.money import Money
from bot.domain.names import tidy
from bot.domain.phone import Phone
from bot.domain.tax_ids import is_cnpj, is_cpf

_EVP = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_EMAIL = re.compile(r"[a-z0-9.!#$&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
_LONGEST_KEY = 77  # more would burst the code's field
_CPF_MARKED = re.compile(r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}")
_PHONE_MARKED = re.compile(r"0?[0-9]{2} ?9 ?[0-9]{4}[ .-][0-9]{4}")
_MOBILE = re.compile(r"[1-9][1-9]9[0-9]{8}")

_GUI = "br.gov.bcb.pix"
NO_TXID = "***"
_TXID = re.compile(r"[A-Za-z0-9]{1,25}")
_AMOUNT = re.compile(r"(?=.{1,13}$)[0-9]+(\.[0-9]{0,2})?")
_MOST = 10**12 - 1  # thirteen letters of amount
_NAME_LENGTH = 25
_CITY_LENGTH = 15
_ALWAYS_THERE = {"52", "53", "58", "59", "60", "62"}


@dataclass(frozen=True, slots=True)
class PixKey:
    """A key in the form that the network's directory knows it by.

    ``kind`` is ``cpf``, ``cnpj``, ``phone``, ``email`` or ``evp`` (the random key).
    """

    kind: str
    value: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a key of any kind, with or without its marks.

        Eleven digits may be a CPF and a mobile at once; then the person must say which, for the
        other one is somebody else's money.
        """
        said = tidy(text)
        low = said.lower()
        if _EVP.fullmatch(low):
            return cls("evp", low)
        if _EMAIL.fullmatch(low) and len(low) <= _LONGEST_KEY:
            return cls("email", low)
        if taxpayer := _taxpayer(said.upper()):
            return cls(*taxpayer)
        try:
            return cls("phone", Phone.read(said).e164)
        except Unreadable:
            raise Unreadable("errors.pix.unreadable") from None

    @property
    def shown(self) -> str:
        """As people read it, with its marks."""
        value = self.value
        if self.kind == "cpf":
            return f"{value[:3]}.{value[3:6]}.{value[6:9]}-{value[9:]}"
        if self.kind == "cnpj":
            return f"{value[:2]}.{value[2:5]}.{value[5:8]}/{value[8:12]}-{value[12:]}"
        return Phone(value).shown if self.kind == "phone" else value

    def __str__(self) -> str:
        """What ``read`` gives back equal: a bare CPF could be read as a phone."""
        return self.shown if self.kind in {"cpf", "cnpj"} else self.value


def pix_code(key: PixKey, receiver: str, city: str, amount: Money, txid: str = NO_TXID) -> str:
    """The code that asks for this amount; ``txid`` is what the bank's event names it by.

    Names are written without accents and cut to what a code holds. An amount that is not in reais
    or a txid with other letters is our own mistake.
    """
    if amount.currency != "BRL" or not 0 < amount.minor <= _MOST:
        raise ValueError("a Pix code asks for reais, and for some")
    if txid != NO_TXID and not _TXID.fullmatch(txid):
        raise ValueError("a txid has up to 25 letters and digits")
    account = brcode.written("00", _GUI) + brcode.written("01", key.value)
    parts = {
        "00": "01",
        "26": account,
        "52": "0000",
        "53": "986",
        "54": str(amount),
        "58": "BR",
        "59": receiver_name(receiver),
        "60": receiver_city(city),
        "62": brcode.written("05", txid),
    }
    return brcode.summed("".join(brcode.written(*part) for part in parts.items()))


def receiver_name(name: str) -> str:
    """The receiver's name as a code holds it; one of which nothing is left is refused."""
    if found := brcode.plain(name, _NAME_LENGTH):
        return found
    raise Unreadable("errors.pix.no_receiver")


def receiver_city(city: str) -> str:
    """The receiver's city as a code holds it; one of which nothing is left is refused."""
    if found := brcode.plain(city, _CITY_LENGTH):
        return found
    raise Unreadable("errors.pix.no_city")


def read_pix(code: str) -> Mapping[str, str]:
    """What a code says: ``key`` or ``url``, ``amount``, ``receiver``, ``city``, ``txid`` and more.

    ValueError for anything that a bank's app may stumble over.
    """
    parts = brcode.objects(brcode.unsummed(code.strip()))
    accounts = (brcode.objects(parts.get(str(place), "")) for place in range(26, 52))
    account = next((each for each in accounts if each.get("00", "").lower() == _GUI), None)
    if account is None or not parts.keys() >= _ALWAYS_THERE or next(iter(parts)) != "00":
        raise ValueError("not a code of Pix")
    named = {
        "key": account.get("01"),
        "description": account.get("02"),
        "withdrawal": account.get("03"),
        "url": account.get("25"),
        "amount": parts.get("54"),
        "receiver": parts["59"],
        "city": parts["60"],
        "txid": brcode.objects(parts["62"]).get("05"),
    }
    found = {name: value for name, value in named.items() if value is not None}
    if faults := _faults(parts, found):
        raise ValueError(f"not a code of Pix: {', '.join(faults)}")
    return found


def _faults(parts: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    txid, amount = found.get("txid", NO_TXID), found.get("amount")
    faults = {
        "currency": parts["53"] != "986",
        "country": parts["58"] != "BR",
        "category": not re.fullmatch("[0-9]{4}", parts["52"]),
        "receiver": len(found["receiver"]) > _NAME_LENGTH,
        "city": len(found["city"]) > _CITY_LENGTH,
        "url": "://" in found.get("url", "") or found.keys() >= {"key", "url"},
        "txid": txid != NO_TXID and not _TXID.fullmatch(txid),
        "amount": amount is not None and not (_AMOUNT.fullmatch(amount) and amount.strip("0.")),
    }
    return [name for name, wrong in faults.items() if wrong]


def _taxpayer(said: str) -> tuple[str, str] | None:
    """A CPF or CNPJ, if it is one."""
    bare = re.sub("[ ./-]", "", said)
    if is_cnpj(bare):
        return "cnpj", bare
    if _CPF_MARKED.fullmatch(said):
        if not is_cpf(bare):
            raise Unreadable("errors.pix.unreadable")
        return "cpf", bare
    if not is_cpf(bare) or _PHONE_MARKED.fullmatch(said):
        return None
    if _MOBILE.fullmatch(bare):
        raise Unreadable("errors.pix.ambiguous")
    return "cpf", bare
