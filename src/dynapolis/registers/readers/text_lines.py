"""Lines of a byte stream, decoded piece by piece, with the places where the bytes are no text."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator

from dynapolis.errors import BadInput, Fault
from dynapolis.registers.readers.limits import Limits
from dynapolis.registers.readers.refuse import refusal
from dynapolis.registers.readers.stream import CHUNK, Readable

SURROGATE = re.compile("[\ud800-\udfff]")
_CONFLICT = ("<<<<<<< ", ">>>>>>> ")  # git writes a name after them
_MOST_MARKERS = 50


class TextLines:
    """Iterates over lines as an editor shows them; each keeps its line end (LF, CR or both).

    Attributes:
        number: number of the line given last, from 1.
        text: the line given last.
        bad: by line number, what is wrong with its bytes.
        entry_ended: set by the consumer whenever an entry is complete, so that one that never ends is noticed.
    """

    def __init__(self, name: str, stream: Readable, codec: str, limits: Limits) -> None:
        self.name, self.codec = name, codec
        self.number, self.text = 0, ""
        self.bad: dict[int, str] = {}
        self.entry_ended = True
        self._stream, self._limits = stream, limits
        self._open_characters = 0

    def __iter__(self) -> Iterator[str]:
        tail, spoiled_tail, most = "", False, self._limits.entry_characters
        for text, spoiled_here in self._texts():
            whole, spoiled = tail + text, spoiled_here or spoiled_tail
            cut = max(whole.rfind("\n"), whole.rfind("\r", 0, len(whole) - 1)) + 1
            ready, tail, spoiled_tail = whole[:cut], whole[cut:], spoiled
            yield from self._lines(ready, spoiled)
            self._check_length(len(tail), most)
        yield from self._lines(tail, spoiled_tail)

    def _texts(self) -> Iterator[tuple[str, bool]]:
        """Decoded pieces; true where bytes did not fit and stand as surrogates."""
        loose_errors = "surrogatepass" if self.codec.startswith(("utf-16", "utf-32")) else "surrogateescape"
        strict = codecs.getincrementaldecoder(self.codec)("strict")
        loose = codecs.getincrementaldecoder(self.codec)(loose_errors)
        first, more = True, True
        while more:
            data = self._stream.read(CHUNK)
            more = bool(data)
            state = strict.getstate()
            try:
                text, spoiled = strict.decode(data, not more), False
            except UnicodeDecodeError:
                text, spoiled = self._decode_loosely(loose, state, data, not more), True
                strict.setstate(loose.getstate())
            if first and text:
                text, first = text.removeprefix("\ufeff"), False
            yield text, spoiled

    def _decode_loosely(
        self, loose: codecs.IncrementalDecoder, state: tuple[bytes, int], data: bytes, final: bool
    ) -> str:
        loose.setstate(state)
        try:
            return loose.decode(data, final)
        except UnicodeDecodeError as error:
            found = f"bytes that are not {self.codec.upper()} ({error.reason}), after line {self.number}"
            mend = "save the file as UTF-8, or correct layout.encoding"
            raise refusal(self.name, found, f"{self.codec.upper()} text", mend) from error

    def _lines(self, text: str, spoiled: bool) -> Iterator[str]:
        self._count_open(len(text))
        marked = any(marker in text for marker in _CONFLICT)
        lines = io.StringIO(text, newline="")
        if not spoiled and not marked:
            for line in lines:
                self.number += 1
                self.text = line
                yield line
            return
        for line in lines:
            self.number += 1
            self.text = line
            if line.startswith(_CONFLICT):
                raise self._conflict(line, lines)
            wrong = SURROGATE.search(line) if spoiled else None
            if wrong:
                self.bad[self.number] = self._told(line, wrong)
            yield line

    def _told(self, line: str, wrong: re.Match[str]) -> str:
        code, place = ord(wrong.group()), wrong.start() + 1
        if self.codec.startswith(("utf-16", "utf-32")):
            return f"half a letter (0x{code:04X}) at character {place} is not {self.codec.upper()}"
        return f"byte 0x{code - 0xDC00:02X} at character {place} is not {self.codec.upper()}"

    def _count_open(self, characters: int) -> None:
        """Stops an entry that has grown over more than the limit without an end, as after a quote never closed."""
        if self.entry_ended:
            self._open_characters, self.entry_ended = 0, False
        self._open_characters += characters
        if self._open_characters > self._limits.entry_characters + 2 * CHUNK:
            found = f"an entry of more than {self._limits.entry_characters:,} characters, open at line {self.number}"
            mend = "look for a quotation mark that is not closed before this line"
            raise refusal(self.name, found, "an entry that ends", mend, row=self.number)

    def _check_length(self, characters: int, most: int) -> None:
        if characters > most:
            mend = "check that this is the file you meant"
            found = f"a line of more than {most:,} characters"
            raise refusal(self.name, found, "lines of a table", mend, row=self.number + 1)

    def _conflict(self, line: str, rest: Iterator[str]) -> BadInput:
        """The marks that git left where two versions disagree: all in this piece of the file, up to fifty."""
        markers = [(self.number, line)]
        for number, other in enumerate(rest, start=self.number + 1):
            if other.startswith(_CONFLICT) or other.rstrip("\r\n") == "=======":
                markers.append((number, other))
            if len(markers) == _MOST_MARKERS:
                break
        mend = "keep one of the two versions and delete the marks, or fetch the file again"
        faults = [
            Fault(self.name, number, "", f"a mark of a git conflict ({text.strip()[:60]!r})", "an entry", mend)
            for number, text in markers
        ]
        return BadInput(self.name, faults)
