"""What is typed instead of tapped: answers in one go, words that steer, the words of a button."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.role import Role
from bot.storage.engine import make_engines
from tests.support.books import Books, a_client
from tests.support.talk import Talk


@pytest.fixture
async def admin(sqlite_url: str) -> AsyncIterator[Talk]:
    books = Books(make_engines(sqlite_url))
    await books.begin()
    talk = Talk(books)
    await talk.join(Role.OWNER)
    yield talk
    await books.engines.dispose()


LINE = "/novo Ana Souza; 11 98765-4321; Mensal; 49,90; dia 20"


@pytest.mark.parametrize("yes", ["salvar", "Sim", "ok", "save", "guardar", "✅ Salvar", "1"])
async def test_what_was_read_back_is_saved_by_a_word(admin: Talk, yes: str) -> None:
    await admin.says(LINE, yes)
    assert admin.sees[0] == "client.added"


async def test_any_other_word_saves_nothing(admin: Talk) -> None:
    await admin.says(LINE, "não sei")
    assert admin.sees[:2] == ["form.use_buttons", "form.add_client.check"]


async def test_more_than_was_asked_stays_with_the_last_answer(admin: Talk) -> None:
    await admin.says(f"{LINE}; de manhã; #vip; paga em dinheiro")
    assert "Observação: de manhã; #vip; paga em dinheiro" in admin.reads


async def test_each_answer_may_have_a_line_of_its_own(admin: Talk) -> None:
    await admin.says("/novo\nAna Souza\n11 98765-4321;\nMensal\n49,90\ndia 20")
    assert admin.sees[0] == "form.add_client.check"
    assert "Valor: R$ 49,90" in admin.reads


async def test_a_left_out_answer_is_asked_for(admin: Talk) -> None:
    await admin.says("/novo Ana Souza;; Mensal; 49,90; dia 20")
    assert admin.sees == ["form.step", "form.add_client.phone"]
    await admin.says("11 98765-4321", "pular")
    assert admin.sees[0] == "form.add_client.check"


async def test_a_line_without_marks_is_no_name(admin: Talk) -> None:
    await admin.says("/novo Ana Souza 11 98765-4321 Mensal 49,90 dia 20")
    assert admin.sees[0] == "errors.name.with_phone"


async def test_a_number_of_thousands_of_digits_is_no_choice(admin: Talk) -> None:
    await admin.says("/novo", "9" * 5000)
    assert admin.sees[0] == "errors.text.too_long"
    await admin.says("/ajuda", "9" * 5000)
    assert "errors.unexpected" not in admin.sees


@pytest.mark.parametrize("word", ["/cancelar", "cancelar", "Cancel"])
async def test_cancelling_nothing_does_no_harm(admin: Talk, word: str) -> None:
    await admin.says(word)
    assert admin.sees == ["form.nothing_to_cancel"]
    assert admin.offered == ["go.home"]


async def test_cancelling_ends_a_question_that_a_list_asked(admin: Talk) -> None:
    await admin.says("/clientes")
    await admin.taps("list.filter")
    await admin.taps("field.amount_to")
    await admin.says("cancelar", "200")
    assert admin.sees[0] == "find.title"


async def test_a_label_may_be_typed_without_its_picture(admin: Talk) -> None:
    await admin.says("/planos", "novo plano")
    assert admin.sees[-1] == "form.add_plan.plan"


@pytest.mark.parametrize("lost", ["/", "/ ", "/naoexiste", "/NOVO@outro_bot x"])
async def test_what_only_looks_like_a_command_is_answered(admin: Talk, lost: str) -> None:
    await admin.says(lost)
    assert admin.sees[0] in {"command.unknown", "form.step"}


async def test_a_filter_that_cannot_be_is_asked_again_with_the_others_kept(admin: Talk) -> None:
    await admin.books.add(a_client())
    await admin.says("/clientes")
    await admin.taps("list.filter")
    await admin.taps("field.amount_from")
    await admin.says("100")
    await admin.taps("list.filter")
    await admin.taps("field.amount_to")
    await admin.says("50")
    assert admin.sees == ["errors.filter.amounts", "filter.amount_to"]
    await admin.says("muito")
    assert admin.sees == ["errors.money.unreadable", "filter.amount_to"]
    await admin.says("200")
    assert admin.sees.count("list.filtered") == 2


async def test_an_unknown_plan_as_a_filter_is_asked_again(admin: Talk) -> None:
    await admin.says("/clientes")
    await admin.taps("list.filter")
    await admin.taps("field.plan")
    await admin.says("Platina")
    assert admin.sees == ["errors.plan.unknown", "filter.plan"]
    await admin.taps("Mensal")
    assert admin.sees[-1] == "list.filtered"


async def test_a_list_has_a_way_home_as_long_as_it_fits_a_small_phone(admin: Talk) -> None:
    await admin.says("/hoje")
    assert admin.offered == ["go.home"]
    for number in range(8):
        await admin.books.add(a_client(f"Cliente {'ABCDEFGH'[number]}", f"11 98765-432{number}"))
    await admin.says("/clientes")
    assert admin.offered[7:] == ["list.more", "list.filter", "go.home"]
    await admin.taps("list.filter")
    await admin.taps("field.plan")
    await admin.taps("Mensal")
    assert len(admin.offered) == 10
    assert admin.offered[7:] == ["list.more", "list.without", "list.filter"]


async def test_a_half_filled_form_waits_while_something_else_is_looked_at(admin: Talk) -> None:
    await admin.says("/novo", "Ana Souza", "/clientes")
    assert admin.offered[-1] == "form.resume"
    await admin.says("continuar")
    assert admin.sees == ["form.step", "form.add_client.phone"]
    await admin.says("/ajuda")
    await admin.taps("form.resume")
    await admin.says("11 98765-4321")
    assert admin.sees == ["form.step", "form.add_client.plan"]


async def test_a_button_of_an_earlier_round_only_shows_how_things_stand(admin: Talk) -> None:
    await admin.says("/novo", "Ana Souza")
    old = list(admin.buttons)
    await admin.says("/novo", "Bia Lima", "11 98765-4322")
    admin.buttons = old
    await admin.taps("form.back")
    assert admin.sees == ["form.stale_button", "form.step", "form.add_client.plan"]


async def test_a_button_of_a_form_that_has_ended_says_so(admin: Talk) -> None:
    await admin.says(LINE)
    old = list(admin.buttons)
    await admin.taps("form.save")
    admin.buttons = old
    await admin.taps("form.save")
    assert admin.sees == ["form.over"]
    assert await admin.books.find("ana") == ["Ana Souza"]


async def test_a_question_without_a_read_back_is_asked_again_when_it_is_refused(
    admin: Talk,
) -> None:
    await admin.books.plan("Ouro", 9990)
    await admin.says("/planos")
    await admin.taps("Ouro")
    await admin.taps("plans.rename")
    await admin.says("Mensal")
    assert admin.sees == ["errors.plan.taken", "form.rename_plan.plan"]
    await admin.says("Prata")
    assert admin.sees == ["plans.renamed"]
