"""The first minutes: a code makes an owner, four questions make a house, a link lets others in."""

from bot.domain.role import Role
from bot.sandbox.telegram.person import TelegramPerson
from tests.support.shop_list import CARLA, a_shop_list
from tests.support.town import OWNER_CODE, Town

BAD_WORDS = ("/start", "/start errado", "errado", "oi", "/clientes", "menu", "PARE", "pix", "😀")


async def everything_a_stranger_tries(town: Town) -> set[str]:
    """On both networks; the answers, each once."""
    someone, other = town.admin(99, "Zé Ninguém"), town.phone("+5511955554444", "Ninguém")
    answers = set()
    for words in BAD_WORDS:
        answers.add((await town.tells(someone, words)).text)
        answers.add((await town.tells(other, words)).text)
    someone.forges_tap("0" * 8, someone.last().id)
    answers.add((await town.sees(someone)).text)
    someone.uploads(b"Nome;Fone\n", "clientes.csv", "text/csv")
    answers.add((await town.sees(someone)).text)
    other.uploads(b"a picture", "image/png")
    answers.add((await town.sees(other)).text)
    other.sends_unsupported()
    answers.add((await town.sees(other)).text)
    assert all(not seen.choices for seen in (*someone.visible(), *other.visible()))
    for one in (someone, other):
        said = [seen.mine for seen in one.visible()]
        assert said.count(True) == said.count(False)
    return answers


async def test_a_stranger_gets_the_same_polite_words_for_everything(town: Town) -> None:
    before = await everything_a_stranger_tries(town)
    assert len(before) == 1
    await town.moves_in("Academia Secreta")
    after = await everything_again(town)
    assert after == before
    assert "Secreta" not in before.pop()


async def everything_again(town: Town) -> set[str]:
    someone, other = town.admin(99, ""), town.phone("+5511955554444", "Ninguém")
    answers = [await town.tells(one, words) for words in BAD_WORDS for one in (someone, other)]
    return {answer.text for answer in answers}


async def test_the_code_makes_one_owner_only(town: Town) -> None:
    owner, late = town.admin(), town.admin(99, "Zé Ninguém")
    assert "agora é seu" in (await town.tells(owner, f"/start {OWNER_CODE}")).text
    assert "não encontrei" in (await town.tells(late, f"/start {OWNER_CODE}")).text
    other = town.phone("+5511955554444", "Ninguém")
    assert "não encontrei" in (await town.tells(other, OWNER_CODE)).text


async def test_four_questions_can_be_answered_by_tapping(town: Town) -> None:
    owner = town.admin()
    await town.tells(owner, f"/start {OWNER_CODE}")
    assert (await town.tells(owner, "Studio Bela")).labels == ("São Paulo", "Voltar", "Cancelar")
    await town.taps(owner, "São Paulo")
    await town.taps(owner, "Pular")
    check = await town.taps(owner, "Mensal · R$ 99,90")
    assert "Nome: Studio Bela\nCidade: São Paulo\nChave Pix: —\nPlano: Mensal · R$ 99,90" in (
        check.text
    )
    assert "Tudo pronto, Studio Bela!" in (await town.taps(owner, "Salvar")).text
    home = await town.taps(owner, "Início")
    assert "Sem chave Pix" in home.text
    assert "🔑 Cadastrar chave Pix" in home.labels
    assert "Mensal: R$ 99,90" in (await town.tells(owner, "/planos")).text


async def test_whoever_brings_the_list_first_names_the_house_before_anybody_is_reminded(
    town: Town,
) -> None:
    owner, carla = town.admin(), town.phone(CARLA, "Carla")
    await town.tells(owner, f"/start {OWNER_CODE}")
    await town.taps(owner, "Cancelar")
    owner.uploads(a_shop_list(town.today.date()), "clientes.csv", "text/csv")
    await town.sees(owner)
    assert "não tem nome" in (await town.taps(owner, "Importar e lembrar")).text
    assert "sem nome ainda" in (await town.tells(owner, "/numeros")).text
    await town.later(minutes=20)
    assert carla.visible() == []
    assert "para a equipe, que responde" in (await town.tells(carla, "bom dia!")).text
    assert "Passo 1 de 4" in (await town.tells(owner, "/config")).text
    for words in ("Studio Bela", "Vitória", "12345678909", "Mensal 59,90"):
        await town.tells(owner, words)
    assert "Tudo pronto, Studio Bela!" in (await town.taps(owner, "Salvar")).text
    assert "Mensal: R$ 59,90 (Mensal), 6 clientes" in (await town.tells(owner, "/planos")).text
    await town.later(minutes=20)
    assert "Aqui é a equipe Studio Bela" in carla.last().text


async def test_a_mistake_is_asked_again_with_the_reason(town: Town) -> None:
    owner = town.admin()
    await town.tells(owner, f"/start {OWNER_CODE}")
    asked = await town.tells(owner, "123")
    assert "precisa ter letras" in asked.text
    assert "Passo 1 de 4" in asked.text
    await town.tells(owner, "Studio Bela")
    await town.tells(owner, "Vitória")
    assert "Não reconheci essa chave" in (await town.tells(owner, "minha chave")).text
    await town.tells(owner, "123.456.789-09")
    for slip in ("Mensal", "Mensal zero", "49,90"):
        assert "Escreva o nome e depois o preço" in (await town.tells(owner, slip)).text
    assert "maior que zero" in (await town.tells(owner, "Mensal 0")).text
    await town.tells(owner, "voltar")
    assert "Chave Pix: 123.456.789-09" not in owner.last().text
    await town.tells(owner, "123.456.789-09")
    check = await town.tells(owner, "Mensal R$ 49,90")
    assert "Nome: Studio Bela" in check.text
    assert "Cidade: Vitória" in check.text


async def test_an_owner_who_gave_up_is_asked_again_at_home(town: Town) -> None:
    owner = town.admin()
    await town.tells(owner, f"/start {OWNER_CODE}")
    assert "Nada foi salvo" in (await town.taps(owner, "Cancelar")).text
    assert "Passo 1 de 4" in (await town.taps(owner, "Início")).text


async def test_the_house_is_changed_later(town: Town) -> None:
    owner = await town.moves_in()
    await town.tells(owner, "/config")
    await town.taps(owner, "Cidade")
    assert "Cidade: Serra" in (await town.tells(owner, "Serra")).text
    await town.taps(owner, "Chave Pix")
    check = await town.tells(owner, "pix@boaforma.com.br")
    assert "letra por letra" in check.text
    assert "Chave Pix: pix@boaforma.com.br" in (await town.taps(owner, "Salvar")).text
    await town.taps(owner, "Chave Pix")
    assert "não recebem o código" in (await town.taps(owner, "Pular")).text
    assert "nenhuma ainda" in (await town.taps(owner, "Salvar")).text
    await town.tells(owner, "/planos")
    await town.taps(owner, "Novo plano")
    await town.tells(owner, "Ouro")
    await town.tells(owner, "99,90")
    await town.taps(owner, "Mensal")
    await town.taps(owner, "Salvar")
    assert "Ouro: R$ 99,90" in (await town.taps(owner, "Planos")).text


async def test_a_second_admin_joins_by_a_link_that_works_once(town: Town) -> None:
    owner = await town.moves_in()
    helper = town.admin(8, "Caio Reis")
    code = await an_invitation(town, owner)
    assert "entrou na equipe" in (await town.tells(helper, f"/start {code}")).text
    assert "não encontrei" in (await town.tells(town.admin(9, "Eva"), f"/start {code}")).text
    assert "Caio Reis (gerente)" in (await town.tells(owner, "/equipe")).text
    settings = await town.tells(helper, "/config")
    assert "🌐 Idioma" in settings.labels
    assert not {"✏️ Nome", "✏️ Cidade", "🔑 Chave Pix"} & set(settings.labels)


async def test_who_leaves_the_team_is_a_stranger_again(town: Town) -> None:
    owner = await town.moves_in()
    helper = town.admin(8, "Caio Reis")
    await town.tells(helper, f"/start {await an_invitation(town, owner)}")
    await town.tells(helper, "/clientes")
    await town.tells(owner, "/equipe")
    await town.taps(owner, "Tirar Caio Reis")
    assert "não faz mais parte" in (await town.taps(owner, "Sim, tirar")).text
    assert "não encontrei" in (await town.taps(helper, "Início")).text
    assert "não encontrei" in (await town.tells(helper, "/clientes")).text


async def test_an_owner_with_whatsapp_only_gets_the_same(town: Town) -> None:
    owner = town.phone("+5527999990000", "Bia")
    assert "agora é seu" in (await town.tells(owner, OWNER_CODE)).text
    await town.tells(owner, "Studio Bela")
    assert owner.last().labels == ("São Paulo", "Voltar", "Cancelar")
    await town.taps(owner, "São Paulo")
    await town.taps(owner, "Pular")
    assert "Mensal · R$ 49,90" in owner.last().labels
    await town.taps(owner, "Mensal · R$ 49,90")
    assert "Tudo pronto" in (await town.taps(owner, "Salvar")).text


async def an_invitation(town: Town, owner: TelegramPerson) -> str:
    """The code that the owner passes on."""
    await town.tells(owner, "/equipe")
    return (await town.taps(owner, "Convidar alguém")).text.split()[-1]


async def test_only_the_house_is_shown_what_it_may_ask_for(town: Town) -> None:
    owner, stranger = await town.moves_in(), town.admin(99, "Zeca")
    assert town.house.telegram is not None
    menus = town.house.telegram.menus
    assert menus is not None
    await menus.once()
    world = town.box.telegram
    assert {"novo", "vencidos"} <= {each["command"] for each in world.commands_for(owner)}
    assert [each["command"] for each in world.commands_for(stranger)] == ["start", "ajuda"]
    async with town.house.units.write() as unit:
        for member in await unit.people.staff():
            await unit.people.set_role(member.id, Role.STRANGER)
    await menus.once()
    assert world.commands_for(owner) == world.commands_for(stranger)
