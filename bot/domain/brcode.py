"""The grammar of a BR Code, the text behind a payment's QR: objects in order and a check sum.

An object is two digits of id, two of length, then the value. All ASCII, for some writers count
letters and some readers count bytes.
"""

import binascii
import re
import unicodedata

_SUM = "6304"  # the last object's head; its value is over everything before, these four included
_SUM_LENGTH = 4
# Letters that do not come apart into a plain one and an accent.
_PLAIN = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L"}
    | {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "\u0131": "i", "&": " e "}
    | dict.fromkeys("'\u2018\u2019`\u00b4", "")
)


def written(name: str, value: str) -> str:
    """One object; a value of 1 to 99 letters."""
    if not 1 <= len(value) <= 99:  # noqa: PLR2004 - what two digits of length can say
        msg = f"object {name} holds 1 to 99 letters"
        raise ValueError(msg)
    return f"{name}{len(value):02}{value}"


def objects(text: str) -> dict[str, str]:
    """The objects of a text, in order; ValueError where they do not add up."""
    found: dict[str, str] = {}
    while text:
        head = re.match("[0-9]{4}", text)
        length = int(head[0][2:]) if head else 0
        name, value, text = text[:2], text[4 : 4 + length], text[4 + length :]
        if not length or len(value) < length or name in found:
            raise ValueError("the objects of the code do not add up")
        found[name] = value
    return found


def summed(body: str) -> str:
    """A code made whole by its check sum."""
    body += _SUM
    return f"{body}{binascii.crc_hqx(body.encode('ascii'), 0xFFFF):04X}"


def unsummed(code: str) -> str:
    """What stands before the check sum; ValueError if that does not fit."""
    body = code[: -len(_SUM) - _SUM_LENGTH]
    if not code.isascii() or summed(body)[-8:] != code[-8:].upper():
        raise ValueError("the check sum of the code does not fit")
    return body


def plain(text: str, length: int) -> str:
    """A name as every bank's app shows it: no accents, no signs, cut; empty if nothing is left."""
    apart = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    bare = "".join(part for part in apart if unicodedata.category(part) != "Mn")
    words = re.sub(r"[^A-Za-z0-9.-]+", " ", bare).strip()[:length].strip()
    return words if re.search("[A-Za-z0-9]", words) else ""
