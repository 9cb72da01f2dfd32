"""Clients in a chat: added one question at a time or in a line, looked up, changed, brought."""

from pathlib import Path

import pytest

from bot.domain.ids import FileId
from bot.domain.role import Role
from bot.services.sheets import read_sheet
from bot.storage.engine import make_engines
from tests.support.books import Books, a_client
from tests.support.talk import Talk

SAMPLE = (Path(__file__).parents[1] / "data" / "clientes.csv").read_bytes()


@pytest.fixture
async def admin(sqlite_url: str) -> Talk:
    books = Books(make_engines(sqlite_url))
    await books.begin()
    talk = Talk(books)
    await talk.join(Role.OWNER)
    return talk


@pytest.fixture(autouse=True)
async def closed(admin: Talk) -> object:
    yield
    await admin.books.engines.dispose()


async def test_a_client_is_added_one_question_at_a_time(admin: Talk) -> None:
    await admin.says("/novo")
    assert admin.sees == ["form.step", "form.add_client.name"]
    assert admin.offered == ["form.cancel"]
    await admin.says("Ana Souza")
    assert admin.sees == ["form.step", "form.add_client.phone"]
    assert admin.offered == ["form.back", "form.cancel"]
    await admin.says("11 98765-4321")
    await admin.taps("Mensal")
    await admin.taps("plan.costs")
    await admin.taps("day.of_month", 1)
    assert admin.sees == ["form.step", "form.add_client.note"]
    await admin.taps("form.skip")
    assert admin.sees[0] == "form.add_client.check"
    assert "Telefone: +55 11 98765-4321" in admin.reads
    await admin.taps("form.save")
    assert admin.sees == ["client.added", "client.first_due"]
    await admin.taps("client.open")
    assert admin.sees[0] == "card.name"


async def test_one_line_says_it_all(admin: Talk) -> None:
    await admin.says("/novo Ana Souza; 11 98765-4321; Mensal; 49,90; dia 20")
    assert admin.sees[0] == "form.add_client.check"
    await admin.taps("form.save")
    assert await admin.books.find("ana souza") == ["Ana Souza"]


async def test_a_mistake_in_the_line_is_asked_again_and_nothing_else(admin: Talk) -> None:
    await admin.says("/novo Ana Souza; 11 98765-4321; Mensal; quarenta; dia 20")
    assert admin.sees == ["errors.money.unreadable", "form.step", "form.add_client.price"]
    await admin.says("49,90")
    assert admin.sees == ["form.step", "form.add_client.note"]


async def test_a_known_phone_is_told_at_once(admin: Talk) -> None:
    await admin.books.add(a_client())
    await admin.says("/novo", "Outra", "11 8765-4321")
    assert admin.sees[0] == "errors.client.known_phone"
    assert "Ana Souza" in admin.reads


async def test_a_plan_that_is_not_sold_is_told_at_once(admin: Talk) -> None:
    await admin.says("/novo", "Ana", "11 98765-4321", "Platina")
    assert admin.sees[0] == "errors.plan.unknown"


async def test_a_price_can_be_taken_back_to_choose_another_plan(admin: Talk) -> None:
    await admin.books.plan("Ouro", 9990)
    await admin.says("/novo", "Ana", "11 98765-4321", "mensal", "voltar", "ouro")
    await admin.taps("plan.costs")
    await admin.says("20", "pular")
    assert "R$ 99,90" in admin.reads


async def test_a_first_day_that_has_passed_is_told_before_the_yes(admin: Talk) -> None:
    await admin.says("/novo Ana; 11 98765-4321; Mensal; 49,90; 01/10/2026")
    assert admin.sees[-1] == "client.review.late"
    await admin.taps("form.save")
    assert "client.late_on_arrival" in admin.sees
    await admin.taps("client.remind_overdue")
    assert admin.sees[0] == "client.now_reminded"
    assert "card.unreminded" not in admin.sees


async def test_the_list_is_narrowed_and_widened(admin: Talk) -> None:
    await admin.books.plan("Ouro", 9990)
    await admin.books.add(a_client("Ana", "11 98765-4321", due="2026-10-10"))
    await admin.books.add(a_client("Bia", "11 98765-4322", plan="Ouro", due="2026-12-20"))
    await admin.says("/clientes")
    assert admin.offered[:2] == ["Ana", "Bia"]
    await admin.taps("list.filter")
    await admin.taps("field.standing")
    await admin.taps("standing.late")
    assert admin.offered[0] == "Ana"
    assert "Bia" not in admin.offered
    assert admin.sees == ["clients.title", "list.filtered"]
    await admin.taps("list.filter")
    await admin.taps("field.plan")
    await admin.taps("Ouro")
    assert "list.without" in admin.offered
    assert admin.sees[1] == "clients.none"
    await admin.taps("list.without", 0)
    assert "Bia" in admin.offered
    await admin.taps("list.filter")
    await admin.taps("field.amount_from")
    await admin.says("cem")
    assert admin.sees[0] == "errors.money.unreadable"
    await admin.says("40")
    assert "Bia" in admin.offered


async def test_an_empty_house_is_told_how_to_fill_it(admin: Talk) -> None:
    await admin.says("/clientes")
    assert admin.sees == ["clients.title", "clients.none"]
    assert "home.go.add" in admin.offered
    assert "home.go.import" in admin.offered


@pytest.mark.parametrize("said", ["/buscar souza", "souza", "/cliente ana"])
async def test_a_name_leads_to_its_client(admin: Talk, said: str) -> None:
    await admin.books.add(a_client())
    await admin.says(said)
    assert "Ana Souza" in admin.offered or admin.sees[0] == "card.name"


async def test_a_search_asks_for_what(admin: Talk) -> None:
    await admin.books.add(a_client())
    await admin.says("/buscar")
    assert admin.sees == ["find.ask"]
    await admin.says("4321")
    assert admin.offered[0] == "Ana Souza"
    await admin.taps("list.without")
    assert admin.sees == ["clients.title"]
    await admin.says("/cliente")
    await admin.says("ana")
    assert admin.sees[0] == "card.name"


async def test_a_search_without_a_find_offers_to_add(admin: Talk) -> None:
    await admin.says("/buscar ninguem")
    assert admin.sees == ["find.title", "find.none", "list.filtered"]
    assert "home.go.add" in admin.offered


async def test_several_of_a_name_are_listed(admin: Talk) -> None:
    await admin.books.add(a_client("Ana Souza", "11 98765-4321"))
    await admin.books.add(a_client("Ana Lima", "11 98765-4322"))
    await admin.says("/cliente ana")
    assert admin.offered[:2] == ["Ana Lima", "Ana Souza"]


async def test_today_and_the_late_have_lists_of_their_own(admin: Talk) -> None:
    await admin.books.add(a_client("Hoje", "11 98765-4321", due="2026-10-15"))
    await admin.books.add(a_client("Tarde", "11 98765-4322", due="2026-10-10"))
    await admin.says("/hoje")
    assert admin.offered[0] == "Hoje"
    await admin.says("/vencidos")
    assert admin.offered[0] == "Tarde"
    assert admin.buttons[0].hint is not None
    assert admin.buttons[0].hint.key == "row.late"


async def test_every_line_says_how_its_client_stands(admin: Talk) -> None:
    await admin.books.add(a_client("A", "11 98765-4321", due="2026-10-20"))
    await admin.books.add(a_client("B", "11 98765-4322", due="2026-12-20"))
    paused = await admin.books.add(a_client("C", "11 98765-4323", due="2026-12-20"))
    async with admin.books.open() as shop:
        await shop.clients.pause(paused.id)
    await admin.says("/clientes")
    hints = [button.hint.key for button in admin.buttons[:3] if button.hint]
    assert hints == ["row.due", "row.next", "standing.paused"]


async def test_a_card_does_what_its_buttons_say(admin: Talk) -> None:
    await admin.books.add(a_client(note="#vip", due="2026-10-10"))
    await admin.says("/cliente ana")
    assert {"card.note", "card.owes", "card.charge", "card.unreminded"} <= set(admin.sees)
    await admin.taps("client.pause")
    assert admin.sees[0] == "client.now_paused"
    await admin.taps("client.unpause")
    assert admin.sees[0] == "client.now_active"
    await admin.taps("client.mute")
    assert admin.sees[-1] == "card.muted"
    await admin.taps("client.unmute")
    assert "card.muted" not in admin.sees
    await admin.taps("client.history")
    assert admin.sees == ["history.title", "history.line"]
    await admin.taps("client.open")
    await admin.taps("client.cancel")
    assert admin.sees == ["client.cancel_sure"]
    await admin.taps("client.cancel_no")
    await admin.taps("client.cancel")
    await admin.taps("client.cancel_yes")
    assert admin.sees[0] == "client.now_cancelled"
    assert "client.cancel" not in admin.offered


async def test_many_open_charges_do_not_push_the_buttons_away(admin: Talk) -> None:
    await admin.books.add(a_client(due="2026-01-10"))
    await admin.says("/cliente ana")
    assert admin.sees.count("card.charge") == 5
    assert "card.more_charges" in admin.sees
    await admin.taps("client.history")
    assert admin.sees.count("history.line") == 7
    await admin.taps("list.more")
    assert admin.sees.count("history.line") == 3


@pytest.mark.parametrize(
    ("field", "answers", "shown"),
    [
        ("field.name", ["Antônia Prado"], "Antônia Prado"),
        ("field.price", ["59,90"], "R$ 59,90"),
        ("field.first_due", ["dia 25"], "25"),
        ("field.note", ["agora #ouro"], "agora #ouro"),
    ],
)
async def test_one_thing_about_a_client_is_changed(
    admin: Talk, field: str, answers: list[str], shown: str
) -> None:
    await admin.books.add(a_client(due="2026-12-20"))
    await admin.says("/cliente ana")
    await admin.taps("client.edit")
    await admin.taps(field)
    await admin.says(*answers)
    assert admin.sees[0] == "client.changed"
    assert shown in admin.reads


async def test_a_new_phone_is_read_back_first(admin: Talk) -> None:
    await admin.books.add(a_client())
    await admin.says("/cliente ana")
    await admin.taps("client.edit")
    await admin.taps("field.phone")
    await admin.says("21 97777-1111")
    assert admin.sees[0] == "form.change_client_phone.check"
    await admin.taps("form.save")
    assert "+55 21 97777-1111" in admin.reads


async def test_a_new_plan_brings_its_price(admin: Talk) -> None:
    await admin.books.plan("Ouro", 9990)
    await admin.books.add(a_client(due="2026-12-20"))
    await admin.says("/cliente ana")
    await admin.taps("client.edit")
    await admin.taps("field.plan")
    await admin.taps("Ouro")
    await admin.taps("plan.costs")
    await admin.taps("form.save")
    assert "Ouro: R$ 99,90" in admin.reads


async def test_plans_are_made_changed_and_taken_off_sale(admin: Talk) -> None:
    await admin.says("/planos")
    assert admin.offered[0] == "Mensal"
    await admin.taps("plans.add")
    await admin.says("Ouro trimestral", "129,90")
    assert admin.offered[0] == "period.quarterly"
    await admin.taps("period.quarterly")
    await admin.taps("form.save")
    assert admin.sees == ["plans.added"]
    await admin.taps("plans.back")
    await admin.taps("Ouro trimestral")
    await admin.taps("plans.change_price")
    await admin.says("139,90")
    await admin.taps("form.save")
    assert admin.sees == ["plans.price_changed"]
    await admin.taps("plans.back")
    await admin.taps("Ouro trimestral")
    await admin.taps("plans.rename")
    await admin.says("Prata")
    assert admin.sees == ["plans.renamed"]
    await admin.taps("plans.back")
    await admin.taps("Prata")
    await admin.taps("plans.stop")
    assert admin.sees == ["plans.now_not_sold"]
    await admin.taps("plans.back")
    await admin.taps("Prata")
    assert "plans.not_sold" in admin.sees
    await admin.taps("plans.sell")
    assert admin.sees == ["plans.now_sold"]


async def test_a_list_is_looked_at_then_taken_in_with_one_tap(admin: Talk) -> None:
    await admin.sends(SAMPLE)
    assert admin.sees[0] == "import.preview"
    assert {"import.repeated", "import.unreadable", "import.new_plans", "import.overdue"} <= set(
        admin.sees
    )
    assert "8 clientes novos" in admin.reads
    await admin.taps("import.go.rows")
    assert admin.sees[0] == "import.rows_title"
    assert "Linha 11: mesmo telefone da linha 3" in admin.reads
    await admin.taps("import.go.back")
    await admin.taps("import.go.apply")
    assert admin.sees == [
        "import.done",
        "import.plans_made",
        "import.overdue_left",
        "import.to_correct",
    ]
    assert admin.attachment is not None
    assert len(read_sheet(await _content(admin, admin.attachment.file_id))) == 10


async def test_a_phone_under_two_names_is_not_told_as_a_row_that_cannot_be_read(
    admin: Talk,
) -> None:
    rows = ("Ana;27 99814-2173;Mensal;49,90;dia 10", "Bia;27 99814-2173;Mensal;49,90;dia 10")
    await admin.sends("\n".join(("Nome;Telefone;Plano;Valor;Vencimento", *rows)).encode())
    assert "Linha 3: mesmo telefone da linha 2 (Ana)" in admin.reads
    assert "import.repeated" in admin.sees
    assert "import.unreadable" not in admin.sees


async def test_an_old_tap_on_import_changes_nothing_twice(admin: Talk) -> None:
    await admin.sends(SAMPLE)
    preview = list(admin.buttons)
    await admin.taps("import.go.apply_remind")
    assert "import.overdue_reminded" in admin.sees
    admin.buttons = preview
    await admin.taps("import.go.apply")
    assert admin.sees[0] == "import.done_before"


async def test_a_list_of_known_clients_offers_nothing_to_import(admin: Talk) -> None:
    await admin.sends(SAMPLE)
    await admin.taps("import.go.apply")
    await admin.sends(SAMPLE)
    assert "import.nothing_new" in admin.sees
    assert "import.go.apply" not in admin.offered


async def test_a_preview_is_let_be(admin: Talk) -> None:
    await admin.sends(SAMPLE)
    preview = list(admin.buttons)
    await admin.taps("import.go.drop")
    assert admin.sees == ["import.let_be"]
    admin.buttons = preview
    await admin.taps("import.go.apply")
    assert admin.sees == ["errors.import.dropped"]


async def test_the_rows_to_correct_come_as_a_file(admin: Talk) -> None:
    await admin.sends(SAMPLE)
    await admin.taps("import.go.rows")
    await admin.taps("import.go.file")
    assert admin.attachment is not None
    assert admin.attachment.name == "clientes-corrigir.xlsx"


async def test_many_rows_to_correct_are_shown_a_page_at_a_time(admin: Talk) -> None:
    bad = "".join(f"Cliente;{n};Mensal;10\n" for n in range(14))
    await admin.sends(f"Nome;Fone;Plano;Dia\n{bad}".encode())
    await admin.taps("import.go.rows")
    assert admin.sees.count("import.row") == 10
    await admin.taps("list.more")
    assert admin.sees.count("import.row") == 4
    assert "list.more" not in admin.offered


async def test_the_sample_is_one_tap_away(admin: Talk) -> None:
    await admin.says("/importar")
    assert admin.sees[0] == "import.how"
    await admin.taps("import.go.sample")
    assert admin.attachment is not None
    rows = read_sheet(await _content(admin, admin.attachment.file_id))
    assert rows[0].cells[0] == "Nome"


async def test_columns_that_were_guessed_or_left_are_told(admin: Talk) -> None:
    await admin.sends(b"Ana Souza;11 98765-4321;Mensal;49,90;dia 10\n")
    assert "import.guessed" in admin.sees
    await admin.sends(b"CPF;Nome;Fone;Plano;Dia\n1;Bia;11 98765-4322;Mensal;10\n")
    assert "import.ignored" in admin.sees


async def test_a_picture_is_no_list(admin: Talk) -> None:
    await admin.sends(b"\x89PNG\r\n\x1a\n\x00\x00", "foto.png")
    assert admin.sees == ["errors.import.not_a_list"]


async def test_a_viewer_looks_and_changes_nothing(admin: Talk) -> None:
    await admin.books.add(a_client())
    viewer = Talk(admin.books, sender="7002")
    await viewer.join(Role.VIEWER)
    await viewer.says("/cliente ana")
    assert viewer.sees[0] == "card.name"
    await viewer.taps("client.pause")
    assert viewer.sees == ["errors.not_allowed"]


async def _content(admin: Talk, file: FileId) -> bytes:
    async with admin.books.open() as shop:
        return (await shop.unit.files.get(file)).content
