"""The file of settings, changed by name: whatever else stands in it stays as it is."""

import re
from collections.abc import Mapping
from pathlib import Path

from bot.composition.disk import write_file

# What no reader of such files, be it a shell, systemd or compose, takes for anything but letters.
_HARMLESS = re.compile(r"[A-Za-z0-9_.:/@%+,=~-]+")
_LINE = re.compile(r"\s*(?P<off>#?)\s*(?:export\s+)?(?P<name>[A-Z][A-Z0-9_]*)\s*=")


def change(file: Path, values: Mapping[str, str]) -> None:
    """Set these, and make the file its owner's alone.

    A line that sets a name is replaced where it stands, else the one that explains it with a #.
    """
    before = file.read_text("utf-8") if file.exists() else ""
    write_file(file, changed(before, values).encode())


def changed(before: str, values: Mapping[str, str]) -> str:
    """The text of the file with these values in it."""
    lines = before.splitlines()
    for name, value in values.items():
        line = f"{name}={_written(value)}"
        places = _places(lines, name)
        if places:
            lines[places[0]] = line
            # The last of several counts: none may come behind ours.
            for place in reversed(places[1:]):
                del lines[place]
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def _places(lines: list[str], name: str) -> list[int]:
    """Where it is set; else where it is explained, the first of those."""
    found = [(place, read) for place, line in enumerate(lines) if (read := _LINE.match(line))]
    set_ = [place for place, read in found if read["name"] == name and not read["off"]]
    explained = [place for place, read in found if read["name"] == name and read["off"]]
    return set_ or explained[:1]


def _written(value: str) -> str:
    if _HARMLESS.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
