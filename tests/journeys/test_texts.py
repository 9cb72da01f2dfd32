"""The owner's own words on their way through Meta: approved, turned down, paused, dearer."""

from datetime import timedelta
from typing import Any

from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.sandbox.whatsapp.template import Template
from tests.support.town import Town
from tests.support.waiting import until

OWN = "Oi, {nome}, tudo bem? Aqui é da {empresa}. O seu pagamento de {valor} vence hoje, tá?"
OTHER = OWN.replace("tudo bem", "tudo certo")
EMDIAS = "Aqui é a equipe Academia Boa Forma"
TODAYS, FIRST, SECOND = (f"emdia_reminder_today{part}" for part in ("", "_v1", "_v2"))
NAMES = ("Ana", "Bia", "Caio", "Davi")


async def a_client_each_day(town: Town, owner: TelegramPerson, days: int) -> list[WhatsAppPerson]:
    """One is due tomorrow, one the day after, and so on."""
    people = []
    for day in range(1, days + 1):
        due, phone = town.today + timedelta(days=day), f"99811-20{day:02}"
        name = NAMES[day - 1]
        await town.tells(owner, f"/novo {name} Souza; 27 {phone}; Mensal; 49,90; {due:%d/%m/%Y}")
        await town.taps(owner, "Salvar")
        people.append(town.phone(f"+5527{phone.replace('-', '')}", name))
    await town.later(minutes=10)  # the templates are approved, and those due soon reminded
    return people


async def writes(town: Town, owner: TelegramPerson, words: str = OWN) -> None:
    """Put the text of the day otherwise, and send it to Meta."""
    await town.tells(owner, "/modelos dia")
    await town.taps(owner, "Mudar o texto")
    await town.tells(owner, words)
    seen = await town.taps(owner, "Enviar para aprovação")
    assert "a caminho da Meta" in seen.text
    await town.later(minutes=5)


async def decides(town: Town, name: str, event: str, **more: Any) -> None:
    """Let Meta decide, and everybody hear of it."""
    town.box.whatsapp.templates.decide(name, event, **more)
    await town.quiet()
    await town.later(minutes=6)


def template(town: Town, name: str) -> Template | None:
    return town.box.whatsapp.templates.find(name, "pt_BR")


def news(owner: TelegramPerson) -> list[str]:
    """What the house was told of its texts."""
    return [seen.text for seen in owner.visible() if "Textos no WhatsApp" in seen.text]


async def test_own_words_go_once_they_are_approved_and_never_leave_a_gap(
    town: Town, owner: TelegramPerson
) -> None:
    ana, bia, caio, davi = await a_client_each_day(town, owner, 4)
    town.box.whatsapp.templates.review.hold = True
    await writes(town, owner)
    own = template(town, FIRST)
    assert own is not None
    assert "vence hoje, tá?" in own.component("BODY")["text"]
    seen = await town.tells(owner, "/modelos dia")
    assert "a Meta está lendo" in seen.text

    await town.until_morning()  # while Meta reads, EmDia's words go on
    assert EMDIAS in ana.last().text

    await decides(town, FIRST, "APPROVED")
    assert "Lembrete do dia, versão 1 (português): aprovado" in news(owner)[-1]
    await town.until_morning()
    assert bia.last().text.startswith("Oi, Bia Souza, tudo bem? Aqui é da Academia Boa Forma.")
    assert bia.last().labels == ("Já paguei", "Ver Pix", "Parar avisos")

    await decides(town, FIRST, "PAUSED", other_info={"title": "FIRST_PAUSE"})
    assert "a Meta pausou até" in news(owner)[-1]
    assert "Até lá vai o texto do EmDia." in news(owner)[-1]
    await town.until_morning()
    assert EMDIAS in caio.last().text

    await decides(town, FIRST, "APPROVED", other_info={"title": "UNPAUSE"})
    assert "pode sair de novo" in news(owner)[-1]
    await town.until_morning()
    assert davi.last().text.startswith("Oi, Davi Souza")
    assert len(news(owner)) == 3


async def test_what_meta_turns_down_is_said_once_and_the_words_before_go_on(
    town: Town, owner: TelegramPerson
) -> None:
    ana, bia, caio = await a_client_each_day(town, owner, 3)
    await writes(town, owner)
    assert "aprovado" in news(owner)[-1]
    await town.until_morning()
    assert "tudo bem" in ana.last().text

    town.box.whatsapp.templates.review.hold = True
    await writes(town, owner, OTHER)
    why = {"reason": "PROMOTIONAL", "recommendation": "Speak of the payment only."}
    await decides(town, SECOND, "REJECTED", reason="PROMOTIONAL", rejection_info=why)
    told = news(owner)[-1]
    assert "versão 2 (português): a Meta recusou. Parece promoção" in told
    assert "Speak of the payment only." in told
    assert "Até lá vai o seu texto anterior." in told
    await town.later(hours=7)  # everything is looked at again, and nothing told twice
    assert len(news(owner)) == 2
    seen = await town.tells(owner, "/whatsapp")
    assert "Lembrete do dia, versão 2" in seen.text
    await town.until_morning()
    assert "tudo bem" in bia.last().text

    # Back to the first version: the same words, under a name of their own.
    town.box.whatsapp.templates.review.hold = False
    await town.tells(owner, "/modelos dia")
    await town.taps(owner, "Versões anteriores")
    await town.taps(owner, "Versão 1")
    await town.taps(owner, "Voltar a esta versão")
    await town.taps(owner, "Enviar para aprovação")
    await town.later(minutes=5)
    await town.later(hours=7)
    await until(lambda: template(town, FIRST) is None and template(town, SECOND) is None)
    assert template(town, "emdia_reminder_today_v3") is not None
    await town.until_morning()
    assert "tudo bem" in caio.last().text


async def test_a_plan_s_own_words_are_a_template_of_its_own(
    town: Town, owner: TelegramPerson
) -> None:
    (ana,) = await a_client_each_day(town, owner, 1)
    await town.tells(owner, "/modelos dia")
    await town.taps(owner, "Por plano")
    await town.taps(owner, "Mensal")
    await town.taps(owner, "Mudar o texto")
    await town.tells(owner, OWN)
    await town.taps(owner, "Enviar para aprovação")
    await town.later(minutes=5)
    names = {one.name for one in town.box.whatsapp.templates.all()}
    assert "emdia_reminder_today_p1_v1" in names
    await town.until_morning()
    assert "tudo bem" in ana.last().text


async def test_who_wrote_lately_reads_the_newest_words_at_once(
    town: Town, owner: TelegramPerson
) -> None:
    (ana,) = await a_client_each_day(town, owner, 1)
    town.box.whatsapp.templates.review.hold = True
    await writes(town, owner)
    await town.later(hours=8)
    await town.tells(ana, "Bom dia")
    await town.until_morning()
    assert "tudo bem" in ana.last().text


async def test_what_makes_a_text_dearer_or_disliked_is_told_once(
    town: Town, owner: TelegramPerson
) -> None:
    await a_client_each_day(town, owner, 1)
    templates = town.box.whatsapp.templates
    templates.recategorise(TODAYS, "MARKETING", announced=True)
    await town.quiet()
    await town.later(minutes=6)
    assert "em um dia a Meta vai passar para marketing" in news(owner)[-1]
    templates.recategorise(TODAYS, "MARKETING")
    templates.rate(TODAYS, "YELLOW")
    await town.quiet()
    await town.later(minutes=6)
    assert "a Meta passou para marketing" in news(owner)[-1]
    assert "alguns clientes não gostaram" in news(owner)[-1]
    await town.later(hours=7)
    assert len(news(owner)) == 2
    seen = await town.tells(owner, "/modelos")
    hints = [choice.hint for choice in seen.choices]
    assert len(seen.choices) == 10, hints
    seen = await town.tells(owner, "/modelos dia")
    assert "aprovado, mas como marketing" in seen.text


async def test_a_pause_that_nobody_told_us_of_costs_no_reminder(
    town: Town, owner: TelegramPerson
) -> None:
    (ana,) = await a_client_each_day(town, owner, 1)
    await writes(town, owner)
    town.box.faults.next("whatsapp.template", "lose")
    town.box.whatsapp.templates.decide(FIRST, "PAUSED", other_info={"title": "FIRST_PAUSE"})
    await town.until_morning()
    await town.later(minutes=2)  # the account is asked how it stands
    await town.later(minutes=11)
    assert EMDIAS in ana.last().text
    assert "a Meta pausou porque" in news(owner)[-1]  # until when, only the webhook knew
    seen = await town.tells(owner, "/regua")
    seen = await town.taps(owner, "No dia do vencimento")
    assert "não pode sair agora" not in seen.text
    town.box.whatsapp.templates.decide(TODAYS, "DISABLED")
    await town.quiet()
    await town.tells(owner, "/regua")
    seen = await town.taps(owner, "No dia do vencimento")
    assert "não pode sair agora" in seen.text
