"""The rules at GitHub: each version once and in order, and nothing of somebody else's lost."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.github.rules import GitHubRules
from bot.channels.github.wire import Wire
from bot.composition.rule_pushes import new_rule_pushes
from bot.config import Settings
from bot.domain.own_text import TextKey
from bot.domain.role import Role
from bot.domain.rule_files import LADDER, MOST_BYTES, PATHS, PLANS, SETTINGS, TEXTS
from bot.jobs.rule_pushes import PushRound
from bot.sandbox.github.git import Git
from bot.sandbox.github.routes import GitHubBox
from bot.storage.engine import Engines
from bot.storage.tables import audit, outbox, rule_versions
from bot.storage.unit_of_work import Units
from tests.support.books import Books, premises_of
from tests.support.github_box import HOUSE, TOKEN, a_github_box
from tests.support.talk import Talk


@dataclass
class There:
    """A house whose rules go to a repository, and its owner."""

    books: Books
    box: GitHubBox
    owner: Talk
    rounds: list[PushRound] = field(default_factory=list)

    @property
    def git(self) -> Git:
        return self.box.world.git

    @property
    def subjects(self) -> list[str]:
        """The commits that are ours, by their first lines."""
        messages = [str(commit["message"]) for commit in self.git.history]
        return [one.splitlines()[0] for one in messages if "EmDia-Version:" in one]

    @property
    def numbers(self) -> list[int]:
        """The versions that are commits, in their order."""
        trails = [str(commit["message"]).partition("EmDia-Version: ")[2] for commit in self.history]
        return [int(trail.split()[0]) for trail in trails]

    @property
    def history(self) -> Sequence[dict[str, Any]]:
        return [one for one in self.git.history if "EmDia-Version:" in str(one["message"])]

    def read(self, path: str) -> str:
        return self.git.files[path].decode()

    def edits(self, path: str, was: str, now: str, by: str = "Caio Reis") -> None:
        """Somebody changes a file on the site."""
        text = self.read(path)
        assert was in text
        self.git.edit(path, text.replace(was, now).encode(), by)

    def a_process(self) -> PushRound:
        """One that has just started, and remembers nothing."""
        settings = Settings(
            _env_file=None,
            github_token=TOKEN,
            github_repository=HOUSE,
            github_api_url=self.box.url,
        )
        units = Units(self.books.engines, self.books.clock)
        made = new_rule_pushes(settings, units, premises_of(self.books))
        assert made is not None
        return made

    async def push(self) -> bool:
        return await self.a_process().run()

    async def change_hour(self, hour: str) -> None:
        await self.owner.says("/regua")
        await self.owner.taps("3 dias antes")
        await self.owner.taps("ladder.change_hour")
        await self.owner.says(hour)
        await self.owner.taps("ladder.accept")

    async def told(self) -> list[str]:
        async with self.books.engines.reader.connect() as connection:
            query = sa.select(outbox.c.purpose).where(outbox.c.purpose.like("rules%"))
            return list((await connection.execute(query.order_by(outbox.c.id))).scalars())

    @property
    def git_rules(self) -> list[str]:
        return [path for path in self.git.files if path in PATHS]

    async def is_as_here(self) -> bool:
        """Whether what stands there is the newest version."""
        async with self.books.engines.reader.connect() as connection:
            query = sa.select(rule_versions.c.files).order_by(rule_versions.c.number.desc())
            newest = (await connection.execute(query.limit(1))).scalar_one()
        there = {path: text for path, text in self.git.files.items() if path.endswith(".toml")}
        return there == {path: text.encode() for path, text in newest.items()}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks again asks at once."""
    for step in ("_head", "_open", "_blob"):
        monkeypatch.setattr(getattr(GitHubRules, step).retry, "wait", lambda _state: 0)


@pytest.fixture
async def there(engines: Engines) -> AsyncIterator[There]:
    books = Books(engines)
    await books.begin()
    async with books.open() as shop:
        await shop.unit.ladder.seed()
        await shop.unit.business.change(set_up_at=books.clock.now())
        await shop.unit.business.own(books.clock.now())
        await shop.versions.begin()
    owner = Talk(books)
    await owner.join(Role.OWNER)
    async with a_github_box() as box:
        yield There(books, box, owner)


async def test_each_version_is_a_commit_of_its_own(there: There) -> None:
    await there.change_hour("14h30")
    await there.change_hour("15h")
    assert await there.push()
    assert there.numbers == [1, 2, 3]
    assert there.subjects[0] == "Versão 1: as regras como eram no começo"
    assert there.subjects[1].startswith("Versão 2: Lembrete 3 dias antes")
    last = there.git.history[-1]
    assert "hora: 14:30 → 15:00" in last["message"]
    assert last["author"]["name"] == "Rita"
    assert there.git.files["README.md"]
    assert 'at = "15:00"' in there.read(LADDER)
    assert await there.is_as_here()


async def test_what_is_there_is_not_pushed_again(there: There) -> None:
    await there.push()
    head, before = there.git.head, len(there.box.world.asked)
    round_ = there.a_process()
    assert not await round_.run()
    assert not await round_.run()
    assert there.git.head == head
    assert {one.split()[0] for one in there.box.world.asked[before:]} == {"GET"}
    assert there.box.world.unchanged >= 2  # the second look cost nothing of the allowance


async def test_an_empty_repository_gets_its_first_commit(there: There) -> None:
    there.box.world.git = Git()
    await there.box.stop()
    there.box = GitHubBox(there.box.world)
    await there.box.start()
    try:
        await there.push()
        assert there.numbers == [1]
        assert await there.is_as_here()
    finally:
        await there.box.stop()


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize("fault", ["drop", "drop_after", "html_after"])
async def test_whatever_is_lost_on_the_way_nothing_is_pushed_twice(
    there: There, method: str, fault: str
) -> None:
    await there.change_hour("14h30")
    for _ in range(3):  # each time a process that starts anew after the one before it stopped
        there.box.world.faults.next(f"github.{method}", fault)
        await there.push()
    await there.push()
    assert there.numbers == [1, 2]
    assert await there.is_as_here()


async def test_a_process_that_stops_before_it_is_written_down_pushes_nothing_twice(
    there: There, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stop(*_args: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(PushRound, "_pushed", stop)
        for _ in range(2):
            with pytest.raises(RuntimeError):
                await there.push()
    assert there.numbers == [1]
    await there.change_hour("14h30")
    await there.push()
    assert there.numbers == [1, 2]


async def test_of_two_processes_at_once_each_version_is_pushed_by_one(
    there: There, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = there.a_process(), there.a_process()
    await there.change_hour("14h30")
    shelf = other._shelf  # noqa: SLF001 - between its look and its push
    put = shelf.put

    async def late(*args: Any) -> str | None:
        await one.run()
        return await put(*args)

    monkeypatch.setattr(shelf, "put", late)
    await other.run()
    assert there.numbers == [1, 2]
    assert await there.told() == []


async def test_a_day_without_github_is_made_up_for_in_order(there: There) -> None:
    round_ = there.a_process()
    there.box.world.faults.next("github.GET", "html", times=10_000)
    for hour in range(8, 16):
        await there.change_hour(f"{hour}h10")
        await round_.run()
        there.books.clock.advance(hours=3)
    assert there.numbers == []
    assert await there.told() == ["rules_not_pushed"]  # not each time
    there.box.world.faults.clear()
    while await round_.run():
        there.books.clock.advance(minutes=5)
    assert there.numbers == list(range(1, 10))
    assert await there.is_as_here()


@pytest.mark.parametrize(
    ("about", "minutes"),
    [
        ({"retry_after": 60}, 5),  # never sooner than we would ask by ourselves
        ({"retry_after": 1800}, 30),
        ({"retry_after": 1800, "status": 403}, 29),  # the hour's allowance; by their clock
        ({"retry_after": 1800, "status": 429}, 29),
        ({"retry_after": 90_000}, 120),
    ],
)
async def test_after_a_failure_it_waits_as_long_as_it_is_asked_to(
    there: There, about: dict[str, int], minutes: int
) -> None:
    round_ = there.a_process()
    there.box.world.faults.next("github.GET", "throttle", **about)
    await round_.run()
    asked = len(there.box.world.asked)
    there.books.clock.advance(minutes=minutes - 1)
    assert not await round_.run()
    assert len(there.box.world.asked) == asked
    there.books.clock.advance(minutes=2)
    await round_.run()
    assert there.numbers == [1]


async def test_a_public_repository_gets_nothing_and_the_house_is_told(there: There) -> None:
    there.box.world.private = False
    await there.push()
    assert there.numbers == []
    assert await there.told() == ["rules_not_pushed"]


async def test_what_others_commit_beside_the_rules_is_left_alone(there: There) -> None:
    await there.push()
    theirs = ("rules/NOTES.md", "rules/other.toml", "rules/deep/ladder.toml")
    for path in theirs:
        there.git.edit(path, b"ours", "Caio Reis")
    await there.change_hour("14h30")
    await there.push()
    assert there.numbers == [1, 2]
    assert [there.git.files[path] for path in theirs] == [b"ours"] * len(theirs)
    assert await there.told() == []


async def test_what_somebody_changes_there_is_told_and_not_taken_over(there: There) -> None:
    await there.push()
    there.edits(LADDER, "days = 3\n", "days = 4\n")
    head = there.git.head
    await there.push()
    await there.push()
    assert await there.told() == ["rules_edited"]  # once
    await there.change_hour("14h30")
    await there.push()
    assert there.git.head == head  # nothing is written over it
    await there.owner.sees_notice("rules_edited")
    await there.owner.taps("versions.edit.go")
    assert "Caio Reis" in there.owner.reads
    assert "3 dias depois → 4 dias depois" in there.owner.reads


async def test_what_was_changed_there_can_be_taken_over(there: There) -> None:
    await there.push()
    there.edits(LADDER, "days = 3\n", "days = 4\n")
    there.edits(SETTINGS, "per_week = 3", "per_week = 2")
    await there.push()
    await there.owner.says("/versoes")
    await there.owner.taps("versions.edit.go")
    await there.owner.taps("versions.edit.take")
    assert there.owner.sees == ["versions.edit.taken"]
    async with there.books.open() as shop:
        assert 4 in [step.offset_days for step in await shop.unit.ladder.steps()]
        house = await shop.unit.business.get()
    assert house
    assert house.rules.per_week == 2
    await there.push()
    assert await there.is_as_here()
    await there.change_hour("14h30")
    await there.push()
    assert await there.is_as_here()
    assert await there.told() == ["rules_edited"]
    async with there.books.engines.reader.connect() as connection:
        deeds = (await connection.execute(sa.select(audit.c.deed))).scalars().all()
    assert "rules.taken_over" in deeds


async def test_what_was_changed_there_can_be_put_back(there: There) -> None:
    await there.push()
    before = there.read(LADDER)
    there.edits(LADDER, "days = 3\n", "days = 4\n")
    await there.push()
    await there.owner.says("/versoes")
    await there.owner.taps("versions.edit.go")
    await there.owner.taps("versions.edit.put_back")
    assert there.owner.sees == ["versions.edit.put"]
    await there.push()
    assert there.read(LADDER) == before
    assert await there.is_as_here()
    head = there.git.head
    await there.push()
    assert there.git.head == head
    there.edits(LADDER, "days = 3\n", "days = 4\n")  # the same again is news again
    await there.push()
    assert await there.told() == ["rules_edited", "rules_edited"]


async def test_what_goes_by_itself_needs_nobody(there: There) -> None:
    await there.push()
    there.edits(LADDER, "days = 3\n", "days = 4\n")
    await there.push()
    there.edits(LADDER, "days = 4\n", "days = 3\n")
    await there.change_hour("14h30")
    await there.push()
    assert there.numbers == [1, 2]
    await there.owner.sees_notice("rules_edited")
    await there.owner.taps("versions.edit.go")
    assert there.owner.sees == ["errors.versions.edit_gone"]


async def test_what_cannot_be_read_is_told_and_can_only_be_put_back(there: There) -> None:
    await there.push()
    there.edits(LADDER, "days = 3\n", "days = three\n")
    await there.push()
    await there.owner.says("/versoes")
    await there.owner.taps("versions.edit.go")
    assert "errors.versions.unreadable" in there.owner.sees
    assert "versions.edit.take" not in there.owner.offered
    await there.owner.taps("versions.edit.put_back")
    await there.push()
    assert await there.is_as_here()


@pytest.mark.parametrize("answer", ["versions.edit.put_back", None])
async def test_a_file_that_is_no_text_is_told_once_and_gone_past(
    there: There, answer: str | None
) -> None:
    await there.push()
    was = there.read(SETTINGS)
    there.git.edit(SETTINGS, was.encode("latin-1"), "Caio Reis")
    await there.push()
    assert not await there.push(), "it waits, and is not found anew each time"
    await there.owner.says("/versoes")
    await there.owner.taps("versions.edit.go")
    assert "errors.versions.letters" in there.owner.sees
    assert "versions.edit.take" not in there.owner.offered
    if answer:
        await there.owner.taps(answer)
    else:  # or somebody saves it there as it was
        there.git.edit(SETTINGS, was.encode(), "Caio Reis")
    await there.push()
    assert await there.is_as_here()
    assert not await there.push()


async def test_a_file_that_is_too_long_is_not_read_and_can_only_be_put_back(
    there: There, monkeypatch: pytest.MonkeyPatch
) -> None:
    await there.push()
    long = f"{there.read(SETTINGS)}{'#' * MOST_BYTES}\n".encode()
    there.git.edit(SETTINGS, long, "Caio Reis")
    asked: list[str] = []
    ask = Wire.ask

    async def listen(wire: Wire, method: str, url: str, *data: Any, **more: Any) -> Any:
        asked.append(url)
        return await ask(wire, method, url, *data, **more)

    monkeypatch.setattr(Wire, "ask", listen)
    await there.push()
    read = [url for url in asked if "/git/blobs/" in url]
    assert len(read) == len(there.git_rules) - 1
    assert not await there.push(), "it waits, and is not found anew each time"
    await there.owner.says("/versoes")
    await there.owner.taps("versions.edit.go")
    assert "errors.versions.too_long" in there.owner.sees
    assert "versions.edit.take" not in there.owner.offered
    await there.owner.taps("versions.edit.put_back")
    await there.push()
    assert await there.is_as_here()


async def test_a_price_in_another_currency_is_not_taken_over(there: There) -> None:
    await there.push()
    there.edits(PLANS, 'currency = "BRL"', 'currency = "USD"')
    await there.push()
    await there.owner.says("/versoes")
    await there.owner.taps("versions.edit.go")
    await there.owner.taps("versions.edit.take")
    assert "os preços desta casa são em BRL" in there.owner.reads
    await there.push()
    assert await there.is_as_here()
    assert "USD" not in there.read(PLANS)


async def test_a_text_of_several_lines_is_one_line_of_a_commit(there: There) -> None:
    text = "Oi {name}!\n\nCloses #1\n{amount} vence hoje, tudo certo?"
    async with there.books.open() as shop:
        (owner,) = await shop.team.members()
        await shop.texts.save(TextKey("reminder_today", "pt_BR"), text, owner.id)
    await there.push()
    message = str(there.history[-1]["message"])
    assert "Closes #1" in message
    assert "Closes #1" not in [line.strip() for line in message.splitlines()]


async def test_what_may_not_be_is_refused_as_if_it_had_been_typed(there: There) -> None:
    await there.push()
    there.edits(LADDER, "days = 3\n", "days = 900\n")
    there.edits(LADDER, '"reminder_today"', '"a threat"')
    there.edits(SETTINGS, "per_week = 3", "per_week = 300")
    there.edits(SETTINGS, '"Vitória"', '"123"')
    await there.push()
    await there.owner.says("/versoes")
    await there.owner.taps("versions.edit.go")
    await there.owner.taps("versions.edit.take")
    assert there.owner.sees.count("versions.line") == 4
    assert "regras de contato" in there.owner.reads
    await there.push()
    assert await there.is_as_here()
    assert "days = 900" not in there.read(LADDER)


async def test_a_text_written_there_is_read_as_if_it_had_been_typed(there: There) -> None:
    await there.push()
    good = "Oi {name}, sua mensalidade de {amount} vence hoje, tudo certo?"
    for form, language, said in (
        ("reminder_today", "pt_BR", good),
        ("reminder_late", "pt_BR", "Pague!"),
        ("reminder_today", "tlh", good),
        ("reminder_unheard_of", "pt_BR", good),
        ("reminder_last", "pt_BR", good.replace("{name}", "{whoever}")),
    ):
        more = f'\n[[text]]\nform = "{form}"\nlanguage = "{language}"\nwords = "{said}"\n'
        there.git.edit(TEXTS, (there.read(TEXTS) + more).encode(), "Caio Reis")
    await there.push()
    await there.owner.says("/versoes")
    await there.owner.taps("versions.edit.go")
    assert "vence hoje, tudo certo?" in there.owner.reads
    await there.owner.taps("versions.edit.take")
    assert there.owner.sees.count("versions.line") == 4
    async with there.books.open() as shop:
        assert [one.words for one in await shop.unit.texts.newest()] == [good]
    await there.push()
    assert await there.is_as_here()


async def test_an_edit_that_went_on_is_read_again_before_it_is_taken_over(there: There) -> None:
    await there.push()
    there.edits(LADDER, "days = 3\n", "days = 4\n")
    await there.push()
    await there.owner.says("/versoes")
    await there.owner.taps("versions.edit.go")
    there.edits(LADDER, "days = 4\n", "days = 5\n")
    await there.push()
    await there.owner.taps("versions.edit.take")
    assert there.owner.sees == ["errors.versions.moved_on"]
    assert await there.told() == ["rules_edited"]


async def test_a_house_that_comes_back_finds_its_rules_of_before(there: There) -> None:
    """A new database and the old repository: what is there is not lost, it is asked about."""
    there.git.edit(LADDER, b"[[step]]\n", "Rita")
    await there.push()
    assert there.numbers == []
    assert await there.told() == ["rules_edited"]


async def test_a_manager_is_told_but_does_not_decide(there: There) -> None:
    manager = Talk(there.books, "7002")
    await manager.join(Role.MANAGER)
    await there.push()
    await manager.says("/versoes")
    assert "GitHub" in manager.reads
    there.edits(LADDER, "days = 3\n", "days = 4\n")
    await there.push()
    await manager.says("/versoes")
    assert "versions.edit.go" not in manager.offered
    await manager.sees_notice("rules_edited")
    await manager.taps("versions.edit.go")
    assert "versions.edit.title" not in manager.sees
