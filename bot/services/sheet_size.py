"""How large the grid of a sheet would be, measured before anything is asked to hold it.

Two cells may span a grid of billions, and one long text may stand in a million cells. The parts
are read as XML is read: a name may have a prefix, a value any quotation marks.
"""

import re
from collections.abc import Mapping
from xml.parsers import expat

from bot.domain.errors import Refusal

MOST_CELLS_ACROSS = 200
_PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_CHUNK = 1 << 20
_LETTERS = 26


class _Reader:
    """Expat with the names bare of prefixes; a document that declares types of its own is none."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._begins
        self._parser.EndElementHandler = self._ends
        self._parser.CharacterDataHandler = self.says
        self._parser.StartDoctypeDeclHandler = self._refuse

    def read(self, part: bytes) -> None:
        try:
            for start in range(0, len(part), _CHUNK):
                self._parser.Parse(part[start : start + _CHUNK], False)  # noqa: FBT003 - expat's own
            self._parser.Parse(b"", True)  # noqa: FBT003 - as above
        except expat.ExpatError as error:
            raise Refusal("errors.import.broken") from error

    def begins(self, name: str, said: Mapping[str, str]) -> None: ...

    def ends(self, name: str) -> None: ...

    def says(self, words: str) -> None: ...

    def _begins(self, name: str, said: Mapping[str, str]) -> None:
        self.begins(name.rpartition(":")[2], said)

    def _ends(self, name: str) -> None:
        self.ends(name.rpartition(":")[2])

    def _refuse(self, *_declared: object) -> None:
        raise Refusal("errors.import.broken")


class SharedTexts(_Reader):
    """The texts that cells point at: the length of each, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.lengths: list[int] = []

    def begins(self, name: str, said: Mapping[str, str]) -> None:
        del said
        if name == "si":
            self.lengths.append(0)

    def says(self, words: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(words)


class Ruler(_Reader):
    """Reads one sheet, and refuses what lies too far out or would be too much text in all."""

    def __init__(self, most_rows: int, most_letters: int, texts: SharedTexts) -> None:
        super().__init__()
        self._most_rows = most_rows
        self._letters = most_letters
        self._texts = texts.lengths
        self._row = self._across = 0
        self._points = self._in_value = False
        self._said = ""

    def begins(self, name: str, said: Mapping[str, str]) -> None:
        if name == "row":
            self._row = _whole(said["r"]) if "r" in said else self._row + 1
            self._across = 0
        elif name == "c":
            self._place(said.get("r"))
            self._points = said.get("t") == "s"
        elif name in {"v", "is", "f"}:
            self._measure()  # a cell of which only the looks are kept takes no room
            self._in_value, self._said = name == "v", ""

    def says(self, words: str) -> None:
        if self._in_value and self._points:
            self._said += words

    def ends(self, name: str) -> None:
        if name != "v":
            return
        self._in_value = False
        place = _whole(self._said) if self._points and self._said else len(self._texts)
        if place < len(self._texts):
            self._letters -= self._texts[place]
        if self._letters < 0:
            raise Refusal("errors.import.too_large_inside")

    def _place(self, said: str | None) -> None:
        if said is None:
            self._across += 1
            return
        found = _PLACE.fullmatch(said)
        if found is None:
            raise Refusal("errors.import.broken")
        self._across, self._row = _number(found[1]), int(found[2])

    def _measure(self) -> None:
        if self._row > self._most_rows + 1:  # and the headings
            raise Refusal("errors.import.too_many_rows", most=self._most_rows)
        if self._across > MOST_CELLS_ACROSS:
            raise Refusal("errors.import.too_many_columns", most=MOST_CELLS_ACROSS)


def _whole(said: str) -> int:
    said = said.strip()
    if not (said.isascii() and said.isdecimal() and len(said) <= 9):  # noqa: PLR2004 - an Excel has 7
        raise Refusal("errors.import.broken")
    return int(said)


def _number(column: str) -> int:
    number = 0
    for letter in column.upper():
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number
