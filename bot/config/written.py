"""How what an operator writes becomes a setting, and how it is said that it cannot."""

import re
from typing import Annotated

from babel.core import get_global
from phonenumbers import SUPPORTED_REGIONS
from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from bot.domain.errors import EmDiaError

_CODES = {"currency": get_global("all_currencies"), "country": SUPPORTED_REGIONS}


class SettingsWrong(EmDiaError):
    """What the operator must mend before anything can start: one line a setting."""

    def __init__(self, troubles: tuple[str, ...]) -> None:
        super().__init__("\n".join(troubles))
        self.troubles = troubles


def _url(written: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", written):
        raise ValueError("write a whole address, like https://example.com, without ? or #")
    return written.rstrip("/")


def known_locale(written: object) -> object:
    """``pt-br`` and ``pt_BR.UTF-8`` are what people write for ``pt_BR``."""
    stem = str(written).partition(".")[0].replace("-", "_")
    return {"pt": "pt_BR", "pt_br": "pt_BR"}.get(stem.lower(), stem)


def known_code(written: str, info: ValidationInfo) -> str:
    if written not in _CODES[str(info.field_name)]:
        raise ValueError("nobody knows it; a currency is like BRL or EUR, a country like BR or PT")
    return written


Url = Annotated[str, AfterValidator(_url)]
Lower = BeforeValidator(lambda written: written.lower() if isinstance(written, str) else written)
Upper = BeforeValidator(lambda written: written.upper() if isinstance(written, str) else written)
