"""Whose a chat is, where the network does not say: the house is asked, and nobody guesses."""

from collections.abc import Sequence

from bot.domain.clock import Clock
from bot.domain.errors import Conflict, NotAllowed
from bot.domain.ids import ClientId, PersonId
from bot.domain.message import Style
from bot.domain.phone import Phone
from bot.domain.role import Role
from bot.domain.text import Text, plain, t
from bot.services.pix import pay_label
from bot.services.ports.client_store import ClientStore
from bot.services.ports.house import Audit, BusinessView
from bot.services.ports.people import People, PersonView
from bot.services.ports.post import Notice, Post, Press


class Identities:
    """One transaction's questions, and the house's answers."""

    def __init__(
        self,
        *,
        people: People,
        clients: ClientStore,
        post: Post,
        audit: Audit,
        house: BusinessView,
        clock: Clock,
    ) -> None:
        self._people = people
        self._clients = clients
        self._post = post
        self._audit = audit
        self._house = house
        self._clock = clock

    async def ask_whose_number(self, stranger: PersonView, phone: Phone) -> None:
        """A stranger gave this number as theirs, as anybody may: ask, if it is a client's."""
        found = await self._clients.with_phone(phone.key)
        if found is None:
            return
        client, name = found
        about = t("who.shares", name=plain(stranger.name), phone=phone.shown, client=plain(name))
        yes = _tie(client, stranger, t("who.yes"))
        card = Press(t("client.open"), "client_card", {"client": client})
        await self._ask((about, t("who.shares.ask")), (yes, card))

    async def ask_which(self, stranger: PersonView, words: Text) -> None:
        """The network's names for an account lead to two clients: ask who it is."""
        several = [await self._people.get(person) for person in stranger.in_doubt]
        presses = [
            _tie(each.client_id, stranger, plain(each.name)) for each in several if each.client_id
        ]
        names = plain(" · ".join(each.name for each in several))
        body = [t("who.doubt", names=names, words=words), t("who.doubt.ask")]
        if len(presses) < len(several):  # nobody becomes one of the house by a tap
            body.append(t("who.doubt.of_the_house"))
        await self._ask(body, presses)

    async def tie(self, client: ClientId, stranger: PersonId, *, by: PersonId) -> str:
        """Let whoever wrote be this client, and tell them so; the client's name."""
        person = await self._people.get(await self._people.of_client(client))
        await self._people.hold(person.id)
        other = await self._people.get(stranger)
        # Meanwhile they may have become somebody by another way.
        if other.role is not Role.STRANGER:
            raise NotAllowed("errors.who.known", name=plain(other.name))
        if not await self._people.take_over(stranger, person.id):
            raise Conflict("errors.who.done")
        await self._audit.note("client.chat_tied", by, self._clock.now(), {"client": client})
        words = t("who.welcome", name=plain(person.name), business=plain(self._house.name))
        buttons = (
            Press(t("client.button.paid"), "client_paid"),
            Press(pay_label(self._house), "client_pix"),
        )
        await self._post.tell(person.id, Notice("chat_tied", (words,), buttons))
        return person.name

    async def _ask(self, body: Sequence[Text], presses: Sequence[Press]) -> None:
        for member in await self._post.staff():
            await self._post.tell(member, Notice("who_is_it", body, presses))


def _tie(client: ClientId, stranger: PersonView, label: Text) -> Press:
    about = {"client": client, "stranger": stranger.id}
    return Press(label, "tie_chat", about, Style.PRIMARY)
