"""Runs the commands that the pages show and writes under each what it printed, so that no page shows what nobody saw.

    .venv/bin/python docs/run_console.py            every page of both languages
    .venv/bin/python docs/run_console.py PAGE ...   these pages
    .venv/bin/python docs/run_console.py --check    write nothing; exit code 1 and the names of pages that differ

A page's ```console blocks are run from the top in one new folder that holds a link to docs/. A line that begins with
"$ " is a command; everything up to the next one is its output. A comment <!-- console: COMMAND --> gives the output
of COMMAND to the ```text block after it. Commands that set up a machine (make, git, pip, cd, .) are shown, not run.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_RUN = ("make", "git", "pip", "cd", ".", "sudo")
_HIDDEN = r"(?:<!-- console: (?P<hidden>.+?) -->\n)?"
BLOCK = re.compile(_HIDDEN + r"```(?P<kind>console|text)\n(?P<body>.*?)^```$", re.S | re.M)
HOME = "/home/you"  # stands for the folder the page was run in


def pages() -> list[Path]:
    """Every page that may show a command."""
    return [ROOT / "README.md", ROOT / "README.ko.md", *sorted((ROOT / "docs").glob("[ek][no]/**/*.md"))]


def language(page: Path) -> str:
    """The language a page is written in."""
    return "ko" if page.name.endswith(".ko.md") or "ko" in page.relative_to(ROOT).parts else "en"


def refresh(page: Path) -> str:
    """The page with the output its commands have now."""
    text = page.read_text(encoding="utf-8")
    if not any(b["hidden"] or (b["kind"] == "console" and _commands(b["body"])) for b in BLOCK.finditer(text)):
        return text
    with tempfile.TemporaryDirectory() as name:
        shell = _Shell(Path(name), language(page))
        return BLOCK.sub(lambda block: _block(block, shell), text)


class _Shell:
    """Runs commands in one folder, with this checkout's dynapolis first on the path."""

    def __init__(self, folder: Path, lang: str) -> None:
        self.folder = folder
        (folder / "docs").symlink_to(ROOT / "docs")
        tools = Path(tempfile.mkdtemp(dir=folder, prefix=".bin-"))
        start = 'from dynapolis.cli.main import app; app(prog_name="dynapolis")'
        for name, command in (("python", f'"{sys.executable}"'), ("dynapolis", f"\"{sys.executable}\" -c '{start}'")):
            (tools / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
            (tools / name).chmod((tools / name).stat().st_mode | stat.S_IXUSR)
        path = f"{tools}:{os.environ['PATH']}"
        self.environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT / "src"), "DYNAPOLIS_LANG": lang}

    def run(self, command: str) -> str:
        """What a command prints, both streams, without the blanks at the ends of lines."""
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.folder, env=self.environment, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        if str(ROOT) in done.stdout:
            raise SystemExit(f"a page would show where this checkout lies:\n$ {command}\n{done.stdout}")
        lines = [line.rstrip() for line in done.stdout.replace(str(self.folder), HOME).splitlines()]
        return "".join(f"{line}\n" for line in lines)


def _commands(body: str) -> list[str]:
    found = [line.removeprefix("$ ") for line in body.splitlines() if line.startswith("$ ")]
    return [command for command in found if command.split()[0] not in NOT_RUN]


def _block(block: re.Match[str], shell: _Shell) -> str:
    if block["hidden"]:
        return f"<!-- console: {block['hidden']} -->\n```{block['kind']}\n{shell.run(block['hidden'])}```"
    if block["kind"] == "text" or not _commands(block["body"]):
        return block[0]
    parts = re.split(r"^(?=\$ )", block["body"], flags=re.M)
    out = []
    for part in filter(None, parts):
        command = part.splitlines()[0].removeprefix("$ ")
        kept = part if command.split()[0] in NOT_RUN else f"$ {command}\n{shell.run(command)}"
        out.append(kept)
    return f"```console\n{''.join(out)}```"


def main() -> int:
    """Refresh or check the pages named, or all."""
    check = "--check" in sys.argv[1:]
    named = [Path(name).resolve() for name in sys.argv[1:] if not name.startswith("--")]
    changed = []
    for page in named or pages():
        before = page.read_text(encoding="utf-8")
        after = refresh(page)
        if after != before:
            changed.append(str(page.relative_to(ROOT)))
            if not check:
                page.write_text(after, encoding="utf-8")
    print("\n".join(changed) or "every page shows what its commands print")
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
