"""Logging, set up once: one line an event, ours and the libraries' alike, every line masked."""

import io
import logging
import sys
from typing import Any, Literal, TextIO, cast

import orjson
import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from bot.telemetry.mask import mask

# What they tell at INFO is noise, or holds tokens (httpx writes every URL it calls).
_QUIET = ("httpx", "httpcore", "apscheduler", "aiohttp.access", "telegram", "aiosqlite", "asyncio")


class _Stderr(io.TextIOBase):
    """Whatever stderr is at the moment: loggers live longer than a stream put in its place."""

    def write(self, words: str) -> int:
        return sys.stderr.write(words)

    def flush(self) -> None:
        sys.stderr.flush()


_STDERR = cast("TextIO", _Stderr())


class _OurHandler(logging.StreamHandler[TextIO]):
    """Known again when logging is set up a second time."""


def set_up(level: str = "INFO", fmt: Literal["json", "console"] = "json") -> None:
    """Write events of ``level`` and above to stderr: as JSON for machines, or for a person.

    May be called again: the last call counts. stdout stays free for what a command answers.
    """
    threshold = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    # Masking comes after the traceback has become text, and before anything is written.
    last: list[Processor] = [_mask, _as_json if fmt == "json" else _for_people]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(file=_STDERR),
        cache_logger_on_first_use=True,
    )
    _take_over_the_libraries(threshold, shared, last)


def _take_over_the_libraries(
    threshold: int, shared: list[Processor], last: list[Processor]
) -> None:
    handler = _OurHandler(_STDERR)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_name_of_the_library, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, _OurHandler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(threshold)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))


def _mask(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    return mask(logger, method, dict(event))


def _name_of_the_library(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    record: Any = event.get("_record")
    event["library"] = record.name
    return event


def _as_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """The event first, then when and how grave: what an eye looks for on the left."""
    first = {name: event.pop(name) for name in ("at", "level", "event") if name in event}
    return orjson.dumps({**first, **event}, default=str).decode()


# Every value as Python would write it: a line break in what somebody wrote stays on the line.
_console = structlog.dev.ConsoleRenderer(timestamp_key="at", colors=False, repr_native_str=True)


def _for_people(logger: WrappedLogger, method: str, event: EventDict) -> str:
    # The event itself is written as it is, and may be a library's sentence.
    event["event"] = _one_line(str(event.get("event", "")))
    return str(_console(logger, method, event))


def _one_line(words: str) -> str:
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in words)
