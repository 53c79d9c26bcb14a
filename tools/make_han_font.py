"""Makes ``DynapolisHan-Regular.otf``: Chinese and Japanese letters for print, which Pretendard does not have.

Taken out of Noto Sans CJK (SIL Open Font License 1.1), Japanese forms: kana, the first level of JIS X 0208, the first
level of GB 2312, and every letter of the embedded registers. Renamed, since what is made is not what was published.

    python tools/make_han_font.py NotoSansCJK-Regular.ttc
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

import uharfbuzz
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1] / "src" / "dynapolis"
OUT = ROOT / "report" / "assets" / "fonts" / "DynapolisHan-Regular.otf"
NAMES = {1: "Dynapolis Han", 2: "Regular", 3: "DynapolisHan-Regular", 4: "Dynapolis Han Regular",
         6: "DynapolisHan-Regular"}  # fmt: skip
LICENCE = (0, 13, 14)
JAPANESE = 0  # number of the face in the collection


def letters() -> set[str]:
    """The letters that the font is to have."""
    cells = range(0xA1, 0xFF)
    japanese = {bytes((row, cell)).decode("euc_jp", "ignore") for row in range(0xB0, 0xD0) for cell in cells}
    chinese = {bytes((row, cell)).decode("gb2312", "ignore") for row in range(0xB0, 0xD8) for cell in cells}
    signs, kana, wide = range(0x3001, 0x3020), (*range(0x3041, 0x3097), *range(0x30A0, 0x3100)), range(0xFF01, 0xFF5F)
    lists = (path.read_text(encoding="utf-8") for path in ROOT.glob("content/registers/*/*.csv"))
    ours = {letter for text in lists for letter in text if "\u3400" <= letter <= "\u9fff"}
    return (japanese | chinese | set(map(chr, (*signs, *kana, *wide))) | ours) - {""}


def main() -> None:
    """Write the font."""
    wanted = uharfbuzz.SubsetInput()
    flags, sets = uharfbuzz.SubsetFlags, uharfbuzz.SubsetInputSets
    wanted.flags = flags.NO_HINTING | flags.NOTDEF_OUTLINE | flags.NO_LAYOUT_CLOSURE
    wanted.sets(sets.UNICODE).set({ord(letter) for letter in letters()})
    wanted.sets(sets.NAME_ID).set(set(LICENCE))
    wanted.sets(sets.LAYOUT_FEATURE_TAG).clear()
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(sys.argv[1]), JAPANESE)
    with TTFont(BytesIO(uharfbuzz.subset(face, wanted).blob.data), recalcTimestamp=False, recalcBBoxes=False) as font:
        for number, name in NAMES.items():
            font["name"].setName(name, number, 3, 1, 0x409)
        cff = font["CFF "].cff
        cff.fontNames[0] = NAMES[6]
        top = cff.topDictIndex[0]
        top.FullName, top.FamilyName = NAMES[4], NAMES[1]
        for part in top.FDArray:
            part.FontName = NAMES[6]
        font.save(OUT)
    print(f"{OUT.name}: {len(letters())} letters, {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
