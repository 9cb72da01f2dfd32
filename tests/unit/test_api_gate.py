"""Where a program asks from, and in which language it is answered."""

from datetime import date

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.domain.errors import Unreadable
from bot.web.api.gate import address_of
from bot.web.api.reading import cursor_of, exact, key_of
from bot.web.language import Spoken, language_of

SPOKEN = Spoken(lambda text, _language: text.key, ("pt_BR", "en", "es"), "pt_BR")


class Line:
    """What a request came over."""

    def __init__(self, peer: str) -> None:
        self.peer = peer

    def get_extra_info(self, name: str, default: object = None) -> object:
        return (self.peer, 40_000) if name == "peername" else default


def from_where(peer: str, proxies: int, *forwarded: str) -> str:
    headers = {"X-Forwarded-For": ", ".join(forwarded)} if forwarded else {}
    request = make_mocked_request("GET", "/clients", headers, transport=Line(peer))
    return address_of(request, proxies)


def test_nobody_is_believed_about_an_address_unless_a_proxy_is_ours() -> None:
    assert from_where("203.0.113.7", 0, "198.51.100.1") == "address 203.0.113.7"
    assert from_where("10.0.0.1", 1, "198.51.100.1") == "address 198.51.100.1"


def test_only_what_our_own_proxies_saw_counts() -> None:
    told = ("6.6.6.6", "198.51.100.1", "10.0.0.2")
    assert from_where("10.0.0.1", 1, *told) == "address 10.0.0.2"
    assert from_where("10.0.0.1", 2, *told) == "address 198.51.100.1"
    assert from_where("10.0.0.1", 2, "6.6.6.6") == "address 10.0.0.1"
    assert from_where("10.0.0.1", 1, "not an address") == "address unknown"


def test_one_line_of_the_new_internet_is_one_address() -> None:
    one, other = "2001:db8:1:2:3::4", "2001:db8:1:2:ffff::9"
    assert from_where(one, 0) == from_where(other, 0) != from_where("2001:db8:1:3::4", 0)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("", "pt_BR"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("es-AR,es;q=0.9,en;q=0.8", "es"),
        ("fr;q=0.9, en; q=0.2, es ;q=0.4", "es"),
        ("fr", "pt_BR"),
        ("*", "pt_BR"),
        ("en;q=nonsense, es;q=0.1", "es"),
        ("," * 10_000, "pt_BR"),
    ],
)
def test_the_language_is_the_one_liked_best_of_those_we_have(asked: str, answered: str) -> None:
    request = make_mocked_request("GET", "/", {"Accept-Language": asked})
    assert language_of(request, SPOKEN) == answered


@pytest.mark.parametrize(
    ("amount", "currency", "read"),
    [("49.90", "BRL", "49.90"), ("49.9", "BRL", "49.90"), ("7", "BRL", "7.00"), ("7", "CLP", "7")],
)
def test_an_amount_is_exact(amount: str, currency: str, read: str) -> None:
    assert exact(amount, currency, "price") == read


@pytest.mark.parametrize(("amount", "currency"), [("1.250", "BRL"), ("1.5", "CLP")])
def test_an_amount_with_more_decimals_than_its_currency_is_a_slip(
    amount: str, currency: str
) -> None:
    with pytest.raises(Unreadable):
        exact(amount, currency, "price")


def test_a_cursor_reads_back_as_it_was() -> None:
    key = {"name": "ana sá", "id": 7}
    assert key_of(cursor_of(key), name=str, id=int) == key
    assert cursor_of(None) is None
    assert key_of(None, id=int) is None


@pytest.mark.parametrize(
    "key", [{"due": "2026-02-30", "id": 1}, {"due": "x", "id": 1}, {"due": 1, "id": 1}, {"id": 1}]
)
def test_a_cursor_of_another_list_is_refused(key: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        key_of(cursor_of(key), due=date, id=int)


def test_a_cursor_with_a_day_reads_back() -> None:
    key = {"due": "2026-02-28", "id": 1}
    assert key_of(cursor_of(key), due=date, id=int) == key
