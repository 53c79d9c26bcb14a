"""Draws the picture of the README files, docs/images/ranks.en.png and ranks.ko.png, from an edition.

    .venv/bin/python docs/make_images.py [WORKSPACE]      (without WORKSPACE: demo, as `make demo` leaves it)

Rows, words and colours are those of the report; the title and the warning are added, so that the picture can be
passed on alone. The finding, as the report says it, becomes the alternative text in the README files.
"""

from __future__ import annotations

import re
import struct
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import vl_convert

from dynapolis.report import charts, numbers
from dynapolis.report.charts.draw import rect, write
from dynapolis.report.claims import make_claims
from dynapolis.report.data import ReportData
from dynapolis.report.fonts import font_folder
from dynapolis.report.messages import read_messages
from dynapolis.report.sentences import Speaker
from dynapolis.report.svg import print_svg
from dynapolis.store.editions import Edition, find_edition
from dynapolis.store.workspace import open_workspace

ROOT = Path(__file__).resolve().parent.parent
WIDTH, SCALE, MOST_BYTES = 760, 1.5, 150_000
HEAD = 66  # px above the chart, for title and warning
WARNING = {
    "en": "A convenience sample: it shows the method and ranks no city",
    "ko": "편의 표본으로 방법을 보여 줄 뿐 도시의 순위를 매기지 않는다",
}


def rank_chart(data: ReportData, speaker: Speaker) -> charts.Picture:
    """The rank chart of the report with a title and the warning that it ranks no city."""
    say = speaker.words.say
    rows = [
        charts.RankRow(
            speaker.city(row["city_id"]), row["median_rank"], row["rank_low_50"], row["rank_high_50"],
            row["rank_low_90"], row["rank_high_90"], row["tier"],
            numbers.rank_with_interval(row["median_rank"], row["rank_low_90"], row["rank_high_90"], speaker.lang),
        )
        for row in data.ranked
    ]  # fmt: skip
    words = charts.RankWords(
        say("word.rank_axis"), say("word.tier", n="{n}"), say("word.median"), say("word.inner"), say("word.outer")
    )
    picture = charts.rank_intervals(rows, words, width=WIDTH)
    left, top = -picture.left, -picture.top - HEAD
    warning = f"{WARNING[speaker.lang]} · {say('page.edition', id=data.edition.short_id)}"
    head = (
        rect(left, top, picture.width, picture.height + HEAD, "paper"),
        write(left + 8, top + 18, say("figure.ranks"), bold=True),
        write(left + 8, top + 42, warning, fill="two", bold=True),
    )
    return replace(picture, height=picture.height + HEAD, top=picture.top + HEAD, marks=(*head, *picture.marks))


def draw(edition: Edition, lang: str, path: Path) -> str:
    """Write one picture; returns what it shows and finds, in words."""
    data = ReportData.load(edition)
    speaker = Speaker(data, read_messages(lang))
    svg = print_svg(lambda _: rank_chart(data, speaker))
    png = small_png(vl_convert.svg_to_png(svg, scale=SCALE))
    if len(png) > MOST_BYTES:
        raise SystemExit(f"{path} would have {len(png):,} bytes; at most {MOST_BYTES:,} are allowed")
    path.write_bytes(png)
    claims = make_claims(data)
    said = [speaker.sentence(claims[name]) for name in ("index_first", "index_tier")]
    return " ".join([f"{speaker.words.say('figure.ranks')}.", *said, f"{WARNING[speaker.lang]}."])


def describe(readme: Path, image: str, text: str) -> None:
    """Put the alternative text of a picture into a page."""
    page = readme.read_text(encoding="utf-8")
    readme.write_text(re.sub(rf"!\[[^\]]*\]\({image}\)", lambda _: f"![{text}]({image})", page), encoding="utf-8")


def small_png(png: bytes) -> bytes:
    """An opaque PNG of 8-bit RGBA as one with at most 256 colours, a quarter of the size."""
    (width, height, parts), at = (*struct.unpack(">II", png[16:24]), []), 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            parts.append(png[at + 8 : at + 8 + length])
        at += length + 12
    lines = np.frombuffer(zlib.decompress(b"".join(parts)), np.uint8).reshape(height, width * 4 + 1)
    above, pixels = np.zeros((width, 4), np.uint8), np.empty((height, width, 3), np.uint8)
    for y, line in enumerate(lines):
        above = _unfilter(int(line[0]), line[1:].reshape(width, 4), above)
        pixels[y] = above[:, :3]
    for step in range(1, 64):  # the finest even rounding that leaves 256 colours
        rounded = np.minimum(np.round(pixels / step) * step, 255).astype(np.uint8).reshape(-1, 3)
        colours, numbers = np.unique(rounded, axis=0, return_inverse=True)
        if len(colours) <= 256:
            break
    rows = np.zeros((height, width + 1), np.uint8)
    rows[:, 1:] = numbers.reshape(height, width)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", colours.tobytes()),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def _unfilter(kind: int, line: np.ndarray, above: np.ndarray) -> np.ndarray:
    """One line of a PNG as pixels; ``above`` is the line before it (PNG specification, section 9)."""
    if kind in (0, 2):
        return line if kind == 0 else line + above
    if kind == 1:
        return np.cumsum(line, axis=0, dtype=np.uint8)
    out = np.zeros((len(line) + 1, 4), np.int64)
    up = np.vstack([np.zeros((1, 4), np.int64), above.astype(np.int64)])
    for x in range(1, len(out)):
        a, b, c = out[x - 1], up[x], up[x - 1]
        if kind == 3:
            guess = (a + b) // 2
        else:
            p = a + b - c
            pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
            guess = np.where((pa <= pb) & (pa <= pc), a, np.where(pb <= pc, b, c))
        out[x] = (line[x - 1] + guess) % 256
    return out[1:].astype(np.uint8)


def main() -> None:
    """Draw both pictures from the last edition of a workspace."""
    workspace = open_workspace(Path(sys.argv[1] if len(sys.argv) > 1 else "demo"))
    ledger = workspace.open_ledger()
    try:
        edition = find_edition(workspace.editions, ledger, None)
    finally:
        ledger.close()
    vl_convert.register_font_directory(str(font_folder()))
    for lang, readme in (("en", "README.md"), ("ko", "README.ko.md")):
        path = Path(__file__).parent / "images" / f"ranks.{lang}.png"
        text = draw(edition, lang, path)
        describe(ROOT / readme, f"docs/images/{path.name}", text)
        print(f"{path.name}: {text}")


if __name__ == "__main__":
    main()
