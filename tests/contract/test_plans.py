"""Plans: known by a key, sold or not, with how many are on each."""

import pytest

from bot.domain.errors import Conflict, NotFound
from bot.domain.ids import PlanId
from bot.domain.money import Money
from bot.domain.plan import Period
from bot.forms.plan import NewPlan
from tests.support.books import Books, a_client


@pytest.mark.parametrize("name", ["mensal", "MENSAL ", "Plano Mensal", "1 mês"])
async def test_a_plan_is_found_in_any_spelling(books: Books, name: str) -> None:
    async with books.open() as shop:
        plan = await shop.plans.get(name)
    assert (plan.name, plan.price, plan.period) == ("Mensal", Money(4990), Period.MONTHLY)


async def test_a_plan_that_is_not_there_is_refused_by_name(books: Books) -> None:
    async with books.open() as shop:
        with pytest.raises(NotFound) as refused:
            await shop.plans.get(" Platina ")
        with pytest.raises(NotFound, match=r"errors\.plan\.gone"):
            await shop.plans.view(PlanId(404))
    assert refused.value.params["name"] == "Platina"


async def test_a_name_is_taken_in_every_spelling(books: Books) -> None:
    async with books.open() as shop:
        with pytest.raises(Conflict, match=r"errors\.plan\.taken"):
            await shop.plans.add(
                NewPlan(plan="PLANO MENSAL", price=Money(1), period=Period.MONTHLY)
            )
        assert len(await shop.plans.all()) == 1


async def test_no_plan_may_take_anothers_name(books: Books) -> None:
    await books.plan("Ouro")
    async with books.open() as shop:
        gold = await shop.plans.get("ouro")
        with pytest.raises(Conflict):
            await shop.plans.rename(gold.id, "mensal")
        assert (await shop.plans.rename(gold.id, "OURO")).name == "OURO"


async def test_the_most_used_is_offered_first(books: Books) -> None:
    await books.plan("Ouro")
    await books.add(a_client(plan="ouro"))
    async with books.open() as shop:
        assert [(plan.name, plan.clients) for plan in await shop.plans.on_sale()] == [
            ("Ouro", 1),
            ("Mensal", 0),
        ]


async def test_what_is_no_longer_sold_keeps_its_clients(books: Books) -> None:
    card = await books.add(a_client())
    async with books.open() as shop:
        await shop.plans.sell(card.subscription.plan_id, on_sale=False)
        assert await shop.plans.on_sale() == []
        (plan,) = await shop.plans.all()
        assert (plan.on_sale, plan.clients) == (False, 1)
        assert (await shop.plans.sell(plan.id, on_sale=True)).on_sale


async def test_a_new_price_is_for_whoever_comes_next(books: Books) -> None:
    card = await books.add(a_client())
    async with books.open() as shop:
        changed = await shop.plans.change_price(card.subscription.plan_id, Money(5990))
        assert changed.price == Money(5990)
        assert (await shop.clients.card(card.id)).price == Money(4990)
