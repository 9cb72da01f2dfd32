"""Check digits of the numbers by which Brazil knows people (CPF) and companies (CNPJ)."""

import re

_CPF = re.compile(r"[0-9]{11}")
# Letters in the first twelve places since July 2026; a number stays text, never an integer.
_CNPJ = re.compile(r"[0-9A-Z]{12}[0-9]{2}")
_CNPJ_WEIGHTS = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def is_cpf(digits: str) -> bool:
    """Whether eleven bare digits are a CPF. Eleven equal ones pass the sums and are none."""
    if not _CPF.fullmatch(digits) or len(set(digits)) == 1:
        return False
    return all(_cpf_digit(digits[:place]) == int(digits[place]) for place in (len(digits) - 2, -1))


def is_cnpj(letters: str) -> bool:
    """Whether fourteen bare capitals and digits are a CNPJ."""
    if not _CNPJ.fullmatch(letters) or len(set(letters)) == 1:
        return False
    return all(
        _cnpj_digit(letters[:place]) == int(letters[place]) for place in (len(letters) - 2, -1)
    )


def _cpf_digit(before: str) -> int:
    weights = range(len(before) + 1, 1, -1)
    return sum(int(d) * w for d, w in zip(before, weights, strict=True)) * 10 % 11 % 10


def _cnpj_digit(before: str) -> int:
    weights = _CNPJ_WEIGHTS[-len(before) :]
    left = sum((ord(c) - ord("0")) * w for c, w in zip(before, weights, strict=True)) % 11
    return 0 if left < 2 else 11 - left  # noqa: PLR2004 - the rule of modulo 11
