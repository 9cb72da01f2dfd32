"""Contact rules, promises and reasons, as people meet them in their chats."""

from datetime import timedelta

import sqlalchemy as sa

from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.storage.tables import channel_states
from tests.support.town import Town

ANA = "+5527998112173"


async def a_shop_with_ana(town: Town, due_in: int = 0) -> WhatsAppPerson:
    """A business with one client, whose charge is due in so many days."""
    owner = await town.moves_in()
    await town.later(minutes=10)  # the templates are approved
    due = town.today + timedelta(days=due_in)
    await town.tells(owner, f"/novo Ana Souza; 27 99811-2173; Mensal; 49,90; {due:%d/%m/%Y}")
    await town.taps(owner, "Salvar")
    await town.later(minutes=1)
    return town.phone(ANA, "Ana Souza")


def reminders(ana: WhatsAppPerson) -> int:
    asking = [seen for seen in ana.visible() if "Parar avisos" in seen.labels]
    return len(asking)


async def test_a_client_says_when_they_pay_and_is_left_alone_until_then(town: Town) -> None:
    ana = await a_shop_with_ana(town)
    assert reminders(ana) == 1
    seen = await town.tells(ana, "Pago amanhã!")
    assert "até lá, sem lembretes" in seen.text
    owner = town.admin()
    assert "prometeu pagar" in owner.last().text
    await town.until_morning()
    assert reminders(ana) == 1
    seen = await town.tells(owner, "/cliente ana")
    assert "Prometeu pagar até" in seen.text
    seen = await town.tells(owner, "/porque ana")
    assert "o cliente disse que dia vai pagar" in seen.text
    await town.until_morning()
    assert reminders(ana) == 2
    seen = await town.tells(owner, "/cliente ana")
    assert "Tinha prometido pagar" in seen.text


async def test_whoever_owes_nothing_needs_no_promise(town: Town) -> None:
    ana = await a_shop_with_ana(town, due_in=40)
    seen = await town.tells(ana, "pago amanhã")
    assert "não deve nada" in seen.text


async def test_a_promise_too_far_away_is_read_by_a_person(town: Town) -> None:
    ana = await a_shop_with_ana(town)
    day = town.today + timedelta(days=90)
    await town.tells(ana, f"pago dia {day:%d/%m/%Y}")
    assert "Ana Souza" in town.admin().last().text
    seen = await town.tells(town.admin(), "/cliente ana")
    assert "Prometeu" not in seen.text


async def test_the_owner_says_from_when_on_somebody_is_reminded(town: Town) -> None:
    ana = await a_shop_with_ana(town, due_in=1)
    owner = town.admin()
    before = reminders(ana)
    await town.tells(owner, "/cliente ana")
    await town.taps(owner, "Editar")
    await town.taps(owner, "Avisar só a partir")
    later = town.today + timedelta(days=3)
    seen = await town.tells(owner, f"{later:%d/%m/%Y}")
    assert "só a partir de" in seen.text
    for mornings in (1, 2):
        await town.until_morning()
        assert reminders(ana) == before, mornings
    await town.until_morning()
    assert reminders(ana) == before + 1


async def test_every_rule_can_be_changed_in_the_chat(town: Town) -> None:
    await a_shop_with_ana(town)
    owner = town.admin()
    await town.tells(owner, "/config")
    seen = await town.taps(owner, "Regras de contato")
    assert "Segunda a sexta: das 09:00 às 19:00" in seen.text
    assert "20 horas" in seen.text
    for label, words, told in (
        ("Intervalo", "48", "48 horas"),
        ("Por semana", "2", "até 2 lembretes"),
        ("Pessoas por dia", "100", "até 100 pessoas"),
        ("Por minuto", "10", "até 10 por minuto"),
        ("Segunda a sexta", "8h às 18h30", "das 08:00 às 18:30"),
        ("Sábado", "fechado", "Sábado: sem lembretes"),
    ):
        await town.taps(owner, label)
        seen = await town.tells(owner, words)
        assert told in seen.text
    for label, told in (("Por minuto", "todos juntos"), ("Pessoas por dia", "WhatsApp permitir")):
        await town.taps(owner, label)
        seen = await town.taps(owner, "Pular")
        assert told in seen.text


async def test_what_is_no_hour_and_no_number_is_asked_again(town: Town) -> None:
    await a_shop_with_ana(town)
    owner = town.admin()
    await town.tells(owner, "/config")
    await town.taps(owner, "Regras de contato")
    await town.taps(owner, "Segunda a sexta")
    for words, told in (("cedo", "Não entendi"), ("19h às 9h", "termina antes")):
        seen = await town.tells(owner, words)
        assert told in seen.text
    await town.tells(owner, "fechado")
    await town.taps(owner, "Sábado")
    seen = await town.tells(owner, "fechado")
    assert "Deixe ao menos um dia" in seen.text
    await town.tells(owner, "/cancelar")
    await town.tells(owner, "/config")
    await town.taps(owner, "Regras de contato")
    await town.taps(owner, "Por semana")
    seen = await town.tells(owner, "cem")
    assert "um número entre 1 e 21" in seen.text


async def test_on_a_day_off_of_the_business_nobody_is_reminded(town: Town) -> None:
    ana = await a_shop_with_ana(town, due_in=1)
    owner = town.admin()
    before = reminders(ana)
    await town.tells(owner, "/config")
    await town.taps(owner, "Regras de contato")
    await town.taps(owner, "Dias fechados")
    await town.taps(owner, "Fechar um dia")
    seen = await town.tells(owner, "01/01/2026")
    assert "já passou" in seen.text
    seen = await town.tells(owner, "amanhã")
    assert "Dias fechados" in seen.text
    await town.until_morning()
    assert reminders(ana) == before
    seen = await town.tells(owner, "/porque ana")
    assert "feriado ou dia fechado" in seen.text
    await town.tells(owner, "/config")
    await town.taps(owner, "Regras de contato")
    seen = await town.taps(owner, "Dias fechados")
    await town.taps(owner, f"{town.today:%d/%m/%Y}")
    await town.later(minutes=5)
    assert reminders(ana) == before + 1


async def test_why_tells_the_whole_way_of_a_reminder_and_what_comes_next(town: Town) -> None:
    ana = await a_shop_with_ana(town)
    owner = town.admin()
    seen = await town.tells(owner, "/porque ana")
    for words in ("entrou na fila", "aceita para entrega", "mensagem entregue", "A seguir"):
        assert words in seen.text
    await town.taps(ana, "Já paguei")
    seen = await town.tells(owner, "/porque ana")
    assert "Agora está parado: o cliente avisou que pagou" in seen.text
    await town.tells(owner, "/cliente ana")
    seen = await town.taps(owner, "Por quê?")
    assert "o que foi decidido" in seen.text


async def test_why_asks_whom_and_lists_those_who_may_be_meant(town: Town) -> None:
    await a_shop_with_ana(town)
    owner = town.admin()
    due = town.today + timedelta(days=2)
    await town.tells(owner, f"/novo Ana Reis; 27 99811-2199; Mensal; 49,90; {due:%d/%m/%Y}")
    await town.taps(owner, "Salvar")
    seen = await town.tells(owner, "/why")
    assert "De quem" in seen.text
    seen = await town.tells(owner, "ana")
    labels = "\n".join(seen.labels)
    assert "Ana Souza" in labels
    assert "Ana Reis" in labels
    seen = await town.taps(owner, "Ana Reis")
    assert "Ana Reis" in seen.text


async def test_the_house_knows_how_many_people_its_number_may_write_to(town: Town) -> None:
    await a_shop_with_ana(town)
    query = sa.select(channel_states.c.people_a_day).where(channel_states.c.channel == "whatsapp")
    assert [row.people_a_day for row in await town.rows(query)] == [2000]
