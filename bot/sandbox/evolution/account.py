"""What an operator holds at an Evolution API server."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EvolutionAccount:
    """The server's key, and the number that will be linked to it."""

    api_key: str = field(repr=False)
    phone: str = "5511940000000"
    profile: str = "EmDia"

    @property
    def jid(self) -> str:
        """The number's name on the network."""
        return f"{self.phone}@s.whatsapp.net"
