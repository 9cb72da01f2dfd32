"""Pix: keys are told apart, codes are what every bank's app reads."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import brcode
from bot.domain.errors import Unreadable
from bot.domain.money import Money
from bot.domain.pix import PixKey, pix_code, read_pix, receiver_city, receiver_name
from bot.domain.tax_ids import is_cnpj, is_cpf
from tests.support.pix_codes import BROKEN, VALID

BOTH = "11987650034"  # a valid CPF that could be a mobile of São Paulo
EVP = "123e4567-e12b-12d1-a456-426655440000"
KEYS = st.sampled_from(
    [
        PixKey("evp", EVP),
        PixKey("email", "arya@stark.com"),
        PixKey("phone", "+5527998142173"),
        PixKey("cpf", "39053344705"),
        PixKey("cpf", BOTH),
        PixKey("cnpj", "12ABC34501DE35"),
    ]
)


def refusal(text: str) -> str:
    with pytest.raises(Unreadable) as refused:
        PixKey.read(text)
    return refused.value.key


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("390.533.447-05", "cpf", "39053344705"),
        ("39053344705", "cpf", "39053344705"),
        ("390533447-05", "cpf", "39053344705"),
        ("11.222.333/0001-81", "cnpj", "11222333000181"),
        ("11222333000181", "cnpj", "11222333000181"),
        ("12.abc.345/01de-35", "cnpj", "12ABC34501DE35"),
        ("+55 27 99814-2173", "phone", "+5527998142173"),
        ("27998142173", "phone", "+5527998142173"),
        ("(27) 99814-2173", "phone", "+5527998142173"),
        (" Arya@Stark.com ", "email", "arya@stark.com"),
        (EVP.upper(), "evp", EVP),
    ],
)
def test_a_key_is_read_with_or_without_its_marks(typed: str, kind: str, value: str) -> None:
    assert PixKey.read(typed) == PixKey(kind, value)


def test_digits_that_may_be_a_cpf_or_a_mobile_are_asked_about() -> None:
    assert refusal(BOTH) == refusal(" ".join(BOTH)) == "errors.pix.ambiguous"


def test_the_marks_of_a_cpf_or_of_a_phone_settle_it() -> None:
    assert PixKey.read("119.876.500-34") == PixKey("cpf", BOTH)
    assert PixKey.read("11 98765-0034") == PixKey("phone", f"+55{BOTH}")
    assert PixKey.read(f"+55{BOTH}") == PixKey("phone", f"+55{BOTH}")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "minha chave",
        "390.533.447-06",
        "111.111.111-11",
        "11.222.333/0001-82",
        "99814-2173",
        "a@b",
        "a%b@c.com",
        "joão@loja.com",
        "a" * 70 + "@loja.com",
        EVP[:-1],
    ],
)
def test_what_is_no_key_is_refused(typed: str) -> None:
    assert refusal(typed) == "errors.pix.unreadable"


@given(KEYS)
def test_what_a_key_writes_it_reads(key: PixKey) -> None:
    assert PixKey.read(str(key)) == key


@given(st.text(max_size=60) | st.text(string.digits + "./-+() ", max_size=20))
def test_any_words_are_a_key_or_refused(text: str) -> None:
    try:
        key = PixKey.read(text)
    except Unreadable:
        return
    assert PixKey.read(str(key)) == key


def test_a_key_is_shown_with_its_marks() -> None:
    shown = [PixKey.read(typed).shown for typed in ("39053344705", "12ABC34501DE35", "27998142173")]
    assert shown == ["390.533.447-05", "12.ABC.345/01DE-35", "+55 27 99814-2173"]
    assert PixKey.read("arya@stark.com").shown == "arya@stark.com"


@pytest.mark.parametrize("digits", ["39053344705", "12345678909", "11144477735", "52998224725"])
def test_a_cpf_has_its_check_digits(digits: str) -> None:
    assert is_cpf(digits)


@pytest.mark.parametrize("digits", ["11111111111", "12345678900", "23100299900", "3905334470", ""])
def test_other_digits_are_no_cpf(digits: str) -> None:
    assert not is_cpf(digits)


@pytest.mark.parametrize(
    "letters", ["12ABC34501DE35", "11222333000181", "16727230000197", "00000000000191"]
)
def test_a_cnpj_has_its_check_digits(letters: str) -> None:
    assert is_cnpj(letters)


@pytest.mark.parametrize(
    "letters", ["12ABC34501DE36", "16727230000198", "00000000000000", "12abc34501de35", ""]
)
def test_other_letters_are_no_cnpj(letters: str) -> None:
    assert not is_cnpj(letters)


def written(receiver: str, city: str, minor: int, key: str, txid: str) -> str:
    return pix_code(PixKey.read(key), receiver, city, Money(minor), txid)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (
            "longest name and txid",
            written(
                "Arya Stark with a very long name",
                "São Paulo",
                12500,
                "arya@stark.com",
                "verylongreconciliationidt",
            ),
        ),
        (
            "longest city, sum with a zero",
            written(
                "Arya Stark with a very long name",
                "Pindamonhangaba do Sul",
                12500,
                "arya@stark.com",
                "verylongreconciliationidt",
            ),
        ),
        (
            "sum with two zeros",
            written("LOJA EXEMPLO", "SÃO PAULO", 1000, "cobranca@example.com.br", "EM000052"),
        ),
        (
            "CNPJ key",
            written(
                "LOJA EXEMPLO LTDA", "BELO HORIZONTE", 123456, "11.222.333/0001-81", "FAT202611"
            ),
        ),
        (
            "CNPJ key with letters",
            written(
                "LOJA EXEMPLO LTDA", "BELO HORIZONTE", 123456, "12.ABC.345/01DE-35", "FAT202611"
            ),
        ),
    ],
)
def test_codes_are_those_that_others_write(name: str, code: str) -> None:
    assert code == VALID[name]


@pytest.mark.parametrize("name", VALID)
def test_codes_of_every_kind_are_read(name: str) -> None:
    found = read_pix(f" {VALID[name]}\n")
    assert found["receiver"]
    assert found["city"]


@pytest.mark.parametrize("name", BROKEN)
def test_a_code_that_an_app_would_refuse_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="code"):
        read_pix(BROKEN[name])


@pytest.mark.parametrize("missing", ["52", "53", "58", "59", "60", "62", "26"])
def test_a_code_must_have_all_its_parts(missing: str) -> None:
    parts = brcode.objects(brcode.unsummed(VALID["amount"]))
    del parts[missing]
    with pytest.raises(ValueError, match="code"):
        read_pix(brcode.summed("".join(brcode.written(*part) for part in parts.items())))


def test_nothing_may_follow_the_check_sum() -> None:
    with pytest.raises(ValueError, match="sum"):
        read_pix(VALID["amount"] + "0")


@given(KEYS, st.integers(1, 10**12 - 1), st.text(string.ascii_letters + string.digits, min_size=1))
def test_a_code_says_what_it_was_asked_to(key: PixKey, minor: int, letters: str) -> None:
    txid = letters[:25]
    found = read_pix(pix_code(key, "Padaria São João", "Maringá", Money(minor), txid))
    assert found == {
        "key": key.value,
        "amount": str(Money(minor)),
        "receiver": "Padaria Sao Joao",
        "city": "Maringa",
        "txid": txid,
    }


@given(KEYS, st.text(max_size=40), st.text(max_size=40))
def test_any_name_makes_a_code_that_can_be_read_or_is_refused(
    key: PixKey, receiver: str, city: str
) -> None:
    try:
        code = pix_code(key, receiver, city, Money(4990))
    except Unreadable:
        return
    assert read_pix(code)["key"] == key.value


@given(st.integers(0, 120), st.sampled_from("0123456789AZ"))
def test_a_slip_in_a_code_is_noticed(place: int, letter: str) -> None:
    code = VALID["amount"]
    spoiled = code[:place] + letter + code[place + 1 :]
    if spoiled != code:
        with pytest.raises(ValueError, match="code"):
            read_pix(spoiled)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Padaria São João", "Padaria Sao Joao"),
        ("Strauß & Søn\u2019s", "Strauss e Sons"),
        ("Loja da Ana 🎾 \u2013 Centro", "Loja da Ana Centro"),
        ("Escola de Natação Águas Claras", "Escola de Natacao Aguas C"),
    ],
)
def test_a_name_is_written_plainly(name: str, plain: str) -> None:
    assert receiver_name(name) == plain


@pytest.mark.parametrize("name", ["", "🎾🎾", "東京", " - . "])
def test_a_name_of_which_nothing_is_left_is_refused(name: str) -> None:
    with pytest.raises(Unreadable) as no_receiver:
        receiver_name(name)
    with pytest.raises(Unreadable) as no_city:
        receiver_city(name)
    assert no_receiver.value.key == "errors.pix.no_receiver"
    assert no_city.value.key == "errors.pix.no_city"


@pytest.mark.parametrize("amount", [Money(0), Money(-1), Money(10**12), Money(100, "USD")], ids=str)
def test_a_code_asks_for_reais(amount: Money) -> None:
    with pytest.raises(ValueError, match="reais"):
        pix_code(PixKey("evp", EVP), "Ana", "Vitória", amount)


@pytest.mark.parametrize("txid", ["", "a_b", "a-b", "É", "\uff11", "a" * 26])
def test_a_txid_is_letters_and_digits(txid: str) -> None:
    with pytest.raises(ValueError, match="txid"):
        pix_code(PixKey("evp", EVP), "Ana", "Vitória", Money(100), txid)


def test_an_object_holds_what_two_digits_can_count() -> None:
    with pytest.raises(ValueError, match="99"):
        brcode.written("59", "a" * 100)
