"""Files written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def write_whole(path: Path, data: bytes | str, *, durable: bool = True) -> None:
    """Write a file so that an interruption leaves the old file or the new one, never a part of either.

    Args:
        durable: wait until the disk has it, so that this also holds when the power fails; not needed for what can be
            made again, such as the hundreds of pages of a report.
    """
    with writing_whole(path, durable=durable) as file:
        file.write(data.encode() if isinstance(data, str) else data)


def copy_whole(source: Path, path: Path) -> None:
    """Copy a file of any size, whole or not at all."""
    with source.open("rb") as original, writing_whole(path) as file:
        shutil.copyfileobj(original, file, 1 << 20)


def digest_file(path: Path) -> str:
    """SHA-256 of a file's bytes, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def writing_whole(path: Path, *, durable: bool = True) -> Iterator[IO[bytes]]:
    """A file to write into, which takes its place only when everything was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
