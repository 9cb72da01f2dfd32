"""How the account and the number stand, as WhatsApp tells it, and what follows from that."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.channels.whatsapp.reasons import Reason
from bot.domain.contact import allowed_by
from bot.domain.delivery import Stop

FIELDS = frozenset(
    (
        "account_alerts",
        "account_update",
        "business_capability_update",
        "phone_number_quality_update",
        "security",
    )
)
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
# Of the things that may be restricted, those that keep messages from leaving.
_NO_ANSWERS = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING"
_NO_STARTS = frozenset(("RESTRICTED_BIZ_INITIATED_MESSAGING", "RESTRICTED_UTILITY_TEMPLATES"))
_BANS = frozenset(("DISABLE", "REINSTATE", "SCHEDULE_FOR_DISABLE"))
_SERIOUS = frozenset(("CRITICAL", "WARNING"))
# A ban that is lifted lifts no restriction, which ends by itself.
_REINSTATED = (Reason.ACCOUNT_LOCKED, Reason.POLICY, Reason.DISABLED_SOON)


@dataclass(frozen=True, slots=True)
class Standing:
    """What one such story means: an alarm, stops, what is over, and how many people a day."""

    alarm: str | None = None
    stops: tuple[Stop, ...] = ()
    mended: tuple[str, ...] = ()
    people_a_day: int | None = None


def standing(field: str, value: Any) -> Standing:
    """What follows from a change of standing; nothing from most."""
    limit = _people_a_day(value)
    match field:
        case "account_update":
            stops, mended = tuple(_stops(value)), _mended(value)
            alarm = Reason.RESTRICTED if _is_restricted(value) and not stops else None
            return Standing(alarm, stops, mended, limit)
        case "account_alerts":
            return Standing(Reason.ALERTED if _is_serious(value) else None)
        case "security":
            # Somebody asked for the number's PIN or changed it: whoever has that has the number.
            return Standing(Reason.SECURITY if str(value.get("event")).startswith("PIN_") else None)
        case "phone_number_quality_update":
            event = value.get("event")
            low = Reason.QUALITY_LOW if event in ("FLAGGED", "DOWNGRADE") else None
            better = (Reason.QUALITY_LOW,) if event in ("UNFLAGGED", "UPGRADE") else ()
            return Standing(low, mended=better, people_a_day=limit)
    return Standing(people_a_day=limit)


def _stops(value: Any) -> Iterator[Stop]:
    """A story without an event, or of a ban without its state, is one that cannot be read."""
    match value["event"]:
        case event if not isinstance(event, str):
            raise TypeError
        case "ACCOUNT_RESTRICTION":
            yield from _restrictions(value.get("restriction_info"))
        case "ACCOUNT_VIOLATION":
            # Going on as before is what a restriction follows upon: a day to look into it.
            yield Stop(Reason.VIOLATION, rest=_DAY, starts_only=True)
        case "ACCOUNT_DELETED":
            yield Stop(Reason.ACCOUNT_LOCKED, rest=_HOUR)
        case "DISABLED_UPDATE":
            states = _ban_states(value)
            if not states & _BANS:
                raise ValueError
            if "DISABLE" in states:
                yield Stop(Reason.ACCOUNT_LOCKED, rest=_HOUR)
            elif "SCHEDULE_FOR_DISABLE" in states:
                yield Stop(Reason.DISABLED_SOON, rest=_DAY, starts_only=True)


def _restrictions(told: Any) -> Iterator[Stop]:
    if not told:
        yield Stop(Reason.RESTRICTED, rest=_HOUR)  # of what is not said: one message finds out
    for one in told if isinstance(told, list) else [told] if told else ():
        kind, until = one.get("restriction_type"), _moment(one.get("expiration"))
        if kind == _NO_ANSWERS:
            yield Stop(Reason.RESTRICTED, until, _DAY)
        elif kind in _NO_STARTS:
            yield Stop(Reason.RESTRICTED, until, _DAY, starts_only=True)


def _mended(value: Any) -> tuple[str, ...]:
    back = value.get("event") == "DISABLED_UPDATE" and "REINSTATE" in _ban_states(value)
    return _REINSTATED if back else ()


def _ban_states(value: Any) -> set[Any]:
    told = (value.get("ban_info") or {}).get("waba_ban_state")
    # Older webhooks give the states as a list.
    return set(told) if isinstance(told, list) else {told}


def _is_restricted(value: Any) -> bool:
    return bool(value.get("event") == "ACCOUNT_RESTRICTION")


def _is_serious(value: Any) -> bool:
    told = value.get("alert_info") or value
    return bool(told["alert_severity"] in _SERIOUS) and told.get("alert_status") != "NONE"


def _moment(told: Any) -> datetime | None:
    """Seconds since 1970, as a number or as text; nothing if it is no moment."""
    try:
        return datetime.fromtimestamp(int(str(told)), UTC)
    except (ValueError, OverflowError, OSError):
        return None  # the restriction holds all the same


def _people_a_day(value: Any) -> int | None:
    """To how many people we may write first within a day, where it is said."""
    told = value.get("max_daily_conversations_per_business")
    # None at all would silence us by a slip of theirs; what is wrong with an account is an alarm.
    return allowed_by(str(told)) or None
