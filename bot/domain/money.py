"""Money as people write it and as we keep it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units (centavos) of a currency."""

    minor: int
    currency: str = "BRL"
