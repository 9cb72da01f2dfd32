"""The picture that a client sends as proof: a bank's receipt for a Pix, as phones show it."""

from datetime import datetime

from bot.pictures import svg

_WIDTH, _HEIGHT, _LEFT = 640, 860, 48
_PURPLE, _INK, _QUIET, _RULE = "#5b2a86", "#1f1a24", "#6f6877", "#e7e3ec"


async def slip(amount: str, payer: str, payee: str, at: datetime) -> bytes:
    """As PNG; the amount comes spoken, the time in the zone in which it is to be read."""
    rows = (
        ("Valor", amount),
        ("Data e hora", f"{at:%d/%m/%Y - %H:%M}"),
        ("Tipo de transferência", "Pix"),
        ("Para", payee),
        ("De", payer),
        ("Instituição", "Banco Aurora"),
    )
    parts = [
        f'<rect width="{_WIDTH}" height="132" fill="{_PURPLE}"/>',
        svg.text(_LEFT, 82, "Banco Aurora", size=34, fill="#ffffff", bold=True),
        svg.text(_LEFT, 200, "Comprovante de Pix", size=32, fill=_INK, bold=True),
    ]
    for place, (label, value) in enumerate(rows):
        y = 262 + 96 * place
        parts.append(svg.line(_LEFT, y - 34, _WIDTH - 2 * _LEFT, _RULE))
        parts.append(svg.text(_LEFT, y, label, size=20, fill=_QUIET))
        parts.append(svg.text(_LEFT, y + 36, value, size=27, fill=_INK, bold=place == 0))
    return await svg.png(svg.page(_WIDTH, _HEIGHT, parts))
