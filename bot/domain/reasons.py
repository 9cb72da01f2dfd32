"""Why a message is where it is, where no provider said so. ``reason.<value>`` tells people."""

from enum import StrEnum


class Reason(StrEnum):
    """What is written beside a row of the outbox by ourselves; the value is stored."""

    ARRIVED = "outbox.arrived"  # the one it follows has arrived after all
    CRASHED = "outbox.crashed"  # our own fault, while it was on its way
    DROPPED = "outbox.dropped"  # somebody of the house let it be
    LEASE_LAPSED = "outbox.lease_lapsed"  # the process that was sending it is gone
    PACE = "outbox.pace"  # they have heard from us a moment ago
    RESTING = "outbox.resting"  # its channel keeps failing and is left alone
    STALE = "outbox.stale"  # it waited too long to be worth sending
    STOPPED = "outbox.stopped"  # we were shut down while it was on its way
    TOO_MANY_ATTEMPTS = "outbox.too_many_attempts"
    UNCERTAIN = "outbox.uncertain"  # nobody can tell whether it arrived
    UNHEARD = "outbox.unheard"  # taken long ago, and no word that it arrived
    UNREACHABLE = "outbox.unreachable"  # the address closed itself to us before
    UNREADABLE = "outbox.unreadable"  # written by a version that we no longer understand

    # The rules of contact, and what else keeps a reminder back; ``holds`` keeps these names, too.
    ARRIVED_LATE = "reminder.arrived_late"  # overdue already when the client came
    BIG_DAY = "reminder.big_day"  # far more than usual, and nobody has let it go
    CLAIMED = "reminder.claimed"  # the client says it is paid, and nobody has looked
    CLOSED = "reminder.closed"  # a holiday, or a day off of the business's own
    DAY_LIMIT = "reminder.day_limit"  # so many people have been written to within a day
    GAP = "reminder.gap"  # they were reminded of something a moment ago
    GONE = "reminder.gone"  # a client no more
    HOURS = "reminder.hours"  # night, Sunday, holiday
    NAMELESS = "reminder.nameless"  # the business has no name yet to write in
    NOT_BEFORE = "reminder.not_before"  # the owner said from which day on
    OPTED_OUT = "reminder.opted_out"
    PAUSED = "reminder.paused"
    PROMISED = "reminder.promised"  # they said when they will pay
    TODAY = "reminder.today"  # they have had one today already
    WAITING = "reminder.waiting"  # one to them is on its way already
    SPREAD = "reminder.spread"  # many at once leave one after another
    WEEK = "reminder.week"  # they were reminded often enough for a week

    # The pace of a number that has to be treated with care.
    NO_NEW_CHATS = "pace.no_new_chats"  # WhatsApp lets it begin no new ones for a while
    PACE_DAY = "pace.day"  # it has begun as many chats as it may within a day
    PACE_DEAD = "pace.dead"  # the session says that it is open, and nothing arrives
    PACE_LOST = "pace.lost"  # too many did not arrive
    PACE_PROVING = "pace.proving"  # the owner's own phone is tried first
    PACE_SILENT = "pace.silent"  # hardly anybody answers
    PACE_STOPPED = "pace.stopped"  # nobody is written to first, for a day
    PACE_TURN = "pace.turn"  # one person after another, with a gap between them
    PACE_UNPROVEN = "pace.unproven"  # nothing arrived on the owner's own phone

    MOOT = "reminder.moot"  # paid, claimed to be paid, paused, not wanted
    OVERTAKEN = "reminder.overtaken"  # a later step is open, or none any more

    TEMPLATE_MISSING = "whatsapp.template_missing"
    TEMPLATE_PAUSED = "whatsapp.template_paused"
    TEMPLATE_DISABLED = "whatsapp.template_disabled"
    NO_PAYMENT_BUTTON = "whatsapp.no_payment_button"
    PAYMENT_TERMS = "whatsapp.payment_terms"
    WINDOW_CLOSED = "whatsapp.window_closed"


# Nothing else gets through to them over that chat either; over another one it may.
CLOSED_CHATS = frozenset(
    {
        Reason.UNREACHABLE.value,
        "telegram.blocked",
        "telegram.not_started",
        "whatsapp.blocked_by_us",
        "whatsapp.country",
        "whatsapp.own_number",
        "whatsapp.unreachable",
    }
)


# What we thought of an approved form was wrong: it is asked again how they stand.
FORM_TROUBLES = frozenset(
    (Reason.TEMPLATE_MISSING, Reason.TEMPLATE_PAUSED, Reason.TEMPLATE_DISABLED)
)

# The account does not take the button that copies a Pix code; everything goes without.
BUTTON_TROUBLES = frozenset((Reason.NO_PAYMENT_BUTTON, Reason.PAYMENT_TERMS))
