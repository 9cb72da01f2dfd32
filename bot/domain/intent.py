"""What a client's few words mean, in the languages we speak. Only what is plain is understood."""

import re
from enum import StrEnum

from bot.domain.names import fold


class Intent(StrEnum):
    """What a client wants."""

    PAID = "paid"
    PIX = "pix"
    STOP = "stop"
    RESUME = "resume"
    OTHER = "other"


# Opting out must work on the bare word alone: "pare de mandar o boleto para minha mãe" is a
# message for a person to read, "PARE" is a command.
_BARE = {
    Intent.STOP: {
        "pare",
        "parar",
        "sair",
        "stop",
        "baja",
        "cancelar",
        "unsubscribe",
        "descadastrar",
        # The labels of our own buttons, for a tap that has outlived what was behind it.
        "parar avisos",
        "stop messages",
    },
    Intent.RESUME: {
        "voltar",
        "volver",
        "start",
        "retomar",
        "alta",
        "resume",
        "voltar a receber",
        "volver a recibir",
        "remind me again",
    },
}
_PAID = re.compile(
    r"(ja )?(paguei|pago|pague|pagamento feito|feito o pagamento|(i )?(have |ve )?(already )?paid|"
    r"ya pague|ya pagado|acabei de pagar|ta pago|esta pago)( (ja|hoje|ontem|agora|already|today|"
    r"yesterday|now|ya|hoy|ayer))?"
)
_PIX = re.compile(
    r"((me )?(manda|mande|envia|envie|ver|quero|qual|send|show|see|manda me|enviame)( me)?"
    r"( o| a| el| the| la)? )?(pix|codigo pix|chave pix|codigo|pix code|qr|qr code|codigo do pix)"
    r"|como (pagar|pago|puedo pagar|posso pagar|faco para pagar)|how (to|do i|can i) pay"
)
_ENDS = re.compile(r"[^\w\s]+")


def intent_of(text: str) -> Intent:
    """The intent of a short message; anything longer or unclear is for a person to read."""
    words = " ".join(_ENDS.sub(" ", fold(text)).split())
    for intent, bare in _BARE.items():
        if words in bare:
            return intent
    if _PAID.fullmatch(words):
        return Intent.PAID
    if _PIX.fullmatch(words):
        return Intent.PIX
    return Intent.OTHER
