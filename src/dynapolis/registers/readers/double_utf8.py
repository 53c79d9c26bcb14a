"""Text that was UTF-8, was read as Latin-1 or Windows-1252, and saved as UTF-8 again: "CÃ¨dres" for "Cèdres"."""

from __future__ import annotations

import re

# What a first byte of UTF-8 looks like, and the bytes that follow it, when each is read as one letter.
_BYTES = bytes(range(0x80, 0xC0))
_FOLLOWING = _BYTES.decode("latin-1") + _BYTES.decode("cp1252", "ignore")
_SUSPICIOUS = re.compile(f"[\xc2-\xdf][{_FOLLOWING}]|[\xe0-\xef][{_FOLLOWING}]{{2}}|[\xf0-\xf4][{_FOLLOWING}]{{3}}")
_STEPS = {"encode", "decode", "transcode", "apply"}
_CODECS = {"latin-1", "iso-8859-1", "windows-1252", "sloppy-windows-1252", "utf-8", "utf-8-variants"}
_APPLIED = {"restore_byte_a0", "replace_lossy_sequences", "decode_inconsistent_utf8"}


def count_double_utf8(text: str) -> int:
    """Letters that were stored twice as UTF-8; 0 where the repair would change nothing.

    Example:
        >>> count_double_utf8("CÃ¨dres"), count_double_utf8("Cèdres"), count_double_utf8("ì„œìš¸")
        (1, 0, 2)
    """
    if text.isascii() or not _SUSPICIOUS.search(text) or repair_double_utf8(text) == text:
        return 0
    return len(_SUSPICIOUS.findall(text))


def repair_double_utf8(text: str) -> str:
    """The text as it was meant; unchanged where it is not surely stored twice.

    Source:
        The library ftfy (R. Speer) judges whether the repaired text is the likelier one; of its repairs only those
        of UTF-8 read as Latin-1 or Windows-1252 are taken.

    Example:
        >>> repair_double_utf8("ì„œìš¸ CÃ¨dres"), repair_double_utf8("São Paulo, Ãœber")
        ('서울 Cèdres', 'São Paulo, Über')
    """
    if text.isascii() or not _SUSPICIOUS.search(text):
        return text
    import ftfy

    fixed = ftfy.fix_encoding_and_explain(text)
    for step in fixed.explanation or ():
        names = _APPLIED if step.action == "apply" else _CODECS
        if step.action not in _STEPS or (step.parameter not in names | _APPLIED):
            return text
    return fixed.text
