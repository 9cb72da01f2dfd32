"""Reading what WhatsApp tells of messages, templates, and the account itself."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.whatsapp.account import IGNORED
from bot.channels.whatsapp.reasons import Reason
from bot.channels.whatsapp.receive import Reader
from bot.domain.contact import NO_LIMIT
from bot.domain.delivery import Report, State, Stop
from bot.domain.message import Received
from bot.domain.message_cost import Pricing
from bot.domain.template import TemplateNews
from tests.support.boxes import PHONE_ID

AT = datetime(2026, 12, 10, 12, tzinfo=UTC)
STAMP = str(int(AT.timestamp()))


def read(value: Any, field: str = "messages") -> Received:
    entry = {"id": "9009", "time": 1, "changes": [{"field": field, "value": value}]}
    return Reader(PHONE_ID).read(json.dumps({"entry": [entry]}).encode())


def statuses(*told: dict[str, Any]) -> Received:
    return read({"metadata": {"phone_number_id": PHONE_ID}, "statuses": list(told)})


def a_status(status: str, **more: Any) -> dict[str, Any]:
    return {"id": "wamid.1", "status": status, "timestamp": STAMP} | more


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("sent", State.SENT),
        ("delivered", State.DELIVERED),
        ("read", State.READ),
        ("played", State.READ),
    ],
)
def test_a_status_is_a_report_with_our_own_name_for_the_message(status: str, state: State) -> None:
    received = statuses(a_status(status, biz_opaque_callback_data="o-1", recipient_id="55"))
    assert received == Received(reports=(Report("wamid.1", state, AT, "o-1"),))


def test_a_failure_says_why_and_whether_anything_else_would_arrive() -> None:
    dead = a_status("failed", errors=[{"code": 131026, "title": "x"}])
    closed = a_status("failed", errors=[{"code": 131047}])
    reports = statuses(dead, closed).reports
    assert [(r.state, r.reason, r.unreachable) for r in reports] == [
        (State.FAILED, Reason.UNREACHABLE, True),
        (State.FAILED, Reason.WINDOW_CLOSED, False),
    ]


@pytest.mark.parametrize("errors", [[], [{}], ["odd"], [{"code": "x"}], [{"code": 987654}]])
def test_a_failure_without_a_reason_we_know_is_a_failure(errors: list[Any]) -> None:
    (report,) = statuses(a_status("failed", errors=errors)).reports
    assert (report.state, report.reason) == (State.FAILED, Reason.REFUSED)


def test_a_failure_of_the_whole_account_raises_an_alarm_once() -> None:
    failed = a_status("failed", errors=[{"code": 131042}])
    received = statuses(failed, failed)
    hour = timedelta(hours=1)
    assert received.stops == (Stop(Reason.BILLING, AT + hour, hour),)
    assert len(received.reports) == 2


def test_a_status_nobody_knows_is_counted_and_costs_nothing() -> None:
    received = statuses(a_status("beamed"), {"id": 1}, a_status("sent"))
    assert (received.unknown, len(received.reports)) == (2, 1)


def test_an_error_of_the_number_s_is_an_alarm() -> None:
    (stop,) = read({"errors": [{"code": 131031}, {"code": 131026}]}).stops
    assert (stop.reason, stop.ends(AT)) == (Reason.ACCOUNT_LOCKED, AT + timedelta(hours=1))


def a_story(**more: Any) -> dict[str, Any]:
    usual = {
        "event": "APPROVED",
        "message_template_id": 55501,
        "message_template_name": "emdia_receipt",
        "message_template_language": "pt_BR",
        "message_template_category": "UTILITY",
        "reason": "NONE",
    }
    return usual | more


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ("APPROVED", "APPROVED"),
        ("REJECTED", "REJECTED"),
        ("PAUSED", "PAUSED"),
        ("REINSTATED", "APPROVED"),
        ("UNARCHIVED", "APPROVED"),
        ("FLAGGED", ""),
    ],
)
def test_what_befell_a_template_is_told_in_our_names(event: str, status: str) -> None:
    received = read(a_story(event=event), "message_template_status_update")
    assert received.templates == (TemplateNews("receipt", "pt_BR", status, "UTILITY"),)


def test_a_rejection_says_why() -> None:
    story = a_story(event="REJECTED", reason="TAG_CONTENT_MISMATCH")
    (news,) = read(story, "message_template_status_update").templates
    assert news.reason == "TAG_CONTENT_MISMATCH"


def test_a_template_of_somebody_else_s_is_nothing_to_us() -> None:
    story = a_story(message_template_name="promo")
    assert read(story, "message_template_status_update") == Received()


def test_a_category_counts_once_it_has_changed_not_when_it_is_announced() -> None:
    new = {"new_category": "MARKETING", "message_template_category": None}
    told = [
        a_story(event="", **new, correct_category="MARKETING"),
        a_story(event="", **new, previous_category="UTILITY"),
    ]
    categories = [read(one, "template_category_update").templates[0].category for one in told]
    assert categories == ["", "MARKETING"]


def test_a_template_that_people_dislike_is_an_alarm() -> None:
    red = a_story(event="", new_quality_score="RED")
    yellow = a_story(event="", new_quality_score="YELLOW")
    assert read(red, "message_template_quality_update").alarms == (Reason.QUALITY_LOW,)
    assert read(yellow, "message_template_quality_update").alarms == ()


@pytest.mark.parametrize(
    ("field", "value", "alarms"),
    [
        ("account_update", {"event": "PARTNER_ADDED"}, ()),
        ("phone_number_quality_update", {"event": "FLAGGED"}, (Reason.QUALITY_LOW,)),
        ("phone_number_quality_update", {"event": "DOWNGRADE"}, (Reason.QUALITY_LOW,)),
        ("phone_number_quality_update", {"event": "ONBOARDING"}, ()),
        ("account_alerts", {"alert_severity": "CRITICAL", "alert_type": "X"}, (Reason.ALERTED,)),
        ("account_alerts", {"alert_info": {"alert_severity": "WARNING"}}, (Reason.ALERTED,)),
        ("account_alerts", {"alert_severity": "INFORMATIONAL"}, ()),
        ("account_alerts", {"alert_severity": "CRITICAL", "alert_status": "NONE"}, ()),
        ("security", {"event": "PIN_CHANGED"}, (Reason.SECURITY,)),
        ("security", {"event": "PIN_RESET_REQUEST"}, (Reason.SECURITY,)),
        ("security", {}, ()),
        (
            "account_update",
            {
                "event": "ACCOUNT_RESTRICTION",
                "restriction_info": [{"restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION"}],
            },
            (Reason.RESTRICTED,),
        ),
    ],
)
def test_the_account_s_standing_is_an_alarm_where_somebody_must_act(
    field: str, value: dict[str, Any], alarms: tuple[str, ...]
) -> None:
    assert read(value, field) == Received(alarms=alarms)


def restricted(*kinds: str, **more: Any) -> dict[str, Any]:
    told = [{"restriction_type": f"RESTRICTED_{kind}"} | more for kind in kinds]
    return {"event": "ACCOUNT_RESTRICTION", "restriction_info": told}


def banned(state: object) -> dict[str, Any]:
    return {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": state}}


@pytest.mark.parametrize(
    ("value", "reason", "ends", "starts_only"),
    [
        (restricted("BIZ_INITIATED_MESSAGING", expiration=int(AT.timestamp())), "restricted", 0, 1),
        (restricted("UTILITY_TEMPLATES", expiration=STAMP), "restricted", 0, 1),
        (restricted("CUSTOMER_INITIATED_MESSAGING"), "restricted", 24, 0),
        (restricted("BIZ_INITIATED_MESSAGING", expiration="soon"), "restricted", 24, 1),
        ({"event": "ACCOUNT_RESTRICTION"}, "restricted", 1, 0),
        ({"event": "ACCOUNT_VIOLATION", "violation_info": {}}, "violation", 24, 1),
        (banned("SCHEDULE_FOR_DISABLE"), "disabled_soon", 24, 1),
        (banned("DISABLE"), "account_locked", 1, 0),
        (banned(["DISABLE"]), "account_locked", 1, 0),
        ({"event": "ACCOUNT_DELETED"}, "account_locked", 1, 0),
    ],
)
def test_what_keeps_the_account_from_sending_says_until_when_and_what_waits(
    value: dict[str, Any], reason: str, ends: int, starts_only: int
) -> None:
    received = read(value, "account_update")
    (stop,) = received.stops
    said = (stop.reason, stop.ends(AT), stop.starts_only)
    assert said == (f"whatsapp.{reason}", AT + timedelta(hours=ends), bool(starts_only))
    assert received == Received(stops=(stop,))


def test_whoever_may_neither_start_nor_answer_stops_altogether() -> None:
    value = restricted("BIZ_INITIATED_MESSAGING", "CUSTOMER_INITIATED_MESSAGING")
    assert [stop.starts_only for stop in read(value, "account_update").stops] == [True, False]


def test_what_is_over_is_told_by_its_reasons() -> None:
    assert Reason.ACCOUNT_LOCKED in read(banned("REINSTATE"), "account_update").mended
    better = read({"event": "UNFLAGGED"}, "phone_number_quality_update")
    assert better == Received(mended=(Reason.QUALITY_LOW,))


@pytest.mark.parametrize(
    "field", ["business_capability_update", "phone_number_quality_update", "account_update"]
)
@pytest.mark.parametrize(
    ("told", "allowed"),
    [
        (2000, 2000),
        ("TIER_250", 250),
        ("TIER_10K", 10_000),
        ("TIER_UNLIMITED", NO_LIMIT),
        (-1, NO_LIMIT),
        (10**30, NO_LIMIT),
        ("TIER_NOT_SET", None),
        (0, None),
        (None, None),
        (2.5, None),
        ([250], None),
    ],
)
def test_how_many_people_we_may_write_to_is_told_when_it_changes(
    field: str, told: object, allowed: int | None
) -> None:
    value = {"event": "ONBOARDING", "max_daily_conversations_per_business": told}
    assert read(value, field) == Received(people_a_day=allowed)


@pytest.mark.parametrize("field", sorted(IGNORED))
def test_what_is_nothing_to_us_is_not_counted_as_a_riddle(field: str) -> None:
    assert read({"any": "thing"}, field) == Received()


@pytest.mark.parametrize(
    "field",
    [
        "account_update",
        "business_capability_update",
        "message_template_status_update",
        "template_category_update",
    ],
)
@pytest.mark.parametrize("value", [None, [], "x"])
def test_a_story_that_cannot_be_read_is_counted(field: str, value: object) -> None:
    assert read(value, field) == Received(unknown=1)


@pytest.mark.parametrize(
    "value",
    [
        {"ban_info": 7, "event": "DISABLED_UPDATE"},
        {"restriction_info": [7], "event": "ACCOUNT_RESTRICTION"},
        {"event": "DISABLED_UPDATE"},
        {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "ODD"}},
        {"event": ["DISABLED_UPDATE"]},
        {"event": None},
        {},
    ],
)
def test_a_story_of_the_account_s_that_cannot_be_read_is_counted(value: object) -> None:
    assert read(value, "account_update") == Received(unknown=1)


@pytest.mark.parametrize(
    ("told", "priced"),
    [
        (
            {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "utility"},
            Pricing("utility"),
        ),
        ({"billable": False, "category": "service"}, Pricing("service", billable=False)),
        (
            {"type": "free_entry_point", "category": "REFERRAL_CONVERSION"},
            Pricing("referral_conversion", "free_entry_point", billable=False),
        ),
        ({"category": "marketing_lite", "billable": None}, Pricing("marketing_lite")),
        ({"type": "regular"}, None),
        ("odd", None),
        (None, None),
    ],
)
def test_how_a_message_is_billed_is_told_with_its_report(told: Any, priced: Pricing | None) -> None:
    (report,) = statuses(a_status("delivered", pricing=told)).reports
    assert report.priced == priced


@pytest.mark.parametrize("ends", [None, "soon", "²", 1_764_100_000_000, "99999999999999999999"])
def test_a_restriction_whose_end_cannot_be_read_holds_for_a_day(ends: Any) -> None:
    told = {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": ends}
    for info in ([told], told):
        value = {"event": "ACCOUNT_RESTRICTION", "restriction_info": info}
        (stop,) = read(value, "account_update").stops
        assert (stop.until, stop.rest, stop.starts_only) == (None, timedelta(days=1), True)


@pytest.mark.parametrize("status", ["sent", "failed"])
def test_a_status_whose_errors_are_nothing_is_read_all_the_same(status: str) -> None:
    received = statuses(a_status(status, errors=None))
    assert [report.state.value for report in received.reports] == [status]
    assert received.unknown == 0
