"""Bytes of a file, of a gzip or of a zip member, never more than the limits allow."""

from __future__ import annotations

import gzip
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, cast

from dynapolis.registers.readers.limits import Limits
from dynapolis.registers.readers.refuse import refusal

GZIP = b"\x1f\x8b"
CHUNK = 1 << 18
# What Python's readers of archives raise on damaged ones; each was seen, most by the laws in tests.
BROKEN = (
    EOFError, LookupError, NotImplementedError, OSError, OverflowError, RuntimeError, ValueError,
    lzma.LZMAError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


class Readable(Protocol):
    """Something that gives bytes."""

    def read(self, size: int = ..., /) -> bytes:
        """Up to ``size`` bytes; none at the end."""
        ...


class Peekable(Readable, Protocol):
    """Something whose next bytes can be seen before they are read."""

    def peek(self, size: int = ..., /) -> bytes:
        """The next bytes, perhaps more or fewer than asked for."""
        ...


class Counted:
    """A stream that counts what it unpacks, and stops a bomb or a broken archive with a fault instead of a crash."""

    def __init__(self, stream: Readable, name: str, packed: int | None, limits: Limits) -> None:
        self._stream, self._name, self._packed, self._limits = stream, name, packed, limits
        self._unpacked = 0

    def read(self, size: int = CHUNK, /) -> bytes:
        """Up to ``size`` bytes.

        Raises:
            BadInput: the archive is cut off or damaged, or unpacks to more than the limits allow.
        """
        try:
            data = self._stream.read(CHUNK if size < 0 else size)
        except BROKEN as error:
            cut = "cut off" if isinstance(error, EOFError) else "damaged"
            found = f"a packed file that is {cut} after {self._unpacked:,} unpacked bytes ({error})"
            raise refusal(self._name, found, "a whole file", "fetch it again") from error
        self._unpacked += len(data)
        if self._packed is not None:
            self._check_size(self._packed)
        return data

    def _check_size(self, packed: int) -> None:
        limits, found = self._limits, ""
        if self._unpacked > limits.unpacked_bytes:
            found = f"more than {limits.unpacked_bytes:,} bytes when unpacked"
        elif self._unpacked > limits.ratio_from_bytes and self._unpacked > limits.ratio * packed:
            found = f"{packed:,} packed bytes that unpack to more than {self._unpacked:,}"
        if found:
            expected = f"at most {limits.unpacked_bytes:,} bytes, and {limits.ratio} for each packed one"
            raise refusal(self._name, found, expected, "check where the file comes from, or unpack it yourself")


@dataclass(frozen=True, slots=True)
class Part:
    """One stream of bytes of a published file, which can be opened as often as needed.

    Attributes:
        name: what faults are told under.
        path: the file.
        inside: name of the member when the file is a zip, otherwise none.
    """

    name: str
    path: Path
    inside: str | None
    limits: Limits

    @property
    def file_name(self) -> str:
        """Name of the file or member in small letters, without ``.gz``."""
        return (self.inside or self.path.name).lower().removesuffix(".gz")

    @contextmanager
    def open(self) -> Iterator[Counted]:
        """The unpacked bytes from the beginning.

        Raises:
            BadInput: the file is not there or is no sound archive.
        """
        with ExitStack() as stack:
            raw, packed = self._raw(stack)
            if self._begins_gzipped(raw):
                yield Counted(gzip.GzipFile(fileobj=cast("IO[bytes]", raw)), self.name, packed, self.limits)
            else:
                yield Counted(raw, self.name, packed if self.inside else None, self.limits)

    def _raw(self, stack: ExitStack) -> tuple[Peekable, int]:
        """The file or the member before any gzip is unpacked, and its packed size."""
        try:
            file = stack.enter_context(self.path.open("rb"))
        except OSError as error:
            raise refusal(self.name, f"no readable file ({error.strerror})", "a file", "check the path") from error
        if self.inside is None:
            return file, self.path.stat().st_size
        try:
            archive = stack.enter_context(zipfile.ZipFile(file))
            member = stack.enter_context(archive.open(self.inside))
            return cast("Peekable", member), archive.getinfo(self.inside).compress_size
        except BROKEN as error:
            raise refusal(self.name, f"a zip that is damaged ({error})", "a whole zip", "fetch it again") from error

    def _begins_gzipped(self, stream: Peekable) -> bool:
        try:
            return stream.peek(2)[:2] == GZIP
        except BROKEN as error:
            raise refusal(self.name, f"a zip that is damaged ({error})", "a whole zip", "fetch it again") from error

    def head(self) -> bytes:
        """The first bytes, at most ``CHUNK``."""
        with self.open() as stream:
            return read_fully(stream, CHUNK)


def read_fully(stream: Readable, size: int) -> bytes:
    """``size`` bytes, fewer only at the end of the stream."""
    pieces, missing = [], size
    while missing and (piece := stream.read(missing)):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)
