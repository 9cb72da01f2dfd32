"""Phones: one person has one key, however the number is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Unreadable
from bot.domain.phone import Phone, is_phone, phone_key, readable

AREAS = st.sampled_from(["11", "21", "27", "31", "55", "81", "98"])
SUBSCRIBERS = st.integers(6_000_0000, 9_999_9999).map(str)  # what a mobile had before the ninth


def refusal(text: str, country: str = "BR") -> str:
    with pytest.raises(Unreadable) as refused:
        Phone.read(text, country)
    return refused.value.key


@pytest.mark.parametrize(
    "typed",
    [
        "+55 27 99814-2173",
        "+5527998142173",
        "+552798142173",
        "5527998142173",
        "552798142173",
        "27998142173",
        "27 9814-2173",
        "(27) 99814-2173",
        "(27) 9 9814.2173",
        "027 998142173",
        "0 15 27 99814-2173",
        "(+55) 27 99814-2173",
        "+55 (0)27 99814-2173",
        "00 55 27 99814 2173",
        "27998142173.0",
        "27 99814\u20112173",
        "\u202a+55 27 99814-2173\u202c",
        "\uff12\uff17998142173",
    ],
)
def test_a_mobile_is_read_as_people_write_it(typed: str) -> None:
    assert Phone.read(typed) == Phone("+5527998142173")


def test_an_area_code_may_look_like_the_country() -> None:
    assert Phone.read("55 99814-2173") == Phone("+5555998142173")


def test_a_landline_gets_no_ninth_digit() -> None:
    assert Phone.read("(27) 3222-1234") == Phone("+552732221234")


@pytest.mark.parametrize("typed", ["+351 912 345 678", "00351 912 345 678"])
def test_a_foreign_number_needs_its_plus(typed: str) -> None:
    assert Phone.read(typed) == Phone("+351912345678")
    assert refusal("351912345678") == "errors.phone.unreadable"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1234",
        "190",
        "0800 123 4567",
        "23 99814-2173",
        "27 19814-2173",
        "abc",
        "5,52E+12",
        "27 99814-2173 ramal 2",
        "99999999999999",
        "++5527998142173",
        "27+998142173",
        "+55",
        "+",
        "+999 12345678",
        "٢٧٩٩٨١٤٢١٧٣",
        "279981421730",
        "=27998142173",
        "+1 23",
    ],
)
def test_what_is_no_phone_is_refused(typed: str) -> None:
    assert refusal(typed) == "errors.phone.unreadable"


@pytest.mark.parametrize("typed", ["99814-2173", "3222-1234"])
def test_a_missing_area_code_is_asked_for(typed: str) -> None:
    assert refusal(typed) == "errors.phone.no_area_code"


def test_a_missing_area_code_is_asked_for_abroad_too() -> None:
    assert refusal("345 6789", "US") == "errors.phone.no_area_code"


def test_a_business_abroad_writes_numbers_its_own_way() -> None:
    assert Phone.read("011 15-2345-6789", "AR") == Phone("+5491123456789")
    assert Phone.read("55 2345 6789", "MX") == Phone("+525523456789")
    assert Phone.read("+55 27 99814-2173", "MX") == Phone("+5527998142173")


def test_the_old_way_of_mexican_mobiles_is_the_same_number() -> None:
    assert Phone.read("+52 1 55 1234 5678") == Phone.read("+52 55 1234 5678")


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("+5531987650001", "553187650001"),
        ("5531987650001", "553187650001"),
        ("553187650001", "553187650001"),
        ("5511950001234", "5511950001234"),  # 5000-1234 alone would be a landline
        ("552732221234", "552732221234"),
        ("5215512345678", "525512345678"),
        ("5491123456789", "541123456789"),
        ("351912345678", "351912345678"),
        ("4915112345678", "4915112345678"),
        ("BR.77001122", "BR.77001122"),
        ("-1001234567890", "-1001234567890"),
        ("", ""),
    ],
)
def test_a_channels_address_has_the_key_of_the_person(address: str, key: str) -> None:
    assert phone_key(address) == key


@given(AREAS, SUBSCRIBERS)
def test_the_key_is_the_same_with_or_without_the_ninth_digit(area: str, number: str) -> None:
    with_ninth = f"({area}) 9{number[:4]}-{number[4:]}"
    without = f"+55{area}{number}"
    assert Phone.read(with_ninth).key == Phone.read(without).key == f"55{area}{number}"


@given(st.from_regex("[2-9][0-9]{9}", fullmatch=True))
def test_a_mexican_mobile_has_one_key_with_its_1_and_without(number: str) -> None:
    assert phone_key(f"521{number}") == phone_key(f"+52{number}") == f"52{number}"


@given(st.from_regex("[1-9][0-9]{9}", fullmatch=True))
def test_an_argentine_mobile_has_one_key_with_its_9_and_without(number: str) -> None:
    assert phone_key(f"549{number}") == phone_key(f"+54{number}") == f"54{number}"


@pytest.mark.parametrize(
    "typed", ["+54 9 11 6123-4567", "+54 11 15 6123-4567", "+54 11 6123-4567", "5491161234567"]
)
def test_an_argentine_mobile_is_one_however_it_is_typed(typed: str) -> None:
    said = typed if typed.startswith("+") else f"+{typed}"
    assert Phone.read(said).key == phone_key("5491161234567")


@given(st.from_regex("[1-9][0-9]{6,14}|[A-Z]{2}[.][A-Za-z0-9]{1,20}|[0-9]{14}@lid", fullmatch=True))
def test_a_key_has_no_key_but_itself(address: str) -> None:
    key = phone_key(address)
    assert phone_key(key) == key
    assert is_phone(key) == is_phone(address)


@given(AREAS, SUBSCRIBERS)
def test_reading_what_was_read_changes_nothing(area: str, number: str) -> None:
    phone = Phone.read(area + number)
    for written in (phone.e164, phone.digits, phone.shown, phone.key):
        assert Phone.read(written) == phone
    assert phone_key(phone.key) == phone.key


@given(st.text("0123456789+() -./", max_size=20) | st.text(max_size=20))
def test_anything_else_is_refused_and_never_breaks(text: str) -> None:
    try:
        phone = Phone.read(text)
    except Unreadable:
        return
    assert Phone.read(phone.e164) == phone
    assert phone.masked != phone.shown


def test_a_phone_is_shown_as_people_read_it() -> None:
    phone = Phone("+5527998142173")
    assert phone.shown == "+55 27 99814-2173"
    assert phone.digits == "5527998142173"


def test_a_masked_phone_cannot_be_called() -> None:
    assert Phone("+5527998142173").masked == "+55 27 *****-2173"
    assert Phone("+16502530000").masked == "+1 ***-***-0000"


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("5511940000000", "+55 11 94000-0000"),
        ("+55 11 94000-0000", "+55 11 94000-0000"),
        ("BR.4711", "BR.4711"),
        ("", ""),
    ],
)
def test_a_number_that_a_network_gives_is_shown_as_people_write_it(told: str, read: str) -> None:
    assert readable(told) == read
