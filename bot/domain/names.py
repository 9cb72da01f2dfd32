"""What people type, made fit to keep and to compare: names, notes, search words."""

import re
import unicodedata

# Characters that show nothing but change what stands beside them, or hide in it: a name turned
# round by a bidi override, two names that look alike, a name made of nothing.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]",
)
# A zero-width joiner is kept where it glues a picture together: a family, a rainbow flag.
_PICTURE = "\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_LOOSE_JOINER = re.compile(f"(?<![{_PICTURE}\ufe0f])\u200d|\u200d(?![{_PICTURE}])")
_EMPTY_LINES = re.compile(r"\n{3,}")


# Alphabets with letters that cannot be told from another's: Cyrillic ones in a Latin name.
_ALIKE = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"}
_WORD = re.compile(r"[^\W\d_]+")
_PROFILE = 80  # letters of what a network says somebody is called
_FILE, _ENDING = 80, 10


def fold(text: str) -> str:
    """The text without case, accents and spare blanks: for comparing, sorting and finding.

    Folding twice changes nothing, so that stored keys may be folded again.
    """
    seen = _UNSEEN.sub("", text).replace("\u200d", "")
    # Only after case is gone do some letters come apart, hence bare before and after.
    return " ".join(_bare(_bare(seen).casefold()).split())


def tidy(text: str) -> str:
    """The text on one line, as it was meant: composed, nothing unseen in it, single blanks."""
    return unicodedata.normalize("NFC", " ".join(_seen(text).split()))


def tidy_lines(text: str) -> str:
    """Several lines, each tidied; at most one empty line between two that are not."""
    lines = "\n".join(tidy(line) for line in _seen(text).splitlines())
    return _EMPTY_LINES.sub("\n\n", lines).strip("\n")


def mixed(text: str) -> str:
    """The first word written in several alphabets that look alike, or nothing.

    Nobody is called so; whoever writes so wants to be taken for somebody else, or pasted badly.
    """
    if text.isascii():
        return ""
    words = (found[0] for found in _WORD.finditer(text))
    return next((word for word in words if len(_alphabets(word)) > 1), "")


def profile_name(text: str) -> str:
    """What a network says somebody is called: made fit to keep, for it cannot be asked again."""
    return tidy(tidy(text)[:_PROFILE])


def file_name(text: str) -> str:
    """What somebody calls a file, without folders and unseen letters; its ending stays."""
    name = tidy(re.split(r"[/\\]", tidy(text))[-1]).lstrip(".") or "file"
    if len(name) <= _FILE:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > _ENDING:
        return name[:_FILE].rstrip()
    return f"{stem[: _FILE - len(ending) - 1].rstrip()}{dot}{ending}"


def _alphabets(word: str) -> set[str]:
    return {unicodedata.name(letter, "").partition(" ")[0] for letter in word} & _ALIKE


def _bare(text: str) -> str:
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if unicodedata.category(part) not in {"Mn", "Me"})


def _seen(text: str) -> str:
    return _LOOSE_JOINER.sub("", _UNSEEN.sub("", unicodedata.normalize("NFC", text)))
