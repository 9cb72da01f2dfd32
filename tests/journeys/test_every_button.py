"""Nothing to tap leads nowhere: every button there is, tapped by somebody with time."""

from datetime import timedelta

import pytest

from bot.dialog import form_buttons, lists
from bot.handlers import EVERY
from bot.sandbox.telegram.person import TelegramPerson
from tests.support.explorer import Explorer
from tests.support.shop_list import CARLA, ELISA, a_shop_list
from tests.support.town import Town

# What no button of the house leads to: only words or files do, or it belongs to the clients.
_BY_WORDS = {
    "staff_says",
    "find",
    "client_by_name",
    "undo_last",
    "import_file",
    "why",
    "why_whom",
    "text_typed",
}
_BY_CLIENTS = {"client_paid", "client_pix", "client_stop", "client_resume"}
_OTHERWISE = {
    "set_up",
    "client_telegram",
    "client_says",
    "client_promises",
    "stranger_says",
    "resume_channel",
}
# A day on which too many would be reminded asks by itself; here, all were reminded this morning.
_BY_DAYS = {"big_day_send", "big_day_hold", "remind_now", "tomorrow_fine", "unskip"}
# For whoever has a key for backups, let a program in, or invites a client who wrote lately.
_BY_CHANCE = {"backup_now", "revoke_token", "send_invitation", "client_moves", "tie_chat"}
# Where WhatsApp warned of the number.
_BY_WARNINGS = {"warning_seen"}
# Where somebody changed the rules at GitHub.
_BY_EDITS = {"rule_edit", "take_rule_edit", "put_rules_back"}
# Where WhatsApp is a linked device.
_BY_DEVICE = {"link_code", "link_letters", "link_restart", "number_pace", "pace_go_on"}
# Where several failed; here it is one, and one is decided about by itself.
_BY_PILES = {"queue_piles", "queue_pile", "pile_again", "pile_drop"}


async def a_busy_shop(town: Town) -> TelegramPerson:
    """A house where something of everything waits: a claim, a payment, a message that failed."""
    owner, helper = await town.moves_in(), town.admin(8, "Caio Reis")
    await town.tells(owner, "/equipe")
    invited = await town.taps(owner, "Convidar alguém")
    await town.tells(helper, f"/start {invited.text.split()[-1]}")
    carla = town.phone(CARLA, "Carla")
    town.phone(ELISA, "Elisa").not_on_whatsapp = True
    owner.uploads(a_shop_list(town.today.date()), "clientes.csv", "text/csv")
    await town.sees(owner)
    await town.taps(owner, "✅ Importar")
    await town.later(minutes=20)
    await town.taps(carla, "Já paguei")
    await town.tells(owner, "/pagou Gabi Rocha; 20; hoje; pix")
    await town.taps(owner, "✅ Salvar")
    due = town.today.date() + timedelta(days=4)  # reminded tomorrow, and not today
    await town.tells(owner, f"/novo Júlia Paz; 27 99811-2109; Mensal; 49,90; {due:%d/%m/%Y}")
    await town.taps(owner, "✅ Salvar")
    return owner


@pytest.mark.timeout(300)  # some three hundred taps, each over real HTTP
async def test_every_button_of_the_house_answers(town: Town) -> None:
    owner = await a_busy_shop(town)
    explorer = Explorer(town, owner)
    for words in (
        "/regua",
        "/modelos",
        "/modelos dia",
        "/cobrar julia",
        "/cobrar",
        "/cliente bruno",
        "/start",
        "/fila",
        "/desfazer",
        "/pagou",
        "/buscar",
        "/cliente",
        "/porque",
    ):
        await explorer.explore(words)
    owner.uploads(a_shop_list(town.today.date(), "28"), "mais.csv", "text/csv")
    await explorer.look()
    assert explorer.silent == []
    known = {handler.name for handler in EVERY} | form_buttons.BUTTONS | {lists.NARROW}
    elsewhere = (
        _BY_WORDS | _BY_CLIENTS | _OTHERWISE | _BY_DAYS | _BY_CHANCE | _BY_PILES | _BY_WARNINGS
    )
    elsewhere |= _BY_EDITS
    elsewhere |= _BY_DEVICE
    assert known - explorer.deeds - elsewhere == set()


async def test_every_button_of_a_client_answers(town: Town) -> None:
    await a_busy_shop(town)
    explorer = Explorer(town, town.phone(CARLA, "Carla"))
    await explorer.look()
    assert explorer.silent == []
    assert explorer.deeds >= _BY_CLIENTS
