"""The catalogues: the same in every language, without gaps, and exactly what the code says."""

import importlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import pytest
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from bot.channels.telegram import reasons as telegram_reasons
from bot.channels.whatsapp import reasons as whatsapp_reasons
from bot.dialog.handler import FormHandler, Handler, Listing
from bot.domain import reasons as our_reasons
from bot.domain.charge import Standing
from bot.domain.plan import Period
from bot.domain.wording import SPEAK_OF_PIX, WORDINGS, body_key, may_copy
from tests.support.keys import A_KEY, ROOT, Code, read_code

LANGUAGES = ("pt_BR", "en", "es")
GAP = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
TAG = re.compile(r"<(/?)([a-z]+)>")
MARKS = {"b", "i", "code", "pre"}

# WhatsApp sees a mark only where a word begins or ends, and never beside a blank.
UNSEEN = re.compile(r"\w<(?:b|i)>|</(?:b|i)>\w|<(?:b|i)>\s|\s</(?:b|i)>")


@dataclass(frozen=True)
class Entry:
    """One sentence of a catalogue, in all its forms."""

    forms: tuple[str, ...]
    plural: bool
    fuzzy: bool
    file: str

    @property
    def gaps(self) -> set[str]:
        """What goes into it."""
        return {name for form in self.forms for name in GAP.findall(form)}


def entries(language: str) -> Iterator[tuple[str, Entry]]:
    for file in sorted((ROOT / "locales" / language).glob("*.po")):
        with file.open("rb") as opened:
            for message in read_po(opened, locale=language):
                if not message.id:
                    continue
                plural = isinstance(message.id, tuple)
                key = message.id[0] if plural else message.id
                said = message.string
                forms = (said,) if isinstance(said, str) else tuple(said or ())
                yield str(key), Entry(forms, plural, message.fuzzy, file.name)


@cache
def catalogue(language: str) -> dict[str, Entry]:
    return dict(entries(language))


@cache
def code() -> Code:
    return read_code()


@cache
def handlers() -> tuple[Handler, ...]:
    """Every conversation, once there is a list of them."""
    return tuple(getattr(importlib.import_module("bot.handlers"), "EVERY", ()))


def test_the_languages_are_these() -> None:
    folders = {folder.name for folder in (ROOT / "locales").iterdir() if folder.is_dir()}
    assert folders == set(LANGUAGES)
    assert len(catalogue("pt_BR")) > 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things(language: str) -> None:
    everything = {key for other in LANGUAGES for key in catalogue(other)}
    assert sorted(everything - set(catalogue(language))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_said_twice(language: str) -> None:
    written = re.compile(r'^msgid "([^"]+)"$', re.MULTILINE)
    files = (ROOT / "locales" / language).glob("*.po")
    keys = Counter(key for file in files for key in written.findall(file.read_text("utf-8")))
    assert [key for key, times in keys.items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_lies_in_the_same_file_everywhere(language: str) -> None:
    ours = catalogue("pt_BR")
    elsewhere = {
        key: entry.file
        for key, entry in catalogue(language).items()
        if key in ours and ours[key].file != entry.file
    }
    assert elsewhere == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_open(language: str) -> None:
    left = [
        key
        for key, entry in catalogue(language).items()
        if entry.fuzzy or not entry.forms or not all(form.strip() for form in entry.forms)
    ]
    assert left == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_has_its_form(language: str) -> None:
    wanted = get_plural(language).num_plurals
    wrong = [
        key
        for key, entry in catalogue(language).items()
        if entry.plural and (len(entry.forms) != wanted or "count" not in entry.gaps)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_with_plurals_says_how_the_language_counts(language: str) -> None:
    wanted = re.sub(r"\s", "", str(get_plural(language)))
    for file in (ROOT / "locales" / language).glob("*.po"):
        text = file.read_text("utf-8")
        told = re.findall(r'^"Plural-Forms:\s*(.*?)\\n"$', text, re.MULTILINE)
        assert [re.sub(r"\s", "", rule).rstrip(";") for rule in told] in ([], [wanted.rstrip(";")])
        assert told or "msgid_plural" not in text, file


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_values_go_into_every_language(language: str) -> None:
    ours = catalogue("pt_BR")
    differ = {
        key: (sorted(entry.gaps), sorted(ours[key].gaps))
        for key, entry in catalogue(language).items()
        if key in ours and (entry.gaps, entry.plural) != (ours[key].gaps, ours[key].plural)
    }
    assert differ == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_values_go_into_every_form(language: str) -> None:
    differ = [
        key
        for key, entry in catalogue(language).items()
        # "One day late" may say its number in a word.
        if any(set(GAP.findall(form)) | {"count"} != entry.gaps | {"count"} for form in entry.forms)
    ]
    assert differ == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_brace_stands_alone(language: str) -> None:
    wrong = [
        key
        for key, entry in catalogue(language).items()
        if any(set("{}") & set(GAP.sub("", form)) for form in entry.forms)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_marks_are_ours_and_every_one_is_closed(language: str) -> None:
    wrong = [
        key
        for key, entry in catalogue(language).items()
        if not all(balanced(form) for form in entry.forms)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_marks_stand_where_whatsapp_sees_them(language: str) -> None:
    wrong = [
        key
        for key, entry in catalogue(language).items()
        if any(UNSEEN.search(form) for form in entry.forms)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_look_like_keys(language: str) -> None:
    assert [key for key in catalogue(language) if not (A_KEY.fullmatch(key) or key.isalpha())] == []


def test_every_sentence_in_the_code_is_in_the_catalogues() -> None:
    known = catalogue("pt_BR")
    missing = {f"{said.key} {said.where}" for said in code().said if said.key not in known}
    assert not missing, "\n".join(sorted(missing))


def test_every_sentence_gets_the_values_it_asks_for() -> None:
    known = catalogue("pt_BR")
    short = {
        f"{said.key} {said.where}": sorted(known[said.key].gaps - said.values)
        for said in code().said
        if said.values is not None and said.key in known and known[said.key].gaps - said.values
    }
    assert short == {}


def test_every_family_of_keys_has_members() -> None:
    known = "\n".join(catalogue("pt_BR"))
    shapes = code().asked_shapes
    assert [shape for shape in shapes if not re.search(f"^{shape}$", known, re.MULTILINE)] == []


def test_every_sentence_in_the_catalogues_is_said_somewhere() -> None:
    shapes = [re.compile(shape) for shape in code().shapes]
    unsaid = [
        key
        for key in catalogue("pt_BR")
        if key not in code().literals
        and not any(shape.fullmatch(key) for shape in shapes)
        and not key.startswith("template.")  # held to the forms of words below
    ]
    assert not unsaid, "\n".join(unsaid)


def test_every_question_and_every_answer_has_its_words() -> None:
    wanted: set[str] = set()
    for handler in handlers():
        if isinstance(handler, FormHandler):
            wanted |= {f"form.{handler.name}.{name}" for name in handler.asked}
        if isinstance(handler, FormHandler) and handler.confirm:
            wanted |= {f"form.{handler.name}.check", *(f"field.{name}" for name in handler.asked)}
        if isinstance(handler, Listing):
            wanted |= {f"filter.{name}" for name in handler.fields}
            wanted |= {f"field.{name}" for name in handler.fields}
    assert sorted(wanted - set(catalogue("pt_BR"))) == []


def test_no_question_is_kept_that_nobody_asks() -> None:
    if not handlers():
        pytest.skip("bot.handlers has no EVERY yet")
    asked = {
        f"form.{handler.name}.{name}"
        for handler in handlers()
        if isinstance(handler, FormHandler)
        for name in (*handler.asked, "check")
    }
    kept = {key for key in catalogue("pt_BR") if re.fullmatch(r"form\.[a-z_]+\.[a-z_]+", key)}
    assert sorted(kept - asked) == []


@pytest.mark.parametrize(
    ("family", "members"),
    [
        ("reason", our_reasons.Reason),
        ("reason", telegram_reasons.Reason),
        ("reason", whatsapp_reasons.Reason),
        ("standing", Standing),
        ("period", Period),
    ],
)
def test_every_member_of_a_family_has_its_words(family: str, members: type[StrEnum]) -> None:
    wanted = {f"{family}.{member.value}" for member in members}
    assert sorted(wanted - set(catalogue("pt_BR"))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_templates_are_worded_exactly_as_they_are_declared(language: str) -> None:
    known = catalogue(language)
    wanted = {"template.footer": set[str](), "template.how_to_pay": set[str]()}
    for wording in WORDINGS:
        wanted[f"template.{wording.name}.body"] = set(wording.params)
        if wording.name in SPEAK_OF_PIX:
            wanted[f"template.{wording.name}.abroad"] = set(wording.params)
            if may_copy(wording.name):
                wanted[f"template.{wording.name}.copies"] = set(wording.params)
        for button in range(1, wording.buttons + 1):
            wanted[f"template.{wording.name}.button.{button}"] = set()
    written = {key: known[key].gaps for key in known if key.startswith("template.")}
    assert written == wanted


def balanced(form: str) -> bool:
    """Whether every mark is one of ours, closed in the order in which it was opened."""
    left: list[str] = []
    for closing, mark in TAG.findall(form):
        if mark not in MARKS or (closing and (not left or left.pop() != mark)):
            return False
        if not closing:
            left.append(mark)
    return not left and "<" not in TAG.sub("", form)


@pytest.mark.parametrize(
    "form", ["<b>x", "x</b>", "<b><i>x</b></i>", "<u>x</u>", "a < b", "<b>x<b>", "<B>x</B>"]
)
def test_a_mark_left_open_would_be_found(form: str) -> None:
    assert not balanced(form)


def test_a_mark_that_is_closed_is_fine() -> None:
    assert balanced("<b>x <i>y</i></b> <code>{z}</code>")


# To be tapped in every chat: a link, a button of the phone itself; or said where buttons are.
TAPPED = {
    "client.telegram.here",
    "invite.to_client",
    "errors.invite.open_on_telegram",
    "choice.which_one",
    "bot.description",
    "program.chat.hello",
    "reason.telegram.blocked",
    "reason.telegram.not_started",
    "stranger.your_number",
}
# These go as approved forms alone, which have their buttons.
TAPPED |= {
    body_key(wording.name, pix=True, copies=True) for wording in WORDINGS if may_copy(wording.name)
} - {"template.reminder_last.body"}
NUMBERED = [
    f"numbered.{body_key(wording.name, pix=pix)}"
    for wording in WORDINGS
    if wording.buttons
    for pix in ((True, False) if wording.name in SPEAK_OF_PIX else (True,))
]
TAP = re.compile(r"\b(?:to(?:que|car|ca|cas|ques)|tóquelo|tócalo|taps?)\b", re.IGNORECASE)


def test_what_is_said_instead_is_known_by_its_form() -> None:
    said = [key for key in catalogue("pt_BR") if key.startswith("numbered.")]
    assert sorted(said) == sorted(NUMBERED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_told_to_tap_where_choices_are_numbered(language: str) -> None:
    known = catalogue(language)
    told = {
        key
        for key, entry in known.items()
        if any(TAP.search(form) for form in entry.forms) and f"numbered.{key}" not in known
    }
    assert told - TAPPED == set()
    assert not any(TAP.search(form) for key in NUMBERED for form in known[key].forms)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_instead_is_the_same_but_for_the_tapping(language: str) -> None:
    known = catalogue(language)
    for key in NUMBERED:
        instead, usual = known[key], known[key.removeprefix("numbered.")]
        assert (instead.gaps, instead.plural) == (usual.gaps, usual.plural)
        assert instead.forms[0].rpartition("\n\n")[0] == usual.forms[0].rpartition("\n\n")[0]
