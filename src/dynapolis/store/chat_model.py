"""The way to a chat model behind any OpenAI-compatible address, and the answers kept of it.

Answers are files named by their key in the workspace's folder ``chat/``; deleting it loses nothing but the money. The
key to the server is read from the environment when it is needed, and stands in no file and no message.
"""

from __future__ import annotations

import json
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from dynapolis.errors import BadUse, DynapolisError
from dynapolis.model.language import Frozen, NonEmpty
from dynapolis.store.files import write_whole

BUSY = (408, 409, 425, 429, 500, 502, 503, 504)
LONGEST_WAIT = 30.0  # seconds between two tries


class ModelUnreachable(DynapolisError):
    """The server of a chat model did not answer, or answered with a fault that waiting does not mend."""


class ChatSettings(Frozen):
    """``[coders.chat]`` of a workspace: off until ``on = true`` stands there."""

    on: bool = False
    address: NonEmpty = "http://127.0.0.1:8080/v1"
    model: NonEmpty = "local"
    key_variable: NonEmpty = "DYNAPOLIS_CHAT_KEY"
    seed: int = 1
    temperature: float = Field(default=0.0, ge=0, le=2)
    max_tokens: int = Field(default=1500, ge=50, le=100_000)
    timeout: float = Field(default=60.0, gt=0, le=3600)
    tries: int = Field(default=4, ge=1, le=20)
    threshold: float | None = Field(default=None, ge=0, le=1)

    @property
    def parameters(self) -> dict[str, Any]:
        """What changes an answer, beside model and prompt."""
        return {"seed": self.seed, "temperature": self.temperature, "max_tokens": self.max_tokens}


@dataclass(frozen=True)
class ChatModel:
    """A server and the folder in which its answers are kept."""

    settings: ChatSettings
    folder: Path
    schema: Mapping[str, Any]
    wait: Callable[[float], object] = threading.Event().wait

    def ask(self, key: str, messages: Sequence[Mapping[str, str]]) -> str:
        """The model's answer, from the folder where it was given before.

        Raises:
            ModelUnreachable: there is no answer to be had; answers to earlier questions stay kept.
            BadUse: the server refuses: a wrong key, model or parameter.
        """
        path = self.folder / f"{key}.json"
        if path.is_file():
            return str(json.loads(path.read_text(encoding="utf-8"))["answer"])
        answer = self._request(messages)
        value = {"model": self.settings.model, **self.settings.parameters, "answer": answer}
        write_whole(path, json.dumps(value, ensure_ascii=False) + "\n")
        return answer

    def _request(self, messages: Sequence[Mapping[str, str]]) -> str:
        settings = self.settings
        form = {"name": "codes", "schema": self.schema, "strict": True}
        body = {
            "model": settings.model, "messages": list(messages), **settings.parameters,
            "response_format": {"type": "json_schema", "json_schema": form},
        }  # fmt: skip
        told = ""
        for attempt in range(settings.tries):
            try:
                return _content(self._post(body))
            except urllib.error.HTTPError as error:
                told = f"{error.code} {error.reason}"
                error.close()
                if error.code not in BUSY:
                    raise BadUse(f"{settings.address} refuses ({told}); see [coders.chat] in dynapolis.toml") from None
                pause = _pause(error.headers.get("Retry-After"), attempt)
            except (urllib.error.URLError, TimeoutError, ConnectionError, ValueError) as error:
                told = str(getattr(error, "reason", error))
                pause = _pause(None, attempt)
            if attempt + 1 < settings.tries:
                self.wait(pause)
        raise ModelUnreachable(
            f"{settings.address} gave no answer in {settings.tries} tries ({told}). What it answered before is kept; "
            "run the command again to go on."
        )

    def _post(self, body: Mapping[str, Any]) -> bytes:
        key = os.environ.get(self.settings.key_variable, "")
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
        url = f"{self.settings.address.rstrip('/')}/chat/completions"
        if not url.startswith(("http://", "https://")):
            raise BadUse(f"address {self.settings.address}: expected http:// or https://")
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=self.settings.timeout) as response:
            data: bytes = response.read()
        return data


def _content(data: bytes) -> str:
    """The text of a completion; one of another shape is a fault that may pass."""
    try:
        return str(json.loads(data)["choices"][0]["message"]["content"] or "")
    except (KeyError, IndexError, TypeError, json.JSONDecodeError) as error:
        raise ValueError("an answer that is no chat completion") from error


def _pause(asked: str | None, attempt: int) -> float:
    """Seconds until the next try: as the server asks, or twice as long every time."""
    try:
        return min(LONGEST_WAIT, max(0.0, float(asked))) if asked else min(LONGEST_WAIT, 2.0**attempt)
    except ValueError:
        return min(LONGEST_WAIT, 2.0**attempt)
