"""Logs: one line an event on standard error, as JSON for machines or plain for people at a terminal.

Must never: show a traceback's locals, an exception's words, or anything that a caller sent; events carry ids, codes and
counts.
"""

from __future__ import annotations

import logging
import sys
import traceback

import structlog


def set_up(level: str) -> None:
    """For structlog and the standard library's loggers alike."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(without_words),
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                renderer,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)


def without_words(exc_info: structlog.typing.ExcInfo) -> str:
    """The kinds of an exception and of its causes, and the lines they came through; what they say may be personal (a
    KeyError quotes its key, a database error its parameters).
    """
    told: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None and len(told) < _MOST_CAUSES:
        lines = "".join(traceback.format_tb(error.__traceback__))
        told.append(f"{lines}{type(error).__module__}.{type(error).__qualname__}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\ncaused by:\n".join(told)


_MOST_CAUSES = 10
