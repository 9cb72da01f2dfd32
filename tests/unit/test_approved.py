"""Which approved form a message goes in, and what texts are called at the provider."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import PlanId
from bot.domain.message import TemplateUse
from bot.domain.own_text import OwnText, TextBook, TextKey
from bot.domain.template import TemplateStatus
from bot.domain.template_names import name_of, named
from bot.domain.wording import WORDING
from bot.sandbox.whatsapp.template_rules import check_head
from bot.services.approved import Approved
from tests.support.books import NOON

PLAN = PlanId(3)
ALL = TextKey("reminder_late", "pt_BR")
FOR_PLAN = replace(ALL, plan_id=PLAN)
USE = TemplateUse("reminder_late", plan_id=PLAN, others=("reminder_last",))


def text(key: TextKey, version: int, words: str = "Oi, {name}!") -> OwnText:
    return OwnText(key, version, words, NOON)


def chosen(book: list[OwnText], *names: str, earlier: tuple[OwnText, ...] = ()) -> str | None:
    usable = frozenset((name, "pt_BR") for name in names)
    form = Approved(TextBook.of(book), usable, earlier).form(USE, "pt_BR")
    return (form.known_as or form.name) if form else None


def test_the_plan_s_newest_words_go_before_everything_else() -> None:
    book = [text(FOR_PLAN, 2), text(ALL, 4)]
    everything = ("reminder_late_p3_v2", "reminder_late_v4", "reminder_late", "reminder_last")
    for number, name in enumerate(everything):
        assert chosen(book, *everything[number:]) == name
    assert chosen(book) is None


def test_an_earlier_version_goes_while_a_newer_is_not_approved() -> None:
    book = [text(ALL, 4)]
    earlier = (text(ALL, 3), text(ALL, 1))
    assert chosen(book, "reminder_late_v3", "reminder_late", earlier=earlier) == "reminder_late_v3"
    assert chosen(book, "reminder_late_v3", "reminder_late_v4", earlier=earlier) == (
        "reminder_late_v4"
    )


def test_words_that_were_taken_back_are_not_used_again() -> None:
    book = [text(FOR_PLAN, 3, ""), text(ALL, 5, "")]
    earlier = (text(FOR_PLAN, 2), text(ALL, 4))
    names = ("reminder_late_p3_v2", "reminder_late_v4", "reminder_late")
    assert chosen(book, *names, earlier=earlier) == "reminder_late"


def test_an_own_text_carries_its_words_and_another_form_none() -> None:
    usable = frozenset({("reminder_late_v1", "pt_BR")})
    form = Approved(TextBook.of([text(ALL, 1)]), usable).form(USE, "pt_BR")
    assert form is not None
    assert (form.words, form.name) == ("Oi, {name}!", "reminder_late")
    other = Approved(usable=frozenset({("reminder_last", "pt_BR")})).form(USE, "pt_BR")
    assert other == replace(USE, name="reminder_last")
    assert Approved(usable=usable).form(USE, "en") is None


@given(
    st.sampled_from(sorted(WORDING)),
    st.none() | st.integers(1, 10**9),
    st.integers(1, 10**6),
)
def test_a_name_is_legal_and_says_which_text_it_is(
    form: str, plan: int | None, version: int
) -> None:
    key = TextKey(form, "es", None if plan is None else PlanId(plan))
    name = name_of(text(key, version))
    check_head({"name": f"emdia_{name}", "language": "es", "category": "UTILITY"})
    assert named(name, "es") == (key, version)
    assert named(form, "es") == (TextKey(form, "es"), 0)


@pytest.mark.parametrize("name", ["receipts", "reminder_late_p3", "reminder_late_v1x", "v1", ""])
def test_other_names_are_nobody_s(name: str) -> None:
    assert named(name, "pt_BR") is None


@pytest.mark.parametrize(
    ("status", "worries"),
    [
        (TemplateStatus("receipt", "en", "APPROVED"), []),
        (TemplateStatus("receipt", "en", "PENDING"), []),
        (TemplateStatus("receipt", "en", "IN_APPEAL"), []),
        (
            TemplateStatus("receipt", "en", "REJECTED", category="MARKETING"),
            ["rejected", "marketing"],
        ),
        (TemplateStatus("receipt", "en", "APPROVED", coming="MARKETING"), ["soon_marketing"]),
        (TemplateStatus("receipt", "en", "APPROVED", coming="UTILITY"), []),
        (TemplateStatus("receipt", "en", "ARCHIVED", quality="RED"), ["gone", "red"]),
    ],
)
def test_what_the_house_should_know_of_a_template(
    status: TemplateStatus, worries: list[str]
) -> None:
    assert list(status.worries) == worries
