"""Why a message is where it is, where no provider said so. ``reason.<value>`` tells people."""

from enum import StrEnum


class Reason(StrEnum):
    """What is written beside a row of the outbox by ourselves; the value is stored."""

    CRASHED = "outbox.crashed"  # our own fault, while it was on its way
    DROPPED = "outbox.dropped"  # somebody of the house let it be
    LEASE_LAPSED = "outbox.lease_lapsed"  # the process that was sending it is gone
    PACE = "outbox.pace"  # they have heard from us a moment ago
    RESTING = "outbox.resting"  # its channel keeps failing and is left alone
    STALE = "outbox.stale"  # it waited too long to be worth sending
    STOPPED = "outbox.stopped"  # we were shut down while it was on its way
    TOO_MANY_ATTEMPTS = "outbox.too_many_attempts"
    UNCERTAIN = "outbox.uncertain"  # nobody can tell whether it arrived
    UNREACHABLE = "outbox.unreachable"  # the address closed itself to us before
    UNREADABLE = "outbox.unreadable"  # written by a version that we no longer understand

    HOURS = "reminder.hours"  # night, Sunday, holiday
    MOOT = "reminder.moot"  # paid, claimed to be paid, paused, not wanted
    OVERTAKEN = "reminder.overtaken"  # a later step is open, or none any more

    TEMPLATE_MISSING = "whatsapp.template_missing"
    WINDOW_CLOSED = "whatsapp.window_closed"
