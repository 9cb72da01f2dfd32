"""What the page shows, as plain data."""

from typing import Any

from bot.sandbox.box import Box
from bot.sandbox.device import link
from bot.sandbox.seen import Seen
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.whatsapp.person import WhatsAppPerson, same_phone_key

MOST_SHOWN = 60
_PREVIEW = 80
_TOASTS = 5

Listed = list[dict[str, Any]]


def clock(box: Box) -> dict[str, Any]:
    """How far time was moved, what it is now, and in whose zone it is read."""
    return {
        "offset_seconds": box.clock.offset_seconds,
        "now": box.clock.now().isoformat(),
        "zone": box.zone,
    }


def people(box: Box) -> dict[str, Any]:
    """Who there is; those who talked last come first."""
    admins = [_on_telegram(person) for person in box.telegram.people.values()]
    clients = [_on_whatsapp(person) for person in box.clients.people.values()]
    return {"admins": _newest_first(admins), "clients": _newest_first(clients)}


def state(box: Box, admin: str, client: str) -> dict[str, Any]:
    """Everything on the screen when these two phones are looked at; by default, the first two."""
    everybody = people(box)
    shown = {"version": box.news.version, "clock": clock(box), **everybody}
    if box.by_evolution:
        shown["link"] = link(box.evolution)
    owner = box.telegram.people.get(_number(admin or _first(everybody["admins"])))
    holder = box.clients.people.get(same_phone_key(client or _first(everybody["clients"])))
    if owner:
        shown["admin"] = _telegram_chat(box, owner)
    if holder:
        shown["client"] = _whatsapp_chat(box, holder)
    return shown


def _first(listed: Listed) -> str:
    return str(listed[0]["id"]) if listed else ""


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _telegram_chat(box: Box, person: TelegramPerson) -> dict[str, Any]:
    first = max(len(person.toasts) - _TOASTS, 0)
    toasts = [
        {"number": first + place, "text": toast.text, "alert": toast.alert}
        for place, toast in enumerate(person.toasts[first:])
    ]
    return _chat(box, person) | {
        "id": str(person.id),
        "toasts": toasts,
        "answered": person.answered,
        "commands": box.telegram.commands_for(person),
        "business": box.telegram.bot["first_name"],
    }


def _whatsapp_chat(box: Box, person: WhatsAppPerson) -> dict[str, Any]:
    business = box.clients.verified_name
    # A linked device knows no window.
    is_open = None if box.by_evolution else person.window_open
    return _chat(box, person) | {"id": person.phone, "business": business, "window_open": is_open}


def _chat(box: Box, person: TelegramPerson | WhatsAppPerson) -> dict[str, Any]:
    typing = person.typing_until is not None and person.typing_until > box.clock.now()
    return {
        "name": person.name,
        "typing": typing,
        "unread": person.unread,
        "messages": [message.as_json() for message in person.recent(MOST_SHOWN)],
    }


def _on_telegram(person: TelegramPerson) -> dict[str, Any]:
    return {"id": str(person.id)} | _in_list(person)


def _on_whatsapp(person: WhatsAppPerson) -> dict[str, Any]:
    return {"id": person.phone, "phone": person.phone} | _in_list(person)


def _in_list(person: TelegramPerson | WhatsAppPerson) -> dict[str, Any]:
    last = next(iter(person.recent(1)), None)
    return {
        "name": person.name,
        "unread": person.unread,
        "last": _preview(last) if last else "",
        "last_at": last.at.isoformat() if last else None,
        "mine": bool(last and last.mine),
        "picture": bool(last and last.picture),
        "ticks": last.ticks if last and not last.mine else "",
    }


def _preview(seen: Seen) -> str:
    text = " ".join("".join(run.text for run in seen.runs).split())
    named = seen.file.name if seen.file and not seen.picture else ""
    return (text or named)[:_PREVIEW]


def _newest_first(listed: Listed) -> Listed:
    by_name = sorted(listed, key=lambda person: str(person["name"]).casefold())
    return sorted(by_name, key=lambda person: person["last_at"] or "", reverse=True)
