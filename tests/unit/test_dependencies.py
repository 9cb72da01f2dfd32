"""What others wrote and we ship: pinned to the version that was tested, free to pass on."""

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
SHIPPED = ("postgres", "fast", "github")  # as in the Dockerfile
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*(?:\[[a-z,]+\])?)==([^\s;*]+)(?: ; (.+))?$")
# What lets a business run, change and pass on a program that is not free itself.
FINE = re.compile(r"MIT|BSD|Apache|PSF|Python Software Foundation|ISC|MPL|Mozilla|LGPL|Unlicense")
BOUND = re.compile(r"(?<!L)GPL|AGPL|SSPL|BUSL|Commons Clause")
# They say it in a file alone: looked up by hand.
BY_HAND = {"pyrage": "MIT", "resvg-py": "MIT"}


def pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.lstrip().startswith("#")]
    found = [PIN.match(line) for line in pins]
    assert [line for line, pin in zip(pins, found, strict=True) if pin is None] == []
    return {
        canonicalize_name(pin[1].split("[")[0]): pin[2]
        for pin in found
        if pin and (pin[3] is None or Marker(pin[3]).evaluate())
    }


def asked_for() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    lists = [project["dependencies"], *extras.values()]
    return [Requirement(each) for wanted in lists for each in wanted]


def shipped() -> Iterator[str]:
    """The libraries in the image, and what they bring along."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    waiting = [Requirement(each) for each in project["dependencies"]]
    waiting += [
        Requirement(each) for name in SHIPPED for each in project["optional-dependencies"][name]
    ]
    seen = set()
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        extras = wanted.extras or {""}
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        if (name, *sorted(extras)) in seen:
            continue
        seen.add((name, *sorted(extras)))
        yield name
        for line in metadata.requires(name) or []:
            inner = Requirement(line)
            if inner.marker is None or any(inner.marker.evaluate({"extra": e}) for e in extras):
                inner.marker = None
                waiting.append(inner)


def licence_of(name: str) -> str:
    told = metadata.metadata(name)
    classified = [each for each in told.get_all("Classifier") or [] if each.startswith("License")]
    written, expressed = (told.get_all(each) or [""] for each in ("License", "License-Expression"))
    return expressed[0] or " ".join(classified) or written[0].partition("\n")[0] or BY_HAND[name]


def test_every_library_is_pinned_to_one_version() -> None:
    pins = pinned()
    assert (
        sorted(each.name for each in asked_for() if canonicalize_name(each.name) not in pins) == []
    )
    for each in asked_for():
        version = pins[canonicalize_name(each.name)]
        assert each.specifier.contains(version), f"{each} does not allow {version}"


def test_what_is_tested_is_what_is_pinned() -> None:
    pins = pinned()
    other = {
        name: metadata.version(name) for name in shipped() if metadata.version(name) != pins[name]
    }
    assert other == {}


def test_nothing_that_is_shipped_binds_whoever_runs_it() -> None:
    licences = {name: licence_of(name) for name in shipped()}
    assert len(licences) > 40
    assert {name: said for name, said in licences.items() if not FINE.search(said)} == {}
    assert {name: said for name, said in licences.items() if BOUND.search(said)} == {}
