"""Headings of a spreadsheet, in three languages and as people write them, told as fields."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.errors import Unreadable
from bot.domain.names import fold

FIELDS = ("name", "phone", "plan", "price", "first_due", "note", "standing")
NEEDED = ("name", "phone", "plan", "first_due")
_ENOUGH = 2  # headings that we know make a row of headings; one may be a client called Ana Plano

_HEADINGS = {
    "name": "nome|nome completo|nome do cliente|cliente|aluno|aluna|assinante|paciente|contratante|"
    "razao social|name|full name|client|client name|customer|customer name|student|member|"
    "nombre|nombre completo|nombre del cliente|razon social|alumno",
    "phone": "telefone|telefone celular|fone|tel|celular|cel|whatsapp|whats|zap|contato|numero|"
    "numero de telefone|phone|phone number|mobile|mobile phone|cell|cell phone|telephone|"
    "telefono|telefono movil|movil|numero de telefono|contacto",
    "plan": "plano|pacote|produto|servico|assinatura|modalidade|plan|package|product|service|"
    "subscription|membership|paquete|producto|servicio|suscripcion|plan contratado",
    "price": "valor|preco|mensalidade|valor mensal|valor do plano|quantia|price|amount|value|fee|"
    "monthly fee|precio|importe|monto|cuota|mensualidad",
    "first_due": "vencimento|data de vencimento|data do vencimento|dia do vencimento|"
    "dia de vencimento|proximo vencimento|vence|vence em|vence dia|due|due date|due day|due on|"
    "next due|next due date|vencimiento|fecha de vencimiento|dia de vencimiento|vence el|"
    "proximo vencimiento",
    "note": "observacoes|observacao|obs|nota|notas|anotacoes|anotacao|comentario|comentarios|"
    "note|notes|comment|comments|remark|remarks|observaciones|observacion|etiquetas|tags",
    "standing": "situacao|status|state|standing|situacion|estado|estatus",
}
# What means a due day only where nothing says so better: it may be the day of joining.
_PERHAPS = {"dia": "first_due", "data": "first_due", "date": "first_due", "day": "first_due"}
_PERHAPS |= {"fecha": "first_due"}
_FIELD_OF = {word: field for field, words in _HEADINGS.items() for word in words.split("|")}
# The columns that we ourselves add to what we send back for correction.
OURS = frozenset({"linha", "motivo", "row", "reason", "fila"})

_STANDINGS = {
    "active": "ativo ativa active activo activa atrasado atrasada vencido vencida overdue late "
    "pendente pending pendiente sim yes si aberto open",
    "paused": "pausado pausada paused suspenso suspensa suspended suspendido trancado congelado",
    "cancelled": "cancelado cancelada cancelled canceled inativo inativa inactive inactivo baja "
    "encerrado encerrada desligado nao no",
    "paid": "pago paga paid quitado quitada pagado pagada ok",
}
_STANDING_OF = {word: name for name, words in _STANDINGS.items() for word in words.split()}
_STANDING_OF |= dict.fromkeys(("em dia", "al dia", "up to date"), "paid")
_STANDING_OF |= dict.fromkeys(("", "em aberto", "a vencer", "por vencer"), "active")
_STANDING_OF |= dict.fromkeys(("em pausa", "en pausa", "on hold"), "paused")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds which field; ``ignored`` are the headings that say nothing to us."""

    of: Mapping[str, int]
    ignored: tuple[str, ...] = ()
    guessed: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields without which nobody can be billed."""
        return tuple(field for field in NEEDED if field not in self.of)

    def cell(self, field: str, cells: Sequence[str]) -> str:
        """What a row says in a field; nothing if it is too short."""
        place = self.of.get(field)
        return cells[place] if place is not None and place < len(cells) else ""


def recognise(headings: Sequence[str]) -> Columns | None:
    """The columns, if these are headings; of two for one field the first counts."""
    of: dict[str, int] = {}
    for known in (_FIELD_OF, _PERHAPS):
        for place, heading in enumerate(headings):
            field = _field(heading, known)
            if field and field not in of and place not in of.values():
                of[field] = place
    if len(of) < _ENOUGH:
        return None
    ignored = [
        heading.strip()
        for place, heading in enumerate(headings)
        if place not in of.values() and heading.strip() and fold(heading) not in OURS
    ]
    return Columns(of, tuple(ignored))


def read_standing(text: str) -> str:
    """``active``, ``paused``, ``cancelled``, or ``paid``: active with nothing owed so far."""
    if standing := _STANDING_OF.get(fold(text)):
        return standing
    raise Unreadable("errors.import.standing", field="standing")


def _field(heading: str, known: Mapping[str, str]) -> str | None:
    """The field of a heading, whatever stands in brackets or behind it: ``Valor (R$)``."""
    plain = re.sub(r"[(\[].*", "", fold(heading))
    words = re.sub(r"[^a-z0-9 ]+", " ", plain).split()
    for length in range(len(words), 0, -1):
        if field := known.get(" ".join(words[:length])):
            return field
    return None
