"""In which encoding a text was saved, found from its bytes."""

from __future__ import annotations

import codecs
import re
from itertools import islice
from typing import TYPE_CHECKING

from dynapolis.registers.readers.refuse import refusal
from dynapolis.registers.readers.stream import CHUNK, Part, read_fully
from dynapolis.registers.readers.table import Decision
from dynapolis.registers.wording import Wording

if TYPE_CHECKING:
    from charset_normalizer import CharsetMatch

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ESCAPED = re.compile("[\udc80-\udcff]")
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1b\x7f]")
_MOST_CONTROL = 0.02  # random bytes have 10 %, text has none
_MANY_CONTROL = 0.3  # what is UTF-8, or was declared, is given more room
_TO_GUESS = 1 << 16
_MOST_PIECES = 256  # of 256 KB each; a file that is ASCII so far counts as UTF-8
_ASCII = bytes(range(32, 127)) + b"\n"  # an encoding of tables leaves these as they are
_NO_CHAOS = 0.1  # charset-normalizer's share of odd letters up to which two readings are alike
_SIGN_IN_WORD = re.compile(r"[^\W\d_][¡-©«-±´¶-¹»-¿×÷ˇ˘¸˙˛˝]|[¡-©«-±´¶-¹»-¿×÷ˇ˘¸˙˛˝][^\W\d_]")


def sample(part: Part) -> bytes:
    """Bytes to judge a text by: its beginning, and where that is plain ASCII, the first piece that is not."""
    with part.open() as stream:
        head = read_fully(stream, CHUNK)
        if head.isascii():
            pieces = iter(lambda: read_fully(stream, CHUNK), b"")
            return head + next((piece for piece in islice(pieces, _MOST_PIECES) if not piece.isascii()), b"")
    return head


def find_encoding(data: bytes, declared: str | None, name: str) -> tuple[str, tuple[Decision, ...]]:
    """Name of the encoding, and why this one (nothing when it was declared or is UTF-8 without doubt).

    A byte order mark decides; then what was declared; then UTF-8 where nearly all bytes fit it, so that single
    wrong bytes are told as faults and not hidden by another encoding; the rest is charset-normalizer's judgement.

    Raises:
        BadInput: the declared encoding is unknown, or the bytes are no text.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark) and (declared is None or _family(declared, name) == _family(codec, name)):
            return codec, (Decision("encoding", codec, Wording("decision.why.mark")),)
    if declared is not None:
        codec = _lookup(declared, name)
        if codec in ("utf-16", "utf-32"):  # without a mark, which would have said in which order the bytes stand
            codec = _utf16_without_mark(data) if codec == "utf-16" else ""
            codec = codec or f"{_lookup(declared, name)}-le"
        if not codec.startswith(("utf-16", "utf-32")):
            _refuse_binary(data, name, share=_MANY_CONTROL)
        return codec, ()
    wide = _utf16_without_mark(data)
    if wide:
        return wide, (Decision("encoding", wide, Wording("decision.why.zeros")),)
    loose = data.decode("utf-8", "surrogateescape")
    n_wrong = len(_ESCAPED.findall(loose)) if not loose.isascii() else 0
    n_right = len(_NON_ASCII.findall(loose)) - n_wrong if n_wrong else 0
    # A sample may end inside a letter of up to four bytes.
    if n_wrong <= 3 and not _ESCAPED.search(loose[:-3]):
        _refuse_binary(data, name, share=_MANY_CONTROL)
        return "utf-8", ()
    if n_right >= n_wrong:
        why = Wording("decision.why.mostly_utf8", {"right": n_right, "wrong": n_wrong})
        return "utf-8", (Decision("encoding", "utf-8", why),)
    _refuse_binary(data, name, share=_MOST_CONTROL)
    return _guess(data, name)


def _family(codec: str, name: str) -> str:
    """Encodings that a byte order mark may make more precise have one name."""
    return re.sub(r"(-sig|-le|-be|_le|_be)$", "", _lookup(codec, name))


def _lookup(codec: str, name: str) -> str:
    try:
        found = codecs.lookup(codec).name
        codecs.getincrementaldecoder(found)
        if found.endswith("escape"):
            raise LookupError("no encoding of text")
        if not found.startswith(("utf-16", "utf-32")) and _ASCII.decode(found, "replace") != _ASCII.decode():
            raise LookupError("not a superset of ASCII")
    except (LookupError, ValueError) as error:
        expected = "an encoding Python knows, such as utf-8, cp949 or cp1252"
        raise refusal(name, f"the encoding {codec!r}", expected, "correct layout.encoding", column="layout") from error
    return "cp949" if found == "euc_kr" else found  # its superset, which files under that name use


def _utf16_without_mark(data: bytes) -> str:
    head = data[: 1 << 14]
    if len(head) < 8:
        return ""
    even, odd = head[::2].count(0) / len(head[::2]), head[1::2].count(0) / len(head[1::2])
    if odd > 0.3 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 and odd < 0.05 else ""


def _refuse_binary(data: bytes, name: str, share: float) -> None:
    found = len(_CONTROL.findall(data))
    if len(data) >= 16 and found > share * len(data):
        what = f"binary data ({found:,} of the first {len(data):,} bytes are control characters)"
        raise refusal(name, what, "a table as text, workbook or JSON", "export the list again in one of these formats")


def _guess(data: bytes, name: str) -> tuple[str, tuple[Decision, ...]]:
    """The most plausible encoding of bytes that are not UTF-8, judged by the lines that tell."""
    from charset_normalizer import from_bytes

    telling = b"\n".join(line for line in re.split(rb"[\r\n]+", data) if not line.isascii())[:_TO_GUESS]
    text = _decoded(telling, "cp949")
    letters = _NON_ASCII.findall(text or "")
    hangul = sum("가" <= letter <= "힣" for letter in letters)
    if text is not None and letters and hangul >= 0.9 * len(letters):
        why = Wording("decision.why.hangul", {"hangul": hangul, "letters": len(letters)})
        return "cp949", (Decision("encoding", "cp949", why),)
    match = min(from_bytes(telling), key=_strangeness, default=None)
    if match is None:
        mend = "save the file as UTF-8, or name the encoding in layout.encoding"
        raise refusal(name, "bytes that fit no known encoding", "text", mend)
    found = "cp1252" if _decoded(telling, "cp1252") == str(match) else _lookup(match.encoding, name)
    return found, (Decision("encoding", found, Wording("decision.why.guessed", {"encoding": found})),)


def _strangeness(match: CharsetMatch) -> tuple[float, int, bool, float, bool]:
    """Smallest for the likeliest: few odd letters, few signs inside words, a code page of Windows, then cp1252.

    charset-normalizer's own order is alphabetical where its two measures tie, as they do for short texts.
    """
    windows = match.encoding.startswith("cp12") or match.encoding in ("cp932", "cp949", "big5", "gb18030")
    odd = max(0.0, match.chaos - _NO_CHAOS)
    signs = len(_SIGN_IN_WORD.findall(str(match)))
    return odd, signs, not windows, -match.coherence, match.encoding != "cp1252"


def _decoded(data: bytes, codec: str) -> str | None:
    """The text, or nothing where the bytes do not fit; a letter cut at the end is no reason."""
    try:
        return codecs.getincrementaldecoder(codec)().decode(data)
    except UnicodeDecodeError:
        return None
