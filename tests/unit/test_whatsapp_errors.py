"""Every error number of WhatsApp's, and what it asks of us."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.whatsapp.codes import RULINGS, Reaction, known
from bot.channels.whatsapp.errors import Fault, fault_of, outcome_of
from bot.channels.whatsapp.reasons import Reason
from bot.domain.delivery import GiveUp, Snooze, TryLater

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LOCALES = Path(__file__).parents[2] / "locales"

# What each reaction makes of a message: the outcome's kind, and whether all others stop too.
KINDS: dict[Reaction, tuple[type[TryLater | Snooze | GiveUp], bool]] = {
    Reaction.RETRY: (TryLater, False),
    Reaction.SLOW_ALL: (TryLater, True),
    Reaction.SLOW_PERSON: (TryLater, False),
    Reaction.LATER: (TryLater, False),
    Reaction.SNOOZE: (Snooze, False),
    Reaction.TEMPLATE: (GiveUp, False),
    Reaction.DROP: (GiveUp, False),
    Reaction.DEAD: (GiveUp, False),
    Reaction.STOP: (Snooze, True),
}
# By the table of the error codes, not by our own.
STOP = {0, 3, 10, 33, 190, 368, 131005, 131031, 131037, 131042, 131045, 131048, 131064, 133010}
AGAIN = {1, 2, 4, 80007, 130429, 131000, 131016, 131049, 131056, 131057, 132069, 133000, 133004}
AGAIN |= {134011, 2494100}
WAIT = {132001, 132015, 132016}
UNREACHABLE = {130403, 130497, 131021, 131026}
GIVEN_UP = {
    *(100, 130472, 131008, 131009, 131030, 131047, 131050, 131051, 131052, 131053, 131055),
    *(131062, 131063, 132000, 132005, 132007, 132008, 132012, 132018, 132068),
    *(133005, 133006, 133008, 133009, 133015, 133016, 134100, 134101, 134102),
    *(135000, 137000, 139100, 139101, 139102, 139103, 139200),
}


def test_every_number_of_the_table_has_a_ruling_and_no_other() -> None:
    assert set(RULINGS) == STOP | AGAIN | WAIT | UNREACHABLE | GIVEN_UP


@pytest.mark.parametrize("code", sorted(RULINGS))
def test_every_number_ends_as_the_table_says(code: int) -> None:
    outcome = outcome_of(Fault(code, 400), NOON)
    match outcome:
        case Snooze():
            assert code in (STOP if outcome.pause else WAIT)
            assert outcome.until > NOON
        case TryLater():
            assert code in AGAIN
        case GiveUp():
            assert code in (UNREACHABLE if outcome.unreachable else GIVEN_UP)
        case _:
            pytest.fail(f"{outcome} for {code}")


@pytest.mark.parametrize("code", sorted(RULINGS))
def test_every_ruling_is_carried_out_as_its_reaction_says(code: int) -> None:
    kind, all_stop = KINDS[RULINGS[code].reaction]
    outcome = outcome_of(Fault(code), NOON)
    assert isinstance(outcome, kind)
    stops_all = getattr(outcome, "pause", False) or getattr(outcome, "slow_down", False)
    assert stops_all is all_stop
    assert outcome.reason == RULINGS[code].reason


@pytest.mark.parametrize("code", [200, 299])
def test_the_numbers_of_missing_rights_stop_the_account(code: int) -> None:
    ruling = known(code)
    assert ruling is not None
    assert (ruling.reaction, ruling.reason) == (Reaction.STOP, Reason.PERMISSION)


def test_a_number_nobody_knows_is_tried_again_only_if_it_is_their_fault() -> None:
    assert outcome_of(Fault(77, 500), NOON) == TryLater(Reason.UNAVAILABLE)
    assert outcome_of(Fault(77, 400), NOON) == GiveUp(Reason.REFUSED)


def test_a_wrong_id_in_the_address_is_no_fault_of_the_message_s() -> None:
    outcome = outcome_of(Fault(100, 400, subcode=33), NOON)
    assert isinstance(outcome, Snooze)
    assert outcome.reason == Reason.NUMBER_WRONG


def test_a_wait_that_they_name_comes_before_ours() -> None:
    fault = Fault(131056, 429, retry_after=timedelta(seconds=64))
    assert outcome_of(fault, NOON) == TryLater(
        Reason.THROTTLED, timedelta(seconds=64), slow_person=True
    )


def test_what_is_kept_back_from_a_person_waits_a_day_and_nothing_else_does() -> None:
    kept_back = TryLater(Reason.KEPT_BACK, timedelta(hours=24), answered=True)
    assert outcome_of(Fault(131049), NOON) == kept_back


@pytest.mark.parametrize(
    ("error", "code", "details"),
    [
        ({"code": 100, "error_data": {"details": "why"}, "message": "m"}, 100, "why"),
        ({"code": "100", "error_user_msg": "user"}, 100, "user"),
        ({"code": 100, "error_data": "odd", "message": "m"}, 100, "m"),
        ({"message": "m"}, None, "m"),
        ({"code": None}, None, ""),
        ("not an object", None, ""),
        (None, None, ""),
    ],
)
def test_an_error_is_read_whatever_its_shape(error: object, code: int | None, details: str) -> None:
    fault = fault_of(error)
    assert (fault.code, fault.details) == (code, details)


@given(st.integers(), st.integers(100, 599))
def test_no_number_is_ever_without_an_outcome(code: int, status: int) -> None:
    outcome = outcome_of(Fault(code, status), NOON)
    assert isinstance(outcome, TryLater | Snooze | GiveUp)
    assert outcome.reason in set(Reason)


@pytest.mark.parametrize("language", ["pt_BR", "en", "es"])
def test_every_reason_says_what_to_do(language: str) -> None:
    catalogues = (LOCALES / language).glob("*.po")
    words = "".join(catalogue.read_text(encoding="utf-8") for catalogue in catalogues)
    worded = set(re.findall(r'^msgid "reason\.(whatsapp\..+)"$', words, re.MULTILINE))
    assert worded == set(Reason)
