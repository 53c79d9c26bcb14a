"""Asking an application from the same process, without a network: for the Python client and the static export."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def ask(
    app: Any, path: str, query: str = "", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one GET.

    Args:
        app: an ASGI application.
        path: without the query, not quoted.
        query: as in an address, without the question mark.
        headers: of the request.
    """
    asked = _ask(app, path, query, headers or {})
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(asked)
    with ThreadPoolExecutor(1) as other:  # a loop runs here already, such as that of a notebook
        return other.submit(asyncio.run, asked).result()


async def _ask(app: Any, path: str, query: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    status, found, body = 0, {}, bytearray()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            found.update({name.decode().lower(): value.decode("latin-1") for name, value in message["headers"]})
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"inside"), *((k.lower().encode(), v.encode()) for k, v in headers.items())],
        "server": ("inside", 80),
        "client": ("inside", 0),
    }
    await app(scope, receive, send)
    return status, found, bytes(body)
