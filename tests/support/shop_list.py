"""A list of clients as a shop would send it, its days counted from a day."""

from datetime import date, timedelta

_HEADINGS = "Nome;Telefone;Plano;Valor;Vencimento;Observação"
_CLIENTS = (
    ("Ana Souza", "27 99811-2100", "Mensal", "49,90", 3, "#vip"),
    ("Bruno Lima", "27 99811-2101", "Mensal", "49,90", -4, ""),
    ("Carla Dias", "27 99811-2102", "Ouro", "99,90", 0, "prefere à tarde"),
    ("Davi Reis", "27 99811-2103", "Ouro", "99,90", -4, ""),
    ("Elisa Prado", "27 99811-2104", "Mensal", "49,90", 3, ""),
    ("Fábio Nunes", "27 99811-2105", "Anual", "480", 3, ""),
    ("Gabi Rocha", "27 99811-2106", "Mensal", "49,90", -9, ""),
    ("Hugo Sá", "27 99811-2107", "Mensal", "49,90", 4, ""),
    ("Íris Melo", "27 99811-2108", "Mensal", "49,90", 3, ""),
)
BAD_ROW = "Sem Telefone;;Mensal;49,90;dia 5;"
ANA, BRUNO, CARLA, DAVI, ELISA = (f"+552799811210{place}" for place in range(5))


def a_shop_list(today: date, area: str = "27") -> bytes:
    """Nine good rows, three of them late and one due today, and one that cannot be read.

    Of another area they are other people.
    """
    rows = [
        f"{name};{area}{phone[2:]};{plan};{price};{today + timedelta(days=days):%d/%m/%Y};{note}"
        for name, phone, plan, price, days, note in _CLIENTS
    ]
    return "\n".join((_HEADINGS, *rows, BAD_ROW)).encode()


def a_long_list(today: date, count: int) -> bytes:
    """So many clients who all owe today, and whom nobody else's list knows."""
    rows = [
        f"Cliente {place:03};27 99812-{3000 + place};Mensal;49,90;{today:%d/%m/%Y};"
        for place in range(count)
    ]
    return "\n".join((_HEADINGS, *rows)).encode()
