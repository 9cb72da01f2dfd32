"""To whom a message goes: by their number, or by the id WhatsApp made for them and us."""

import re

_PHONE = re.compile(r"\+?([1-9][0-9]{7,14})", re.ASCII)
# Two letters of the country, a dot, letters and digits; the id of a group of firms has one more.
_USER_ID = re.compile(r"[A-Z]{2}(\.ENT)?\.[A-Za-z0-9]{1,128}", re.ASCII)


def addressed(address: str) -> dict[str, str] | None:
    """The field that names them; none if it is the address of nobody."""
    if phone := _PHONE.fullmatch(address):
        # Without its plus, a number may be taken for one of the sender's own country.
        return {"to": f"+{phone[1]}"}
    return {"recipient": address} if _USER_ID.fullmatch(address) else None
