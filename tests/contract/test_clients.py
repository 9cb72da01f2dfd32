"""Clients: added, changed, paused, let go; and what becomes of their charges by it."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.charge import Standing
from bot.domain.days import DueDay
from bot.domain.errors import Conflict, NotFound, Refusal
from bot.domain.ids import ClientId
from bot.domain.message import Address, ChannelName
from bot.domain.money import Money
from bot.domain.phone import Phone
from bot.domain.plan import Period
from bot.domain.role import Role
from bot.services.ports.clients import ClientCard
from bot.services.ports.people import Caller
from bot.services.ports.post import NewRow
from bot.storage.tables import audit, charges, outbox, people
from tests.support.books import NOON, TODAY, Books, a_client


def dues(card: ClientCard) -> list[date]:
    return [charge.due_on for charge in card.charges]


async def test_a_new_client_owes_what_is_due_soon(books: Books) -> None:
    card = await books.add(a_client(due="2026-10-20", note="indicada pela #família, #VIP"))
    assert (card.name, card.phone.e164) == ("Ana Souza", "+5511987654321")
    assert dues(card) == [date(2026, 10, 20)]
    assert (card.owed, card.standing) == (Money(4990), Standing.DUE)
    assert card.tags == ("familia", "vip")
    assert card.next_due == date(2026, 10, 20)


async def test_a_first_due_date_far_ahead_opens_nothing_yet(books: Books) -> None:
    card = await books.add(a_client(due="2026-12-20"))
    assert (card.charges, card.standing) == ((), Standing.UP_TO_DATE)
    assert card.next_due == date(2026, 12, 20)


async def test_what_was_late_on_arrival_is_not_reminded_of(books: Books) -> None:
    card = await books.add(a_client(due="2026-09-20"))
    assert [(charge.due_on, charge.reminded) for charge in card.charges] == [
        (date(2026, 9, 20), False),
        (date(2026, 10, 20), True),
    ]
    assert (card.standing, card.unreminded) == (Standing.LATE, 1)


async def test_the_owner_may_have_it_reminded_after_all(books: Books) -> None:
    card = await books.add(a_client(due="2026-09-20"))
    async with books.open() as shop:
        assert (await shop.clients.remind_overdue(card.id)).unreminded == 0


@pytest.mark.parametrize("phone", ["11 98765-4321", "+55 11 8765 4321", "011 98765-4321"])
async def test_a_phone_is_one_clients_however_it_is_written(books: Books, phone: str) -> None:
    await books.add(a_client())
    with pytest.raises(Conflict) as refused:
        await books.add(a_client("Outra", phone))
    assert (refused.value.key, refused.value.field) == ("errors.client.known_phone", "phone")
    assert refused.value.params["name"] == "Ana Souza"


async def test_a_plan_that_nobody_knows_is_refused_by_name(books: Books) -> None:
    with pytest.raises(NotFound) as refused:
        await books.add(a_client(plan="Platina"))
    assert (refused.value.field, refused.value.params["name"]) == ("plan", "Platina")


@pytest.mark.parametrize("due", ["2024-01-10", "2029-01-10"])
async def test_a_first_due_date_in_another_age_is_a_slip(books: Books, due: str) -> None:
    with pytest.raises(Refusal, match="unlikely"):
        await books.add(a_client(due=due))


async def test_who_wrote_to_us_as_a_stranger_is_the_client_now(books: Books) -> None:
    caller = Caller(Address(ChannelName.WHATSAPP, "551187654321"), "aninha", "pt_BR")
    async with books.open() as shop:
        stranger = await shop.unit.people.calling(caller, books.clock.now())
    card = await books.add(a_client())
    assert card.person_id == stranger.id
    async with books.open() as shop:
        known = await shop.unit.people.calling(caller, books.clock.now())
    assert (known.client_id, known.name, known.role) == (card.id, "Ana Souza", Role.CLIENT)


async def test_somebody_of_the_house_may_be_billed_too(books: Books) -> None:
    caller = Caller(Address(ChannelName.WHATSAPP, "+5511987654321"), "Rita", "en")
    async with books.open() as shop:
        owner = await shop.unit.people.calling(caller, books.clock.now())
        await shop.unit.people.set_role(owner.id, Role.OWNER)
    card = await books.add(a_client("Rita Lima"))
    async with books.open() as shop:
        same = await shop.unit.people.get(owner.id)
    assert (same.client_id, same.role, same.name) == (card.id, Role.OWNER, "Rita")


async def test_the_phone_of_a_chat_that_a_client_wrote_from_is_theirs(books: Books) -> None:
    card = await books.add(a_client())
    async with books.open() as shop:
        other = Caller(Address(ChannelName.WHATSAPP, "+5511911112222"), "Ana", "pt_BR")
        stranger = await shop.unit.people.calling(other, books.clock.now())
        await shop.unit.people.join(card.person_id, ChannelName.WHATSAPP, "+5511911112222")
        assert stranger.id != card.person_id
    with pytest.raises(Conflict):
        await books.add(a_client("Outra", "11 91111-2222"))


async def test_a_pause_bills_and_reminds_no_more(books: Books) -> None:
    card = await books.add(a_client(due="2026-10-20"))
    async with books.open() as shop:
        paused = await shop.clients.pause(card.id)
        assert (paused.charges, paused.standing) == ((), Standing.PAUSED)
    books.clock.advance(days=40)
    async with books.open() as shop:
        assert await shop.charges.open_due() == 0


async def test_a_pause_leaves_what_is_owed(books: Books) -> None:
    card = await books.add(a_client(due="2026-10-10"))
    async with books.open() as shop:
        paused = await shop.clients.pause(card.id)
    assert (paused.standing, paused.owed) == (Standing.LATE, Money(4990))


async def test_resuming_skips_what_fell_into_the_pause(books: Books) -> None:
    card = await books.add(a_client(due="2026-10-31"))
    async with books.open() as shop:
        await shop.clients.pause(card.id)
    books.clock.advance(days=110)  # 2 February
    async with books.open() as shop:
        back = await shop.clients.resume(card.id)
    assert back.subscription.next_due == date(2027, 2, 28)
    assert (back.subscription.anchor, back.charges) == (date(2026, 10, 31), ())


async def test_what_was_late_before_a_pause_is_not_reminded_of_after_it(books: Books) -> None:
    card = await books.add(a_client(due="2026-10-15"))
    books.clock.advance(days=2)
    async with books.open() as shop:
        await shop.clients.pause(card.id)
        back = await shop.clients.resume(card.id)
    assert (back.standing, back.unreminded) == (Standing.LATE, 1)


async def test_who_is_not_paused_is_resumed_without_a_trace(books: Books) -> None:
    card = await books.add(a_client(due="2026-10-10"))
    async with books.open() as shop:
        await shop.clients.remind_overdue(card.id)
        assert (await shop.clients.resume(card.id)).unreminded == 0


async def test_letting_go_forgives_only_what_is_not_due(books: Books) -> None:
    card = await books.add(a_client(due="2026-09-20"))
    async with books.open() as shop:
        gone = await shop.clients.cancel(card.id)
        assert dues(gone) == [date(2026, 9, 20)]
        assert gone.standing is Standing.LATE
        assert (await shop.clients.cancel(card.id)) == gone


async def test_who_comes_back_is_billed_from_the_next_due_date(books: Books) -> None:
    card = await books.add(a_client(due="2026-10-20"))
    async with books.open() as shop:
        await shop.clients.cancel(card.id)
        assert (await shop.clients.card(card.id)).standing is Standing.CANCELLED
        back = await shop.clients.resume(card.id)
    assert dues(back) == [date(2026, 10, 20)]


async def test_a_charge_that_was_reminded_is_cancelled_and_comes_back(books: Books) -> None:
    """One that cannot be unmade, for a reminder has told of it."""
    card = await books.add(a_client(due="2026-10-20"))
    async with books.open() as shop:
        assert await shop.unit.clients.drop_coming(card.id, TODAY, books.clock.now()) == 1
        assert (await shop.clients.card(card.id)).charges == ()
        assert await shop.unit.clients.restore_coming(card.id, TODAY) == 1
        assert dues(await shop.clients.card(card.id)) == [date(2026, 10, 20)]


async def test_opting_out_is_kept_and_taken_back(books: Books) -> None:
    card = await books.add(a_client())
    async with books.open() as shop:
        assert (await shop.clients.opt_out(card.id)).opted_out
        assert (await shop.clients.opt_out(card.id)).opted_out
        assert not (await shop.clients.opt_in(card.id)).opted_out


async def test_a_new_price_is_for_what_is_not_due(books: Books) -> None:
    card = await books.add(a_client(due="2026-09-20"))
    async with books.open() as shop:
        changed = await shop.clients.change_price(card.id, Money(5990))
    assert [charge.amount for charge in changed.charges] == [Money(4990), Money(5990)]
    assert changed.price == Money(5990)


async def test_a_new_due_day_moves_the_next_charge_and_all_later_ones(books: Books) -> None:
    card = await books.add(a_client(due="2026-09-20"))
    async with books.open() as shop:
        moved = await shop.clients.change_due_day(card.id, DueDay(date(2026, 10, 31), 31))
    assert dues(moved) == [date(2026, 9, 20)]
    assert (moved.subscription.next_due, moved.subscription.day_of_month) == (
        date(2026, 10, 31),
        31,
    )
    books.clock.advance(days=50)  # 4 December
    async with books.open() as shop:
        await shop.charges.open_due()
        later = await shop.clients.card(card.id)
    assert dues(later) == [date(2026, 9, 20), date(2026, 10, 31), date(2026, 11, 30)]
    assert later.subscription.next_due == date(2026, 12, 31)


async def test_a_due_day_that_has_passed_is_refused(books: Books) -> None:
    card = await books.add(a_client())
    with pytest.raises(Refusal, match=r"errors\.day\.past"):
        async with books.open() as shop:
            await shop.clients.change_due_day(card.id, DueDay(TODAY - timedelta(days=1), 14))


async def test_another_plan_keeps_the_next_due_date(books: Books) -> None:
    await books.plan("Anual", 48000, Period.ANNUAL)
    card = await books.add(a_client(due="2026-10-20"))
    async with books.open() as shop:
        changed = await shop.clients.change_plan(card.id, "ANUAL", Money(45000))
    assert dues(changed) == [date(2026, 10, 20)]
    assert changed.owed == Money(45000)
    assert (changed.subscription.plan, changed.subscription.next_due) == (
        "Anual",
        date(2027, 10, 20),
    )


async def test_a_new_name_is_found_and_the_old_one_is_not(books: Books) -> None:
    card = await books.add(a_client())
    async with books.open() as shop:
        await shop.clients.change_name(card.id, "Antônia Prado")
    assert await books.find("antonia") == ["Antônia Prado"]
    assert await books.find("souza") == []


async def test_a_new_phone_leaves_the_old_one_to_others(books: Books) -> None:
    card = await books.add(a_client())
    async with books.open() as shop:
        await shop.clients.change_phone(card.id, Phone.read("21 97777-1111"))
        (chat,) = await shop.unit.people.addresses(card.person_id)
    assert chat.address == Address(ChannelName.WHATSAPP, "+5521977771111")
    other = await books.add(a_client("Bia"))
    assert other.person_id != card.person_id


async def test_what_has_not_left_for_the_old_phone_goes_to_the_new_one(books: Books) -> None:
    card = await books.add(a_client())
    old, new = "+5511987654321", "+5521977771111"
    row = NewRow(card.person_id, ChannelName.WHATSAPP, old, "notice", "receipt", "{}", 5)
    async with books.open() as shop:
        waiting, *others = await shop.unit.outbox.add([row] * 5)
        states = ("claimed", "sending", "uncertain", "read")
        for number, state in zip(others, states, strict=True):
            change = sa.update(outbox).where(outbox.c.id == number)
            await shop.unit.connection.execute(change.values(state=state, lease_owner="w"))
    async with books.open() as shop:
        await shop.clients.change_phone(card.id, Phone.read(new))
        query = sa.select(outbox.c.id, outbox.c.state, outbox.c.send_to, outbox.c.lease_owner)
        rows = (await shop.unit.connection.execute(query.order_by(outbox.c.id))).all()
    claimed, leaving, doubtful, read = others
    assert [tuple(each) for each in rows] == [
        (waiting, "waiting", new, None),
        (claimed, "waiting", new, None),
        (leaving, "sending", new, "w"),
        (doubtful, "uncertain", new, "w"),
        (read, "read", old, "w"),
    ]


async def test_a_client_is_not_moved_onto_the_chat_of_the_house(books: Books) -> None:
    card = await books.add(a_client())
    manager = Caller(Address(ChannelName.WHATSAPP, "5521977771111"), "Rita", "pt_BR")
    async with books.open() as shop:
        rita = await shop.unit.people.calling(manager, NOON)
        await shop.unit.people.set_role(rita.id, Role.MANAGER)
    async with books.open() as shop:
        with pytest.raises(Conflict, match="phone_of_the_house"):
            await shop.clients.change_phone(card.id, Phone.read("21 97777-1111"))
    async with books.open() as shop:
        assert (await shop.unit.people.calling(manager, NOON)).id == rita.id


async def test_who_is_also_of_the_house_keeps_the_chat_they_run_it_by(books: Books) -> None:
    card = await books.add(a_client())
    async with books.open() as shop:
        await shop.unit.people.set_role(card.person_id, Role.OWNER)
        await shop.clients.change_phone(card.id, Phone.read("21 97777-1111"))
        chats = await shop.unit.people.addresses(card.person_id)
    assert {chat.address.to for chat in chats} == {"+5511987654321", "+5521977771111"}


async def test_a_phone_may_be_corrected_to_the_same_phone(books: Books) -> None:
    card = await books.add(a_client())
    async with books.open() as shop:
        changed = await shop.clients.change_phone(card.id, Phone.read("11 8765-4321"))
    assert changed.phone == card.phone


async def test_a_note_brings_its_tags(books: Books) -> None:
    card = await books.add(a_client(note="#vip"))
    async with books.open() as shop:
        changed = await shop.clients.change_note(card.id, "agora é #Ouro")
    assert (changed.note, changed.tags) == ("agora é #Ouro", ("ouro",))


async def test_a_client_who_is_not_there_is_not_found(books: Books) -> None:
    async with books.open() as shop:
        for deed in (shop.clients.card, shop.clients.pause, shop.clients.resume):
            with pytest.raises(NotFound):
                await deed(ClientId(404))


async def test_who_did_what_is_written_down(books: Books) -> None:
    card = await books.add(a_client())
    async with books.open() as shop:
        await shop.clients.pause(card.id)
        query = sa.select(audit.c.deed).where(audit.c.deed.startswith("client."))
        deeds = (await shop.unit.connection.execute(query)).scalars().all()
    assert list(deeds) == ["client.added", "client.paused"]


async def test_a_client_whose_only_chat_is_closed_is_shown_as_such(books: Books) -> None:
    card = await books.add(a_client())
    async with books.open() as shop:
        gone = [Address(ChannelName.WHATSAPP, card.phone.e164)]
        await shop.unit.people.unreachable(gone, "blocked", books.clock.now())
    assert (await books.card(card.id)).unreachable


async def test_many_are_written_down_in_the_order_given(books: Books) -> None:
    cards = [
        await books.add(a_client(f"Cliente {number}", f"11 9876{number:05}")) for number in range(3)
    ]
    async with books.open() as shop:
        rows = (await shop.unit.connection.execute(sa.select(people.c.id, people.c.name))).all()
        opened = sa.select(sa.func.count()).select_from(charges)
        assert (await shop.unit.connection.execute(opened)).scalar_one() == 3
    assert {card.person_id: card.name for card in cards} == {row.id: row.name for row in rows}
