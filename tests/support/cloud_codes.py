"""Every error number of WhatsApp's that is known, as its own pages have it, and what we make of it.

Ours, and complete: a test holds it against the program's own list, in both directions.
"""

from typing import NamedTuple


class Row(NamedTuple):
    """A number, the HTTP status it comes with, and what becomes of the message.

    ``answered``, when the request is refused with it: again (a try is used up), tomorrow, waits
    (none is), stops (all others too), no, closed (nobody is reached there any more). ``later``,
    when a message that was taken fails with it: once more, stops, no, closed.
    """

    code: int
    status: int
    answered: str
    later: str
    reason: str


def _rows(answered: str, later: str, reason: str, *numbers: tuple[int, int]) -> list[Row]:
    return [Row(code, status, answered, later, reason) for code, status in numbers]


AGAIN, STOPS, NO, CLOSED = (
    ("again", "once more"),
    ("stops", "stops"),
    ("no", "no"),
    ("closed", "closed"),
)
CODES = (
    *_rows(*AGAIN, "unavailable", (1, 400), (2, 503), (131000, 500), (131016, 500)),
    *_rows(*AGAIN, "unavailable", (131057, 500), (133000, 500), (133004, 503), (2494100, 500)),
    *_rows(*AGAIN, "throttled", (4, 400), (80007, 400), (130429, 400), (132069, 400)),
    *_rows(*AGAIN, "throttled", (131056, 400)),
    *_rows(*AGAIN, "payment_terms", (134011, 400)),
    *_rows("tomorrow", "once more", "kept_back", (131049, 400)),
    *_rows("waits", "once more", "template_missing", (132001, 404)),
    *_rows("waits", "once more", "template_paused", (132015, 400)),
    *_rows("waits", "once more", "template_disabled", (132016, 400)),
    *_rows(*STOPS, "token_wrong", (0, 401), (190, 401)),
    *_rows(*STOPS, "permission", (3, 500), (10, 403), (131005, 403), (200, 403), (299, 403)),
    *_rows(*STOPS, "number_wrong", (33, 400)),
    *_rows(*STOPS, "policy", (368, 403)),
    *_rows(*STOPS, "account_locked", (131031, 403)),
    *_rows(*STOPS, "name_not_approved", (131037, 400)),
    *_rows(*STOPS, "billing", (131042, 400)),
    *_rows(*STOPS, "not_registered", (131045, 500), (133010, 400)),
    *_rows(*STOPS, "limited", (131048, 400)),
    *_rows(*STOPS, "template_recategorised", (131064, 400)),
    *_rows(*CLOSED, "blocked_by_us", (130403, 403)),
    *_rows(*CLOSED, "country", (130497, 403)),
    *_rows(*CLOSED, "own_number", (131021, 400)),
    *_rows(*CLOSED, "unreachable", (131026, 400)),
    *_rows(*NO, "refused", (100, 400), (131008, 400), (131009, 400), (131051, 400)),
    *_rows(*NO, "refused", (131055, 400), (131062, 400), (131063, 400), (132068, 400)),
    *_rows(*NO, "refused", (134100, 400), (134101, 400), (134102, 400)),
    *_rows(*NO, "refused", (135000, 400), (139100, 400), (139101, 400), (139102, 400)),
    *_rows(*NO, "refused", (139103, 400)),
    *_rows(*NO, "kept_back", (130472, 400)),
    *_rows(*NO, "not_on_test_list", (131030, 400)),
    *_rows(*NO, "marketing_stopped", (131050, 400)),
    *_rows(*NO, "file_refused", (131052, 400), (131053, 400)),
    *_rows(*NO, "template_refused", (132000, 400), (132005, 400), (132007, 400)),
    *_rows(*NO, "template_refused", (132008, 400), (132012, 400), (132018, 400)),
    *_rows(*NO, "template_refused", (2388019, 400), (2388299, 400)),
    *_rows(*NO, "set_up_refused", (133005, 400), (133006, 400), (133008, 400)),
    *_rows(*NO, "set_up_refused", (133009, 400), (133015, 400), (133016, 400)),
    *_rows(*NO, "identity_changed", (137000, 400)),
)
# Free words may not go: a message that has an approved form goes in that, at once.
AS_TEMPLATE = (131047, 139200)
