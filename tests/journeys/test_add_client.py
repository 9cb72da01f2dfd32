"""One client more, in the chat: a question at a time, or everything in one line."""

from datetime import timedelta

from bot.sandbox.telegram.person import TelegramPerson
from tests.support.town import Town


async def test_one_question_at_a_time(town: Town, owner: TelegramPerson) -> None:
    assert (await town.tells(owner, "/novo")).labels == ("Cancelar",)
    assert (await town.tells(owner, "Ana Souza")).labels == ("Voltar", "Cancelar")
    plan = await town.tells(owner, "(27) 99814-2173")
    assert plan.labels == ("Mensal", "Voltar", "Cancelar")
    assert (await town.taps(owner, "Mensal")).labels == ("R$ 49,90", "Voltar", "Cancelar")
    day = await town.taps(owner, "R$ 49,90")
    assert day.labels == ("Dia 5", "Dia 10", "Dia 15", "Dia 20", "Voltar", "Cancelar")
    await town.taps(owner, "Dia 20")
    check = await town.taps(owner, "Pular")
    assert check.text.splitlines()[1:] == [
        "Nome: Ana Souza",
        "Telefone: +55 27 99814-2173",
        "Plano: Mensal",
        "Valor: R$ 49,90",
        f"Vencimento: {_the_20th(town)}",
        "Observação: —",
        f"A primeira cobrança vence em {_the_20th(town)}.",
    ]
    assert "está na lista: R$ 49,90" in (await town.taps(owner, "Salvar")).text
    assert "Ana Souza · 🟢 Em dia" in (await town.taps(owner, "Ver cliente")).text


async def test_every_slip_is_asked_again_and_nothing_is_lost(
    town: Town, owner: TelegramPerson
) -> None:
    await town.tells(owner, "/novo")
    for slip, why in (
        ("12345", "não parece um nome"),
        ("😀", "não parece um nome"),
        ("x" * 81, "até 80 letras"),
    ):
        asked = await town.tells(owner, slip)
        assert why in asked.text
        assert "Passo 1 de 6" in asked.text
    await town.tells(owner, "Ana Souza")
    for slip in ("abc", "123", "27 9981", "9" * 20):
        assert "Não entendi esse telefone" in (await town.tells(owner, slip)).text
    await town.tells(owner, "27 99814-2173")
    assert "Não tenho um plano chamado Ouro" in (await town.tells(owner, "Ouro")).text
    await town.tells(owner, "mensal")
    for slip, why in (
        ("barato", "Não entendi esse valor"),
        ("0", "maior que zero"),
        ("-5", "maior que zero"),
        ("1.2.3", "Não entendi esse valor"),
    ):
        assert why in (await town.tells(owner, slip)).text
    await town.tells(owner, "49,90")
    for slip, why in (
        ("49,90", "Não entendi essa data"),
        ("dia 32", "não existe no calendário"),
        ("31/02", "não existe no calendário"),
    ):
        assert why in (await town.tells(owner, slip)).text
    await town.tells(owner, "dia 20")
    assert "até 500 letras" in (await town.tells(owner, "n" * 501)).text
    check = await town.tells(owner, "de manhã #vip")
    assert "Nome: Ana Souza\nTelefone: +55 27 99814-2173\nPlano: Mensal" in check.text
    assert "Observação: de manhã #vip" in check.text


async def test_one_answer_is_changed_before_it_is_saved(town: Town, owner: TelegramPerson) -> None:
    await town.tells(owner, "/novo Ana Souza; 27 99814-2173; Mensal; 49,90; dia 20")
    await town.taps(owner, "✏️ Telefone")
    check = await town.tells(owner, "27 99814-2174")
    assert "Telefone: +55 27 99814-2174" in check.text
    await town.taps(owner, "✏️ Nome")
    check = await town.taps(owner, "Voltar")
    assert "Nome: Ana Souza" in check.text
    assert "está na lista" in (await town.tells(owner, "sim")).text
    assert "+55 27 99814-2174" in (await town.tells(owner, "/cliente ana")).text


async def test_a_phone_that_is_somebodys_is_told_at_once(town: Town, owner: TelegramPerson) -> None:
    await town.tells(owner, "/novo Ana Souza; 27 99814-2173; Mensal; 49,90; dia 20")
    await town.taps(owner, "Salvar")
    # The same number in another form: with the country, without the ninth digit.
    asked = await town.tells(owner, "/novo Bia; +55 (27) 9814-2173; Mensal; 49,90; dia 20")
    assert "Esse telefone já é de Ana Souza" in asked.text
    assert (
        "Nome: Bia"
        in (await town.tells(owner, "27 99814-2199")).text + (await town.taps(owner, "Pular")).text
    )


async def test_a_first_charge_already_late_is_said_before_it_is_saved(
    town: Town, owner: TelegramPerson
) -> None:
    late = town.today.date() - timedelta(days=5)
    line = f"/novo Ana Souza; 27 99814-2173; Mensal; 49,90; {late:%d/%m/%Y}"
    check = await town.tells(owner, line)
    assert f"{late:%d/%m/%Y}" in check.text.splitlines()[-1]
    await town.taps(owner, "Salvar")
    assert "🔔 Lembrar vencidas" in owner.last().labels


async def test_a_half_filled_form_waits(town: Town, owner: TelegramPerson) -> None:
    await town.tells(owner, "/novo")
    await town.tells(owner, "Ana Souza")
    looked = await town.tells(owner, "/clientes")
    assert "↩️ Continuar cadastro" in looked.labels
    await town.later(hours=30)
    asked = await town.taps(owner, "Continuar cadastro")
    assert "Passo 2 de 6" in asked.text
    assert "Nada foi salvo" in (await town.taps(owner, "Cancelar")).text
    assert "Continuar cadastro" not in str((await town.tells(owner, "/clientes")).labels)


def _the_20th(town: Town) -> str:
    today = town.today.date()
    month = today if today.day <= 20 else today.replace(day=1) + timedelta(days=31)
    return f"20/{month:%m/%Y}"
