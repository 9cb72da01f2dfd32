"""Reminders from the calendar to the client's phone, and what the owner sees of those that fail."""

from datetime import timedelta

from bot.sandbox.whatsapp.person import WhatsAppPerson
from tests.support.town import Town

ANA = "+5527998112173"


async def a_shop_with_ana(town: Town, due_in: int = 1) -> WhatsAppPerson:
    """A business with one client, whose first charge is due in so many days."""
    owner = await town.moves_in()
    await town.later(minutes=10)  # the templates are approved
    due = town.today + timedelta(days=due_in)
    await town.tells(owner, f"/novo Ana Souza; 27 99811-2173; Mensal; 49,90; {due:%d/%m/%Y}")
    await town.taps(owner, "Salvar")
    await town.later(minutes=1)
    return town.phone(ANA, "Ana Souza")


def reminders(ana: WhatsAppPerson) -> list[str]:
    return [seen.text for seen in ana.visible() if "49,90" in seen.text and not seen.mine]


async def test_a_reminder_arrives_on_the_day_and_only_once(town: Town) -> None:
    ana = await a_shop_with_ana(town)
    before = len(reminders(ana))
    await town.until_morning()
    assert len(reminders(ana)) == before + 1
    assert "Academia Boa Forma" in reminders(ana)[-1]
    assert ana.last().labels == ("Já paguei", "Ver Pix", "Parar avisos")
    await town.later(hours=2)
    assert len(reminders(ana)) == before + 1


async def test_each_step_of_the_ladder_is_one_reminder(town: Town) -> None:
    ana = await a_shop_with_ana(town, due_in=0)
    counts = [len(reminders(ana))]
    for _ in range(3):
        await town.until_morning()
        counts.append(len(reminders(ana)))
    assert counts == [1, 2, 2, 3]


async def test_days_of_silence_are_caught_up_with_one_reminder(town: Town) -> None:
    ana = await a_shop_with_ana(town, due_in=0)
    before = len(reminders(ana))
    await town.until_morning(days=3)
    assert len(reminders(ana)) == before + 1


async def test_whoever_says_it_is_paid_is_left_in_peace(town: Town) -> None:
    ana = await a_shop_with_ana(town, due_in=0)
    before = len(reminders(ana))
    await town.taps(ana, "Já paguei")
    after = len(reminders(ana))
    await town.until_morning()
    assert len(reminders(ana)) == after
    assert before == 1


async def test_whoever_says_stop_hears_no_more(town: Town) -> None:
    ana = await a_shop_with_ana(town, due_in=0)
    await town.taps(ana, "Parar avisos")
    stopped = len(reminders(ana))
    await town.until_morning(days=1)
    await town.until_morning(days=2)
    assert len(reminders(ana)) == stopped


async def test_a_quiet_queue_says_so(town: Town) -> None:
    await a_shop_with_ana(town)
    owner = town.admin()
    seen = await town.tells(owner, "/fila")
    assert "Tudo certo" in seen.text


async def test_whatsapp_tells_how_its_templates_stand(town: Town) -> None:
    await a_shop_with_ana(town)
    owner = town.admin()
    seen = await town.tells(owner, "/whatsapp")
    assert "modelos aprovados" in seen.text
    seen = await town.taps(owner, "Conferir de novo")
    assert "perguntar à Meta" in seen.text
