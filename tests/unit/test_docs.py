"""The documents say only what is so: links lead somewhere, commands and settings exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from bot.channels.whatsapp.account import PREFIX
from bot.cli.app import app
from bot.dialog.spoken import CANCEL
from bot.domain.wording import WORDINGS
from bot.handlers.commands import COMMANDS, SPELLINGS
from bot.telemetry.metrics import exposition
from bot.web.api.table import ROUTES
from bot.web.routes import system

ROOT = Path(__file__).parents[2]
DECISIONS = ROOT / "docs" / "decisions"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
DEPLOYED = sorted(file for file in (ROOT / "deploy").rglob("*") if file.is_file())

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
SETTING = re.compile(r"\b(?:EMDIA|POSTGRES)_[A-Z_]+\b")
# What compose.yaml hands to the image of PostgreSQL is no setting of ours.
NOT_OURS = {"POSTGRES_USER", "POSTGRES_DB"}
# @BotFather's, and words that steer wherever one is, which are no commands.
OTHERS = {"/newbot", *CANCEL}


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _spoken(page: Path) -> str:
    """A page without its blocks of code."""
    return FENCE.sub("", _text(page))


def _anchors(page: Path) -> set[str]:
    """The fragments that a page's headings can be reached by, as GitHub makes them."""
    kept = (re.sub(r"[^\w\- ]", "", title.lower()) for title in HEADING.findall(_spoken(page)))
    return {title.strip().replace(" ", "-") for title in kept}


def _commands(page: Path) -> Iterator[list[str]]:
    """Everything on a page that is to be typed into a shell, word by word."""
    blocks = "\n".join(
        block for block in FENCE.findall(_text(page)) if block.startswith(("```sh\n", "```\n"))
    )
    typed = [*CODE.findall(_spoken(page)), *blocks.splitlines()]
    for line in typed:
        for part in re.split(r"&&|\|\||;", line.partition(" # ")[0]):
            try:
                words = shlex.split(part)
            except ValueError:
                continue  # half a quotation is no command
            while words and words[0] in {"sudo", "docker", "compose", "exec", "web"}:
                words = words[1:]
            if words:
                yield words


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_and_picture_leads_somewhere(page: Path) -> None:
    missing = []
    for target in LINK.findall(_spoken(page)):
        path, _, fragment = target.partition("#")
        if "://" in path:
            continue
        found = (page.parent / path).resolve() if path else page
        if not found.exists() or (fragment and fragment not in _anchors(found)):
            missing.append(target)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_make_target_exists(page: Path) -> None:
    made = {*re.findall(r"^([\w-]+):", _text(ROOT / "Makefile"), re.MULTILINE), ".venv/.ok"}
    asked = {
        word
        for words in _commands(page)
        if words[0] == "make"
        for word in words[1:]
        if "=" not in word
    }
    assert asked - made == set()


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_command_of_the_program_exists_with_its_options(page: Path) -> None:
    program = typer.main.get_group(app)
    unknown = []
    for words in _commands(page):
        if Path(words[0]).name != "emdia" or len(words) == 1:
            continue
        command = program.commands.get(words[1])
        if command is None:
            unknown.append(" ".join(words))
            continue
        within = getattr(command, "commands", {}).get(words[2] if words[2:] else "")
        params = [*command.params, *(within.params if within else ())]
        known = {"--help", *(o for p in params for o in (*p.opts, *p.secondary_opts))}
        unknown += [
            f"{words[1]} {word}" for word in words if word[:2] == "--" and word not in known
        ]
    assert unknown == []


def test_every_command_of_the_program_is_in_the_readme() -> None:
    told = {
        words[1] for words in _commands(ROOT / "README.md") if words[0] == "emdia" and words[1:]
    }
    assert set(typer.main.get_group(app).commands) - told == set()


def test_every_command_of_the_chat_is_understood() -> None:
    named = {
        words[0].removeprefix("/")
        for page in PAGES
        for words in _commands(page)
        if re.fullmatch(r"/[a-z]+", words[0]) and words[0] not in OTHERS
    }
    assert len(named) > len(SPELLINGS)
    assert named - set(COMMANDS) - _served() == set()


def _served() -> set[str]:
    """The addresses of one word that the web answers."""
    return {str(route.path).removeprefix("/") for route in system.routes if hasattr(route, "path")}


@pytest.mark.parametrize(
    "page", [*PAGES, *DEPLOYED, ROOT / "compose.yaml", ROOT / "Dockerfile"], ids=_name
)
def test_every_setting_is_one(page: Path) -> None:
    settings = set(SETTING.findall(_text(ROOT / ".env.example")))
    assert set(SETTING.findall(_text(page))) - settings - NOT_OURS == set()


def test_every_figure_is_published() -> None:
    named = {
        figure
        for page in PAGES
        for span in CODE.findall(_spoken(page))
        for figure in re.findall(r"\bemdia_[a-z_]+\b", span)
    } - {PREFIX + wording.name for wording in WORDINGS}
    published = exposition().decode()
    assert named
    assert {figure for figure in named if f"\n# TYPE {figure} " not in published} == set()


def test_everything_that_a_program_may_ask_is_described() -> None:
    page = _text(ROOT / "docs" / "api.md")
    told = set(re.findall(r"^\| `([A-Z]+ /[^`]*)` \| (\w+) \| (\d+) \|", page, re.MULTILINE))
    # One of those that did not go has its line with all of them.
    served = {
        (f"{route.method} {route.path}", route.scope.value, str(route.rate.a_minute))
        for route in ROUTES
        if route.path != "/api/queue/dead/{number}" or route.method != "GET"
    }
    assert served == told


def test_decisions_are_numbered_without_gaps_and_named_in_their_list() -> None:
    pages = sorted(DECISIONS.glob("[0-9]*.md"))
    titles = [_text(page).partition("\n")[0].removeprefix("# ") for page in pages]
    numbers = [f"{place:04}" for place in range(1, len(pages) + 1)]
    assert [page.name[:4] for page in pages] == numbers
    assert [title[:4] for title in titles] == numbers
    listed = re.findall(r"^- \[(.+)\]\((.+)\)$", _text(DECISIONS / "README.md"), re.MULTILINE)
    assert listed == [(title, page.name) for title, page in zip(titles, pages, strict=True)]


@pytest.mark.parametrize("page", sorted(DECISIONS.glob("[0-9]*.md")), ids=_name)
def test_every_decision_says_why_and_at_what_cost(page: Path) -> None:
    wanted = ["Context", "Decision", "Cost", "What would change our mind"]
    assert HEADING.findall(_text(page))[1:] == wanted


def test_decisions_that_the_code_names_exist() -> None:
    numbers = {page.name[:4] for page in DECISIONS.glob("[0-9]*.md")}
    named = {
        number
        for file in sorted((ROOT / "bot").rglob("*.py"))
        for number in re.findall(r"\bdecision (\d{4})\b", _text(file))
    }
    assert named - numbers == set()


def test_tests_that_are_named_as_a_proof_exist() -> None:
    lines = [line for page in PAGES for line in _text(page).splitlines() if "`tests/" in line]
    assert len(lines) > 20
    for line in lines:
        files = [ROOT / name for name in re.findall(r"`(tests/[\w/]+\.py)`", line)]
        there = "".join(_text(file) for file in files)
        named = re.findall(r"`(test_\w+)`", line)
        assert [name for name in named if f"def {name}(" not in there] == []
