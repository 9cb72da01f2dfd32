"""What the page shows, as plain data."""

from typing import TYPE_CHECKING, Any

from bot.sandbox.seen import Seen
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.whatsapp.person import WhatsAppPerson, same_phone_key

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

MOST_SHOWN = 150
_PREVIEW = 80
_TOASTS = 5


def clock(box: "Sandbox") -> dict[str, Any]:
    """How far time was moved, and what it is now."""
    return {"offset_seconds": box.clock.offset_seconds, "now": box.clock.now().isoformat()}


def people(box: "Sandbox") -> dict[str, Any]:
    """Who there is; those who talked last come first."""
    admins = [_on_telegram(person) for person in box.telegram.people.values()]
    clients = [_on_whatsapp(person) for person in box.whatsapp.people.values()]
    return {"admins": _newest_first(admins), "clients": _newest_first(clients)}


def state(box: "Sandbox", admin: str, client: str) -> dict[str, Any]:
    """Everything on the screen when these two phones are looked at."""
    everybody = people(box)
    shown = {"version": box.news.version, "clock": clock(box), **everybody}
    owner = box.telegram.people.get(int(admin)) if admin.isdecimal() else None
    if owner:
        shown["admin"] = _telegram_chat(box, owner)
    digits = client.strip().removeprefix("+")
    if digits.isdecimal():
        holder = box.whatsapp.people.get(same_phone_key(digits))
        shown |= {"client": _whatsapp_chat(box, holder)} if holder else {}
    return shown


def _telegram_chat(box: "Sandbox", person: TelegramPerson) -> dict[str, Any]:
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
        "bot": box.telegram.bot["first_name"],
    }


def _whatsapp_chat(box: "Sandbox", person: WhatsAppPerson) -> dict[str, Any]:
    business = box.whatsapp.verified_name
    return _chat(box, person) | {"id": person.phone, "business": business}


def _chat(box: "Sandbox", person: TelegramPerson | WhatsAppPerson) -> dict[str, Any]:
    seen = person.visible()[-MOST_SHOWN:]
    typing = person.typing_until is not None and person.typing_until > box.clock.now()
    return {
        "name": person.name,
        "typing": typing,
        "messages": [message.as_json() for message in seen],
    }


def _on_telegram(person: TelegramPerson) -> dict[str, Any]:
    return {"id": str(person.id)} | _in_list(person)


def _on_whatsapp(person: WhatsAppPerson) -> dict[str, Any]:
    return {"id": person.phone, "phone": person.phone} | _in_list(person)


def _in_list(person: TelegramPerson | WhatsAppPerson) -> dict[str, Any]:
    last = person.newest()
    return {
        "name": person.name,
        "unread": person.unread,
        "last": _preview(last) if last else "",
        "last_at": last.at.isoformat() if last else None,
        "ticks": last.ticks if last and not last.mine else "",
    }


def _preview(seen: Seen) -> str:
    text = " ".join("".join(run.text for run in seen.runs).split())
    return (text or (seen.file.name if seen.file else ""))[:_PREVIEW]


def _newest_first(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_name = sorted(listed, key=lambda person: str(person["name"]).casefold())
    return sorted(by_name, key=lambda person: person["last_at"] or "", reverse=True)
