"""Life through a linked device: choices by number, hours later too, and what stops everything."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.message import ChannelName
from bot.sandbox.evolution.person import EvolutionPerson
from bot.sandbox.telegram.person import TelegramPerson
from bot.storage.tables import addresses, channel_states, claims, outbox
from tests.support.pictures import png
from tests.support.program import a_program
from tests.support.shop_list import ANA, BRUNO, CARLA, DAVI, ELISA, a_shop_list
from tests.support.town import OWNER_CODE, Town
from tests.support.waiting import until
from tests.support.watch import a_watched_town


@pytest.fixture
async def town(sqlite_url: str) -> AsyncIterator[Town]:
    """Where everybody is reached through a linked device."""
    async with a_watched_town(sqlite_url, evolution=True) as town:
        yield town


def person(town: Town, phone: str) -> EvolutionPerson:
    return town.box.evolution.person(phone)


async def claimed(town: Town) -> int:
    return len(await town.rows(sa.select(claims.c.id)))


async def standing(town: Town) -> tuple[str, bool]:
    """What ails the chat, and whether it is stopped."""
    query = sa.select(channel_states.c.trouble, channel_states.c.paused_until)
    (row,) = await town.rows(query.where(channel_states.c.channel == ChannelName.WHATSAPP))
    return row.trouble, row.paused_until is not None


async def waiting(town: Town) -> int:
    """How many messages to clients have not left."""
    query = sa.select(outbox.c.id).where(outbox.c.channel == "whatsapp")
    return len(await town.rows(query.where(outbox.c.state == "waiting")))


async def test_a_number_hours_later_still_means_the_choice_of_the_reminder(
    town: Town, shop: TelegramPerson
) -> None:
    await town.until_morning()
    bruno, carla = person(town, BRUNO), person(town, CARLA)
    assert bruno.last().labels == ("Já paguei", "Ver Pix", "Parar avisos")
    assert bruno.last().ticks == "read"
    await town.later(hours=5)
    assert "vence" not in (await town.tells(bruno, "1")).text
    assert await claimed(town) == 1
    assert "Bruno" in (await town.sees(shop)).text
    # Words do as well, whether they are the choice's or their own.
    await town.tells(carla, "já paguei!")
    await town.tells(person(town, DAVI), "Já Paguei")
    assert await claimed(town) == 3
    code = await town.tells(person(town, ANA), "2")
    assert code.picture
    assert await claimed(town) == 3


async def test_a_quoted_message_is_the_one_that_is_answered(
    town: Town, shop: TelegramPerson
) -> None:
    await town.until_morning()
    bruno = person(town, BRUNO)
    reminder = bruno.last()
    answer = await town.tells(bruno, "oi")
    assert answer.labels == ("✅ Já paguei", "💠 Ver Pix")
    town.breathes()
    bruno.says("3", reply_to=reminder.id)
    assert "não envia mais lembretes" in (await town.sees(bruno)).text
    # "3" is no choice of the newest message, and nobody guesses.
    town.breathes()
    ana = person(town, ANA)
    ana.says("2", reply_to=ana.last().id)
    assert (await town.sees(ana)).picture


async def bia_moves_in(town: Town) -> EvolutionPerson:
    """An owner who has nothing but WhatsApp, with her list of clients."""
    bia = person(town, "+5527999990000")
    for words in (OWNER_CODE, "Studio Bela", "1", "12345678909", "1", "1"):
        await town.tells(bia, words)
    assert "Tudo pronto" in bia.last().text
    town.breathes()
    bia.uploads(a_shop_list(town.today.date()), "text/csv", "clientes.csv")
    assert "9 clientes novos" in (await town.sees(bia)).text
    await town.taps(bia, "✅ Importar")
    return bia


async def test_staff_decide_by_number_and_a_form_keeps_its_numbers(town: Town) -> None:
    bia = await bia_moves_in(town)
    for words in ("novo", "Zeca Melo", "27 99814-2173", "1", "49,90"):
        await town.tells(bia, words)
    # A client's word comes in between: the number she types next is still the day of the month.
    await town.tells(person(town, BRUNO), "já paguei")
    notice = bia.last()
    assert "Bruno" in notice.text
    await town.tells(bia, "10")
    assert await town.rows(sa.select(claims.c.id).where(claims.c.state == "pending"))
    assert "Vencimento: *10/" in (await town.tells(bia, "pular")).text
    await town.tells(bia, "1")
    # Hours later, quoted, the notice's own number confirms.
    await town.later(hours=3)
    town.breathes()
    bia.says("1", reply_to=notice.id)
    await town.sees(bia)
    assert not await town.rows(sa.select(claims.c.id).where(claims.c.state == "pending"))


async def test_two_messages_at_once_are_asked_about(town: Town) -> None:
    bia = await bia_moves_in(town)
    await town.tells(bia, "menu")
    bruno = person(town, BRUNO)
    bruno.says("já paguei")
    await until(lambda: "Bruno" in bia.last().text, within=30)
    await town.quiet()
    bia.says("1")
    assert "citando" in (await town.sees(bia)).text
    assert await town.rows(sa.select(claims.c.id).where(claims.c.state == "pending"))


async def test_receipts_are_fetched_from_the_server_and_voices_too(
    town: Town, shop: TelegramPerson
) -> None:
    await town.until_morning()
    bruno, carla = person(town, BRUNO), person(town, CARLA)
    town.breathes()
    picture = png(40, 40)
    bruno.uploads(picture, "image/jpeg", caption="segue o comprovante")
    await town.sees(bruno)
    seen = await town.sees(shop)
    assert (seen.picture, seen.content) == (True, picture)
    assert await claimed(town) == 1
    carla.uploads(b"OggS voice", "audio/ogg; codecs=opus", "voice.ogg")
    await town.sees(carla)
    assert (await town.sees(shop)).file is not None
    assert await claimed(town) == 1


async def test_everything_is_told_twice_and_counts_once(town: Town, shop: TelegramPerson) -> None:
    await town.until_morning()
    town.box.faults.next("evolution.inbound", "duplicate", 2)
    town.box.evolution.echoes = True
    bruno = person(town, BRUNO)
    before = len(bruno.visible())
    await town.tells(bruno, "oi")
    bruno.repeats(bruno.messages[-2].id)
    await town.quiet()
    assert len(bruno.visible()) == before + 2
    assert await claimed(town) == 0


async def test_reactions_want_no_answer_and_mended_words_are_the_ones_that_count(
    town: Town, shop: TelegramPerson
) -> None:
    await town.until_morning()
    bruno = person(town, BRUNO)
    said = len(bruno.visible())
    bruno.reacts(bruno.last().id, "👍")
    await town.quiet()
    assert len(bruno.visible()) == said
    town.breathes()
    first = bruno.says("já paguei")
    await town.sees(bruno)
    bruno.edits(first, "já paguei ontem")
    await town.quiet()
    assert [row.said for row in await town.rows(sa.select(claims.c.said))] == ["já paguei ontem"]
    bruno.deletes(first)
    await town.quiet()
    assert await claimed(town) == 1


async def test_a_privacy_id_with_the_number_beside_it_is_the_client(
    town: Town, shop: TelegramPerson
) -> None:
    await town.until_morning()
    for phone, known_by in ((BRUNO, "alt"), (CARLA, "pn")):
        client = person(town, phone)
        client.known_by = known_by
        await town.tells(client, "1")
        # From now on the id alone is enough, as some servers tell no more.
        client.known_by = "lid"
        assert (await town.tells(client, "pix")).picture
    assert await claimed(town) == 2


async def test_an_unknown_privacy_id_is_a_stranger_and_never_a_phone(
    town: Town, shop: TelegramPerson
) -> None:
    await town.until_morning()
    bruno = person(town, BRUNO)
    bruno.known_by = "lid"
    answer = await town.tells(bruno, "1")
    assert await claimed(town) == 0
    assert "Boa Forma" not in answer.text
    keys = {row.key for row in await town.rows(sa.select(addresses.c.key))}
    assert bruno.lid in keys
    assert bruno.lid.partition("@")[0] not in keys


async def test_being_logged_out_stops_everything_at_once_and_the_owner_hears_of_it(
    town: Town, shop: TelegramPerson
) -> None:
    town.box.evolution.link.closes(401)
    await town.quiet()
    assert await standing(town) == ("evolution.logged_out", True)
    await town.until_morning()
    assert town.box.evolution.ledger.entries == []
    assert await waiting(town) == 9
    assert "desconectou" in "".join(seen.text for seen in shop.visible()[-3:])
    town.box.evolution.link.scans()
    await town.quiet()
    assert await standing(town) == ("", False)
    await town.later(minutes=1)
    assert len(town.box.evolution.ledger.entries) == 9


async def test_a_ban_is_seen_by_the_refused_message_even_if_no_event_comes(
    town: Town, shop: TelegramPerson
) -> None:
    town.box.faults.next("evolution.instance", "lose", 2)
    town.box.faults.next("evolution.text", "own_error", text="Error: Connection Closed")
    await town.until_morning()
    assert (await standing(town))[1] or len(town.box.evolution.ledger.entries) == 9
    await town.later(minutes=2)
    assert len(town.box.evolution.ledger.entries) == 9


async def test_a_line_that_drops_is_waited_for(town: Town, shop: TelegramPerson) -> None:
    town.box.evolution.link.drops(428, back_after=timedelta(hours=30))
    await town.until_morning()
    assert await standing(town) == ("evolution.disconnected", True)
    assert town.box.evolution.ledger.entries == []
    await town.later(hours=8)
    await until(lambda: len(town.box.evolution.ledger.entries) == 9, within=30)


async def test_who_is_not_on_whatsapp_is_given_up_once(town: Town, shop: TelegramPerson) -> None:
    person(town, ELISA).not_on_whatsapp = True
    await town.until_morning()
    query = sa.select(outbox.c.state, outbox.c.reason).where(outbox.c.state == "given_up")
    assert [tuple(row) for row in await town.rows(query)] == [("given_up", "evolution.unreachable")]
    query = sa.select(addresses.c.unreachable_why).where(addresses.c.unreachable_at.is_not(None))
    assert len(await town.rows(query)) == 1


async def test_the_owner_gets_a_code_by_themselves_and_scans_it(
    town: Town, shop: TelegramPerson
) -> None:
    device = town.box.evolution
    device.link.closes(401)
    await town.quiet()
    await town.later(seconds=5)
    codes = [seen for seen in shop.visible() if seen.picture]
    assert len(codes) == 1
    assert "Aparelhos conectados" in codes[0].text
    assert any("desconectou" in seen.text for seen in shop.visible())
    # Nobody looks: no more pictures come by themselves.
    for _ in range(3):
        await town.later(seconds=50)
    assert len([seen for seen in shop.visible() if seen.picture]) == 1
    screen = await town.tells(shop, "/whatsapp")
    assert "não está conectado" in screen.text
    await town.taps(shop, "Mostrar o QR code")
    await town.later(seconds=1)
    asked_for = [seen.content for seen in shop.visible() if seen.picture]
    assert len(asked_for) == 2
    await town.later(seconds=50)
    renewed = [seen.content for seen in shop.visible() if seen.picture]
    assert len(renewed) == 2, "a newer one takes the place of the one before it"
    assert len({*asked_for, *renewed}) == 3
    device.link.scans()
    await town.later(seconds=5)
    assert "está conectado" in shop.last().text
    assert await standing(town) == ("", False)
    screen = await town.tells(shop, "/whatsapp")
    assert screen.labels[0] == "🔄 Reiniciar"


async def test_a_code_that_nobody_scans_is_not_sent_without_end(
    town: Town, shop: TelegramPerson
) -> None:
    town.box.evolution.link.closes(403)
    await town.later(seconds=5)
    before = len([seen for seen in shop.visible() if seen.picture])
    await town.tells(shop, "/whatsapp")
    await town.taps(shop, "Mostrar o QR code")
    codes: set[bytes] = set()
    for _ in range(8):
        await town.later(seconds=50)
        codes |= {seen.content for seen in shop.visible()[-2:] if seen.picture}
    shown = [seen for seen in shop.visible() if seen.picture]
    assert len(shown) - before == 1
    assert len(codes) == 4
    assert "peça outro" in shop.visible()[-1].text


async def test_letters_are_typed_where_no_code_can_be_scanned(
    town: Town, shop: TelegramPerson
) -> None:
    town.box.evolution.link.closes(401)
    await town.later(seconds=5)
    town.box.faults.next("evolution.instance", "drop", 2)
    await town.tells(shop, "/whatsapp")
    await town.taps(shop, "Código de letras")
    await town.tells(shop, "11 94000-0000")
    for _ in range(3):
        await town.later(seconds=5)
    assert town.box.evolution.instance
    letters = town.box.evolution.instance.code.pairing_code
    assert letters
    assert f"{letters[:4]}-{letters[4:]}" in shop.last().text


async def test_a_restart_is_done_and_said(town: Town, shop: TelegramPerson) -> None:
    town.box.evolution.zombie = True
    await town.tells(shop, "/whatsapp")
    await town.taps(shop, "Reiniciar")
    await town.later(seconds=5)
    assert not town.box.evolution.zombie
    assert "reiniciada" in shop.last().text


async def test_a_program_links_the_phone_as_well(town: Town, owner: TelegramPerson) -> None:
    async with a_program(town) as program:
        number = await program.asks("POST", "/whatsapp/check")
        assert (number.json["well"], number.json["phone"]) == (True, "5511940000000")
        linked = await program.asks("POST", "/whatsapp/connect", {})
        assert linked.json == {"linked": True, "code": "", "png": "", "letters": ""}
        town.box.evolution.link.closes(401)
        code = await program.asks("POST", "/whatsapp/connect", {})
        assert (code.status, code.json["linked"]) == (200, False)
        assert base64.b64decode(code.json["png"]).startswith(b"\x89PNG")
        typed = await program.asks("POST", "/whatsapp/connect", {"phone": "+5511940000000"})
        assert len(typed.json["letters"]) == 8
        assert (await program.asks("POST", "/whatsapp/check")).json["well"] is False
        town.box.faults.next("evolution.instance", "html", 20, status=502)
        away = await program.asks("POST", "/whatsapp/connect", {})
        assert away.code == "reason.evolution.no_connection"
        town.box.faults.clear()
        await town.quiet()


async def test_a_doubt_is_settled_by_what_the_server_remembers(
    town: Town, shop: TelegramPerson
) -> None:
    town.box.faults.next("evolution.text", "drop_after", 2)
    await town.until_morning()
    states = sa.select(outbox.c.state, sa.func.count()).group_by(outbox.c.state)
    assert dict(tuple(row) for row in await town.rows(states))["uncertain"] == 2
    await town.tells(person(town, ANA), "oi")  # news come in: the silence means something
    await town.later(minutes=11)
    await town.later(minutes=1)
    reminded = [
        entry for entry in town.box.evolution.ledger.entries if "vence" in entry.text.lower()
    ]
    assert len({entry.to for entry in reminded}) == len(reminded)
    assert "uncertain" not in dict(tuple(row) for row in await town.rows(states))
