"""A list of clients sent to the chat: looked at first, taken in with one tap, once."""

from datetime import timedelta

from bot.sandbox.telegram.person import TelegramPerson
from bot.services.sheets import read_sheet
from tests.support.shop_list import a_shop_list
from tests.support.town import Town


async def sends(town: Town, owner: TelegramPerson, content: bytes, name: str = "c.csv") -> str:
    """Send a file; what is answered."""
    owner.uploads(content, name, "text/csv")
    return (await town.sees(owner)).text


async def test_a_list_is_looked_at_before_it_is_taken_in(town: Town, owner: TelegramPerson) -> None:
    preview = await sends(town, owner, a_shop_list(town.today.date()))
    assert "9 clientes novos" in preview
    assert "Linha 11: Telefone: Falta o telefone" in preview
    assert "2 planos novos serão criados" in preview
    assert "Ouro: R$ 99,90 (Mensal), 2 clientes" in preview
    assert "3 já estão vencidos. Não serão lembrados" in preview
    assert "Clientes (0)" in (await town.tells(owner, "/clientes")).text
    done = await town.taps(owner, "✅ Importar")
    assert "9 clientes importados" in done.text
    assert "3 vencidos não serão lembrados" in done.text
    assert "Clientes (9)" in (await town.tells(owner, "/clientes")).text


async def test_the_rows_left_out_come_back_to_be_corrected(
    town: Town, owner: TelegramPerson
) -> None:
    await sends(town, owner, a_shop_list(town.today.date()))
    await town.taps(owner, "✅ Importar")
    sheet = next(seen for seen in reversed(owner.visible()) if seen.file and not seen.mine)
    assert sheet.file is not None
    assert sheet.file.name == "clientes-corrigir.xlsx"
    headings, bad = (row.cells for row in read_sheet(sheet.content))
    assert "Sem Telefone" in bad
    assert any("Falta o telefone" in cell for cell in bad)
    corrected = dict(zip(headings, bad, strict=False)) | {"Telefone": "27 99811-2199"}
    lines = f"{';'.join(corrected)}\n{';'.join(corrected.values())}"
    assert "1 cliente novo" in await sends(town, owner, lines.encode())
    assert "1 cliente importado" in (await town.taps(owner, "✅ Importar")).text


async def test_a_tap_on_import_counts_once(town: Town, owner: TelegramPerson) -> None:
    await sends(town, owner, a_shop_list(town.today.date()))
    preview = owner.last()
    token = next(one.id for one in preview.choices if one.label == "✅ Importar")
    owner.forges_tap(token, preview.id)
    owner.forges_tap(token, preview.id)
    await town.sees(owner)
    assert "Clientes (9)" in (await town.tells(owner, "/clientes")).text


async def test_the_late_are_reminded_only_if_the_owner_says_so(
    town: Town, owner: TelegramPerson
) -> None:
    await sends(town, owner, a_shop_list(town.today.date()))
    await town.taps(owner, "✅ Importar")
    await town.later(minutes=20)
    bruno = town.phone("+5527998112101", "Bruno")
    assert not bruno.visible()
    card = await town.tells(owner, "/cliente bruno")
    assert "🔔 Lembrar" in str(card.labels)
    await town.taps(owner, "🔔 Lembrar")
    await town.until_morning()
    assert len(bruno.visible()) == 1


async def test_what_is_no_list_says_what_to_do(town: Town, owner: TelegramPerson) -> None:
    for content, name, why in (
        (b"\x89PNG\r\n\x1a\n\x00\x00", "foto.png", "não é uma planilha"),
        (b"", "vazia.csv", "vazia"),
        (b"PK\x03\x04rubbish", "c.xlsx", "danificado"),
        (b"a;b\n1;2\n", "c.csv", "Não reconheci as colunas"),
        (b"Nome;Fone\nAna;27 99814-2173\n", "c.csv", "Faltam estas colunas"),
    ):
        answer = await sends(town, owner, content, name)
        assert why in answer
        assert "🏠 Início" in owner.last().labels


async def test_a_list_of_another_make_is_understood(town: Town, owner: TelegramPerson) -> None:
    due = town.today.date() + timedelta(days=9)
    lines = f"Name,Phone,Plan,Due date,Price\nZoë,27 99814-2173,monthly,{due},49.90\n"
    assert "1 cliente novo" in await sends(town, owner, b"\xef\xbb\xbf" + lines.encode())
    tabs = f"Nombre\tTeléfono\tPlan\tVencimiento\nJosé\t27 99814-2174\tMensal\t{due}\n"
    assert "1 cliente novo" in await sends(town, owner, tabs.encode("cp1252"))
