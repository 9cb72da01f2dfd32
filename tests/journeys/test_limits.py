"""What people really type: too long, too fast, turned round, full of marks. Nothing breaks."""

import pytest

from bot.sandbox.telegram.person import TelegramPerson
from tests.support.shop_list import CARLA
from tests.support.town import Town
from tests.support.waiting import until

ODD = (
    "x" * 4096,
    "😀" * 1500,
    "\u202eopot oa odarit\u202c",
    "\u200b\u200b\u200b",
    "<b>negrito</b> <script>alert(1)</script> &amp;",
    "*estrela* _linha_ ~risco~ `código`",
    "'; DROP TABLE clients; --",
    "=HYPERLINK(1)",
    "%s %d {name} {0}",
    "linha\n" * 300,
    "/" * 200,
    "/novo " + ";" * 50,
    "شكرا جزيلا",
    "#" * 60,
    "0",
    "-1",
    "٣",
)


async def test_the_house_answers_whatever_is_typed(town: Town, shop: TelegramPerson) -> None:
    for words in ODD:
        before = len(shop.visible())
        answer = await town.tells(shop, words.replace("{", "("))
        assert answer.text
        assert len(shop.visible()) == before + 2


async def test_a_client_is_answered_whatever_they_write(town: Town, shop: TelegramPerson) -> None:
    carla = town.phone(CARLA, "Carla")
    for words in ODD:
        before = len(carla.visible())
        await town.tells(carla, words.replace("{", "("))
        assert len(carla.visible()) == before + 2
    assert "Carla Dias escreveu" in shop.last().text


@pytest.mark.parametrize("question", range(6))
async def test_a_form_survives_whatever_is_typed(
    town: Town, owner: TelegramPerson, question: int
) -> None:
    good = ("Ana Souza", "27 99814-2173", "Mensal", "49,90", "dia 20")
    await town.tells(owner, "/novo")
    for words in good[:question]:
        await town.tells(owner, words)
    asked = owner.last().text
    for words in ("x" * 4096, "\u200b", "<b>", "😀" * 600):
        answer = await town.tells(owner, words)
        if answer.text.endswith(asked.partition("\n")[2]):
            continue
        await town.tells(owner, "voltar")  # it was taken for an answer, which may be taken back
    await town.tells(owner, "cancelar")
    assert "Clientes (0)" in (await town.tells(owner, "/clientes")).text


async def test_marks_in_a_name_stay_letters(town: Town, owner: TelegramPerson) -> None:
    name = "Ana <b>Souza</b> & *Filhos*"
    due = town.today.date()
    await town.tells(owner, f"/novo {name}; 27 99814-2173; Mensal; 49,90; {due:%d/%m/%Y}")
    await town.taps(owner, "Salvar")
    assert name in (await town.tells(owner, "/clientes")).labels
    assert f"👤 {name}" in (await town.tells(owner, "/cliente souza")).text
    await town.later(minutes=20)
    reminder = town.phone("+5527998142173", "Ana").last()
    assert "Ana <b>Souza</b> &" in reminder.text


async def test_the_longest_name_fits_every_screen(town: Town, owner: TelegramPerson) -> None:
    other = town.phone("+5527999990000", "Bia")
    await town.tells(owner, "/equipe")
    code = (await town.taps(owner, "Ligar meu outro chat")).text.split()[-1]
    await town.tells(other, code)
    name = "Maria " * 13 + "Z"
    line = f"/novo {name}; 27 99814-2173; Mensal; 49,90; dia 20; {'n' * 500}"
    await town.tells(owner, line)
    await town.taps(owner, "Salvar")
    page = await town.tells(other, "clientes")
    assert "1. Maria Maria" in page.text
    assert name.strip() in (await town.tells(other, "1")).text
    assert "n" * 500 in other.last().text
    assert name.strip() in (await town.tells(owner, "/cliente maria")).text


async def test_fifty_quick_messages_are_answered_in_order(town: Town, shop: TelegramPerson) -> None:
    for number in range(50):
        shop.says(f"/buscar zz{number:03}")

    def all_answered() -> bool:
        town.box.advance(seconds=2)  # as fast as Telegram allows, without waiting for it
        return len(shop.chat.messages) == 100

    await until(all_answered, within=60)
    told = [seen.text.split()[1] for seen in shop.visible() if not seen.mine]
    assert told == [f"zz{number:03}" for number in range(50)]
