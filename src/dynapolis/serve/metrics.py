"""Counts and times of answers, as Prometheus reads them, and log lines as JSON."""

from __future__ import annotations

import json
import logging
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  # seconds
_EXTRA = ("path", "status", "ms", "id")


class Metrics:
    """Answers by kind of page and status, and how long they took; one per application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "dynapolis_answers_total", "Answers by page and status.", ("page", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "dynapolis_answer_seconds", "Seconds until the answer.", ("page",), buckets=_BOUNDS, registry=self._registry
        )

    def note(self, path: str, status: int, seconds: float) -> None:
        """One answer. Pages are told apart by the first names of their paths, so that there are few."""
        page = _page_of(path)
        self._answers.labels(page, str(status)).inc()
        self._seconds.labels(page).observe(seconds)

    def text(self) -> bytes:
        """All of it in the text format."""
        return generate_latest(self._registry)


def _page_of(path: str) -> str:
    known = {
        "cities",
        "projects",
        "labs",
        "map",
        "topics",
        "partners",
        "compare",
        "editions",
        "method",
        "data",
        "n",
        "search",
        "report",
        "help",
        "api",
        "static",
        "healthz",
        "metrics",
    }
    parts = [part for part in path.split("/") if part]
    if parts[:1] in (["ko"], ["en"]):
        parts = parts[1:] or ["overview"]
        return parts[0] if parts[0] in known or parts[0] == "overview" else "other"
    return parts[0] if parts and parts[0] in known else "other"


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; what is written is never a line break of its own."""
        value: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "what": record.getMessage(),
        }
        value |= {name: getattr(record, name) for name in _EXTRA if hasattr(record, name)}
        if record.exc_info:
            value["trace"] = self.formatException(record.exc_info)
        return json.dumps(value, ensure_ascii=False)
