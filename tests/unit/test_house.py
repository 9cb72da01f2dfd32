"""The house's own rules, where no linter holds them."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOO_LONG = 200  # lines; look for the second subject in the file, not for a place to cut it in half
NAMELESS = {"utils", "util", "common", "helper", "helpers", "manager", "managers", "misc"}
# Written once by Alembic as a record of what was done to the tables, one line a column.
RECORDS = Path("bot/storage/migrations/versions")


def _code(*folders: str) -> list[Path]:
    return [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]


def _from_root(file: Path) -> Path:
    return file.relative_to(ROOT)


def test_no_file_has_a_second_subject() -> None:
    lengths = {
        _from_root(file): len(file.read_text(encoding="utf-8").splitlines())
        for file in _code("bot")
        if RECORDS not in _from_root(file).parents
    }
    assert lengths, "nothing was looked at"
    assert {str(file): lines for file, lines in lengths.items() if lines >= TOO_LONG} == {}


def test_every_file_is_named_after_its_subject() -> None:
    places = [_from_root(file).with_suffix("") for file in _code("bot", "tests")]
    assert [str(place) for place in places if NAMELESS & set(place.parts)] == []


def test_every_file_says_what_it_is_for() -> None:
    silent = [file for file in _code("bot") if not file.read_text("utf-8").startswith('"""')]
    assert [str(_from_root(file)) for file in silent] == []


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_no_address_of_a_registry_is_written_down(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text


def test_every_library_asked_for_is_pinned() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = asked["dependencies"] + [
        line for extra in asked["optional-dependencies"].values() for line in extra
    ]
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower()
    pinned = {line.partition("==")[0] for line in pins.splitlines() if "==" in line}
    assert {_name_of(line) for line in lines} - pinned == set()


def _name_of(requirement: str) -> str:
    for mark in "[<>=;":
        requirement = requirement.partition(mark)[0]
    return requirement.strip().lower()
