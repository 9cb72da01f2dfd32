"""The phone behind the linked device: how its link stands on the page, and what is done with it."""

from typing import Any

from bot.sandbox.evolution.linking import QR_LIVES
from bot.sandbox.evolution.world import Evolution


def link(world: Evolution) -> dict[str, Any]:
    """``state``: open; code, one to scan; over, nobody scanned any; or down, none was asked for."""
    made = world.instance
    if made is None:
        return {"state": "down"}
    if made.state in ("open", "refused"):
        return {"state": "open" if world.is_open else "over"}
    if not made.code.code:
        return {"state": "down"}
    code = made.code
    lives = int(QR_LIVES.total_seconds())
    return {"state": "code", "picture": code.base64, "count": code.count, "lives_s": lives}


def use(world: Evolution, deed: str) -> None:
    """Scan the code that is shown, or log the linked device out."""
    state = link(world)["state"]
    if deed == "scan" and state == "code":
        world.link.scans()
    elif deed == "logout" and state == "open":
        world.link.closes()
    else:
        raise LookupError(f"the phone cannot {deed} while the link is {state}")
