"""``/modelos``: texts put otherwise by chat, shown as clients read them, and put back."""

import asyncio
from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.composition.shop import Shop
from bot.domain.contact import ContactRules
from bot.domain.errors import Conflict, NotFound, Unreadable
from bot.domain.ids import PersonId, PlanId
from bot.domain.message import ChannelName, Outgoing, TemplateUse
from bot.domain.money import Money
from bot.domain.own_text import OwnText, TextBook, TextKey
from bot.domain.role import Role
from bot.domain.text import Param, t
from bot.services.ports.billing import LEAD_DAYS
from bot.services.ports.house import BusinessView
from bot.services.reminder_words import in_own_words
from bot.storage.tables import audit
from tests.support.books import HOUSE, NOON, TODAY, Books, a_client, words
from tests.support.talk import Talk

GOOD = "Oi, {nome}! Aqui é da {empresa}. O seu pagamento de {valor} vence hoje, combinado?"
OTHER = GOOD.replace("combinado", "tudo certo")
TODAYS = TextKey("reminder_today", "pt_BR")


@pytest.fixture
async def books(books: Books) -> Books:
    """Ana owes today on the plan Mensal, Caio on Ouro."""
    await books.plan("Ouro", 9990)
    async with books.open() as shop:
        await shop.unit.ladder.seed()
    await books.add(a_client("Caio Reis", "11 98765-4323", plan="Ouro", due=TODAY))
    await books.add(a_client("Ana Souza", "11 98765-4321", due=TODAY))
    return books


async def opens_todays(owner: Talk) -> None:
    await owner.says("/modelos dia")
    assert "Lembrete do dia" in owner.reads


async def newest(books: Books) -> list[OwnText]:
    async with books.open() as shop:
        return list(await shop.unit.texts.newest())


async def deeds(books: Books) -> list[tuple[str, dict[str, object]]]:
    query = sa.select(audit.c.deed, audit.c.about).where(audit.c.deed.startswith("text."))
    async with books.engines.reader.connect() as connection:
        rows = await connection.execute(query.order_by(audit.c.id))
        return [(row.deed, row.about) for row in rows]


async def composed(books: Books, house: BusinessView = HOUSE) -> list[Outgoing]:
    """What would leave now."""
    async with books.open() as whole:
        shop = Shop(whole.unit, house, LEAD_DAYS, whole.premises)
        await shop.reminders.plan()
        leases = await shop.unit.leases.claim("me", ChannelName.WHATSAPP, 10, books.clock.now())
        told = (await shop.reminders.compose(leases)).values()
    return [one for one in told if isinstance(one, Outgoing)]


async def reminders(books: Books) -> dict[str, str]:
    """The same in words, by name."""
    said = [words().say(one.body[0], "pt_BR") for one in await composed(books)]
    return {text.split(",")[1].split("!")[0].strip(): text for text in said}


async def test_every_form_is_listed_with_whose_words_it_has(owner: Talk) -> None:
    await owner.says("/modelos")
    assert "português" in owner.reads.lower()
    assert len([key for key in owner.offered if key.startswith("whatsapp.form.")]) == 8
    assert set(owner.hints) == {"Texto do EmDia"}


async def test_a_text_is_shown_as_a_real_client_reads_it(owner: Talk) -> None:
    await opens_todays(owner)
    assert "Olá, Ana Souza! Aqui é a equipe Academia Boa Forma." in owner.reads
    assert "R$ 49,90" in owner.reads
    assert "PARE" in owner.reads
    assert "[ Já paguei ]  [ Ver Pix ]  [ Parar avisos ]" in owner.reads


async def test_other_words_are_offered_their_gaps_checked_and_shown_before_they_count(
    books: Books, owner: Talk
) -> None:
    await opens_todays(owner)
    await owner.taps("texts.edit")
    assert "{nome} o nome do cliente" in owner.reads
    assert "vence hoje, *{vencimento}*" in owner.reads
    await owner.says(GOOD.replace("{valor}", "{valro}"))
    assert "{valor}?" in owner.reads
    await owner.says(GOOD)
    assert "Oi, Ana Souza! Aqui é da Academia Boa Forma." in owner.reads
    assert await newest(books) == []
    await owner.taps("texts.use")
    assert owner.sees[0] == "texts.saved"
    (text,) = await newest(books)
    assert (text.key, text.version) == (TODAYS, 1)
    await owner.says("/modelos")
    assert "Seu texto, versão 1" in owner.hints


async def test_the_next_reminder_says_it(books: Books, owner: Talk) -> None:
    await opens_todays(owner)
    await owner.taps("texts.edit")
    await owner.says(GOOD)
    await owner.taps("texts.use")
    assert (await reminders(books))["Ana Souza"] == (
        "Oi, Ana Souza! Aqui é da Academia Boa Forma. "
        "O seu pagamento de R$ 49,90 vence hoje, combinado?"
    )
    await owner.says("/regua")
    await owner.taps("No dia do vencimento")
    assert "Oi, [nome]! Aqui é da [negócio]." in owner.reads


async def test_what_else_would_be_true_goes_along_if_the_house_lets_it(books: Books) -> None:
    async with books.open() as shop:
        before = await shop.business.profile()
        assert before.rules.similar_words
    for one in await composed(books):
        assert one.template
        assert (one.template.name, one.template.others) == ("reminder_today", ("reminder_before",))


async def test_the_house_may_rather_have_a_reminder_wait(books: Books) -> None:
    strict = replace(HOUSE, rules=ContactRules(similar_words=False))
    assert [one.template and one.template.others for one in await composed(books, strict)] == [
        (),
        (),
    ]


async def test_where_nobody_pays_by_pix_reminders_say_how_to_pay(books: Books) -> None:
    abroad = replace(HOUSE, currency="USD")
    for one in await composed(books, abroad):
        said = [words().say(text, "en") for text in (*one.body, *[b.label for b in one.buttons])]
        assert "How to pay" in said
        assert "Pix" not in " ".join(said)


async def test_what_meta_may_refuse_is_said_and_may_be_overridden(
    books: Books, owner: Talk
) -> None:
    await opens_todays(owner)
    await owner.taps("texts.edit")
    await owner.says(GOOD.replace("combinado", "com desconto só aqui"))
    assert "“desconto” soa como promoção" in owner.reads
    await owner.taps("texts.edit_more")
    await owner.says(GOOD.replace("combinado", "ou vai a protesto"))
    assert "“protesto” soa como ameaça" in owner.reads
    await owner.taps("texts.use_anyway")
    (text,) = await newest(books)
    assert "protesto" in text.words


async def test_a_plan_may_have_words_of_its_own(books: Books, owner: Talk) -> None:
    await opens_todays(owner)
    await owner.taps("texts.edit")
    await owner.says(GOOD)
    await owner.taps("texts.use")
    await owner.taps("texts.for_plan")
    await owner.taps("Ouro")
    assert "recebe o de todos" in owner.reads
    assert "Oi, Caio Reis!" in owner.reads
    await owner.taps("texts.edit")
    await owner.says(OTHER)
    await owner.taps("texts.use")
    assert "Só para Ouro" in owner.reads
    said = await reminders(books)
    assert said["Ana Souza"].endswith("combinado?")
    assert said["Caio Reis"].endswith("tudo certo?")
    await owner.taps("texts.reset")
    assert "combinado?" in owner.reads
    await owner.taps("texts.reset_yes")
    assert "recebe o de todos" in owner.reads


async def test_each_language_has_its_own_words(books: Books, owner: Talk) -> None:
    await opens_todays(owner)
    await owner.taps("texts.other_language")
    await owner.taps("language.en")
    assert "[ I have paid ]" in owner.reads or "[ I've paid ]" in owner.reads
    await owner.taps("texts.edit")
    await owner.says(
        "Hi {nome}, this is {empresa}. Your payment of {valor} is due today, all right?"
    )
    await owner.taps("texts.use")
    (text,) = await newest(books)
    assert text.key == TextKey("reminder_today", "en")
    assert (await reminders(books))["Ana Souza"].startswith("Olá, Ana Souza!")


async def test_every_version_is_kept_and_may_be_used_again(books: Books, owner: Talk) -> None:
    for typed in (GOOD, OTHER):
        await opens_todays(owner)
        await owner.taps("texts.edit")
        await owner.says(typed)
        await owner.taps("texts.use")
    await owner.taps("texts.reset")
    assert "Olá, Ana Souza!" in owner.reads
    await owner.taps("texts.reset_yes")
    assert "É o texto do EmDia" in owner.reads
    await owner.taps("texts.versions")
    assert len([key for key in owner.offered if key == "texts.version"]) == 3
    await owner.taps("texts.version", place=2)
    assert "combinado?" in owner.reads
    await owner.taps("texts.restore")
    await owner.taps("texts.use")
    (text,) = await newest(books)
    assert (text.version, "combinado" in text.words) == (4, True)
    done = await deeds(books)
    assert [deed for deed, _ in done] == [
        "text.changed",
        "text.changed",
        "text.reset",
        "text.restored",
    ]
    assert "tudo certo" in str(done[1][1]["after"])
    assert "combinado" in str(done[1][1]["before"])


async def test_the_same_words_twice_are_one_version(books: Books, owner: Talk) -> None:
    await opens_todays(owner)
    await owner.taps("texts.edit")
    await owner.says(GOOD)
    await owner.taps("texts.use")
    await owner.says("/modelos")
    await owner.taps("whatsapp.form.reminder_today")
    await owner.taps("texts.edit")
    await owner.says(GOOD)
    await owner.taps("texts.use")
    assert owner.sees[0] == "texts.saved_already"
    assert [text.version for text in await newest(books)] == [1]


async def test_what_goes_to_the_house_is_ours(books: Books, owner: Talk) -> None:
    await owner.says("/modelos")
    await owner.taps("whatsapp.form.waiting")
    assert "texts.edit" not in owner.offered
    assert "texts.for_plan" not in owner.offered
    async with books.open() as shop:
        with pytest.raises(Conflict):
            shop.texts.read(TextKey("waiting", "pt_BR"), GOOD, "pt_BR")


async def test_a_viewer_looks_and_changes_nothing(books: Books, owner: Talk) -> None:
    await opens_todays(owner)
    await owner.taps("texts.edit")
    await owner.says(GOOD)
    await owner.taps("texts.use")
    viewer = Talk(books, sender="7002")
    await viewer.join(Role.VIEWER)
    await opens_todays(viewer)
    assert "texts.edit" not in viewer.offered
    await viewer.taps("texts.versions")
    await viewer.taps("texts.version")
    assert "texts.restore" not in viewer.offered


async def test_what_is_not_there_is_refused(books: Books) -> None:
    async with books.open() as shop:
        for key in (
            TextKey("nothing", "pt_BR"),
            TextKey("receipt", "pt_BR", PlanId(1)),
            TextKey("reminder_today", "pt_BR", PlanId(404)),
        ):
            with pytest.raises(NotFound):
                await shop.texts.view(key)
        with pytest.raises(NotFound):
            await shop.texts.version(TODAYS, 7)
        with pytest.raises(Unreadable):
            await shop.texts.save(TODAYS, "Pague!", PersonId(1))


async def test_two_at_once_never_write_the_same_version(books: Books) -> None:
    kept = "Oi, {name}! São {amount} hoje, combinado?"

    async def writes(number: int) -> OwnText | None:
        async with books.open() as shop:
            return await shop.unit.texts.add(TODAYS, f"{kept} {number}", None, books.clock.now())

    written = [text for text in await asyncio.gather(*map(writes, range(4))) if text]
    versions = sorted(text.version for text in written)
    assert versions == list(range(1, len(written) + 1))
    async with books.open() as shop:
        assert len(await shop.unit.texts.versions(TODAYS)) == len(written)


def test_a_receipt_begins_with_the_owner_s_words_and_goes_on_with_ours() -> None:
    told: dict[str, Param] = {"name": "Ana", "business": "Sol", "amount": Money(4990)}
    body = (t("receipt.thanks", **told), t("receipt.next", due=TODAY))
    notice = Outgoing(body, template=TemplateUse("receipt", told))
    key = TextKey("receipt", "pt_BR")
    book = TextBook.of([OwnText(key, 1, "Valeu, {name}! Chegou {amount} aqui.", NOON)])
    said = in_own_words(notice, "pt_BR", book).body
    assert words().say(said[0], "pt_BR") == "Valeu, Ana! Chegou R$ 49,90 aqui."
    assert said[1] == body[1]
    assert in_own_words(notice, "en", book) == notice
    assert in_own_words(Outgoing(body), "pt_BR", book) == Outgoing(body)
