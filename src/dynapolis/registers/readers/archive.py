"""Zip archives: what is in them, and whether it is safe to read."""

from __future__ import annotations

import re
import zipfile
from fnmatch import fnmatchcase
from pathlib import Path

from dynapolis.errors import BadInput, Fault
from dynapolis.registers.readers.limits import Limits
from dynapolis.registers.readers.refuse import refusal, shown
from dynapolis.registers.readers.stream import BROKEN
from dynapolis.registers.readers.table import Decision
from dynapolis.registers.wording import Wording

_ENCRYPTED = 0x1
_NOT_DATA = re.compile(r"(^|/)(__MACOSX/|\.|Thumbs\.db$|desktop\.ini$)")


def check_members(archive: zipfile.ZipFile, name: str, limits: Limits) -> list[zipfile.ZipInfo]:
    """The files of an archive, folders left out.

    Raises:
        BadInput: a path leads out of the archive, a member is protected or stands twice, or there are too many, or
            together they unpack to more than the limits allow by what the archive says of itself. All are listed.
    """
    members = [member for member in archive.infolist() if not member.is_dir()]
    faults: list[Fault] = []
    mend = "do not trust this archive; ask its publisher"
    names = [member.filename for member in members]
    for member in archive.infolist():
        if leads_out(member.orig_filename):
            expected = "a path inside the archive"
            faults.append(Fault(name, 0, "", f"the path {member.orig_filename!r}", expected, mend))
    for twice in sorted({n for n in names if names.count(n) > 1}) if len(set(names)) < len(names) else []:
        faults.append(Fault(name, 0, "", f"{twice!r} twice", "each path once", mend))
    protected = [member.filename for member in members if member.flag_bits & _ENCRYPTED]
    if protected:
        unlock = "unpack it with its password, and give the file itself"
        faults.append(Fault(name, 0, "", f"members protected by a password: {shown(protected)}", "open ones", unlock))
    if len(members) > limits.members:
        faults.append(Fault(name, 0, "", f"{len(members):,} members", f"at most {limits.members:,}", mend))
    faults += _sizes(members, name, limits)
    if faults:
        raise BadInput(name, faults)
    return members


def _sizes(members: list[zipfile.ZipInfo], name: str, limits: Limits) -> list[Fault]:
    packed, unpacked = sum(m.compress_size for m in members), sum(m.file_size for m in members)
    bomb = unpacked > limits.ratio_from_bytes and unpacked > limits.ratio * packed
    if unpacked <= limits.unpacked_bytes and not bomb:
        return []
    found = f"{packed:,} packed bytes that unpack to {unpacked:,}"
    expected = f"at most {limits.unpacked_bytes:,} bytes, and {limits.ratio} for each packed one"
    return [Fault(name, 0, "", found, expected, "check where the file comes from, or unpack it yourself")]


def leads_out(path: str) -> bool:
    r"""True when a path could point outside its archive or folder.

    Example:
        >>> [leads_out(p) for p in ("a/b.csv", "../b.csv", "/b.csv", "C:\\b.csv", "a/../../b.csv", "https://x/y.csv")]
        [False, True, True, True, True, True]
    """
    parts = path.replace("\\", "/").split("/")
    return (
        path.startswith(("/", "\\"))
        or ".." in parts
        or "\0" in path
        or bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", path))
    )


def list_members(path: Path, name: str, limits: Limits) -> tuple[str, ...]:
    """Names of the files in a zip, in its order, after all were checked.

    Raises:
        BadInput: it is no sound zip, or unsafe.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return tuple(member.filename for member in check_members(archive, name, limits))
    except BROKEN as error:
        raise refusal(name, f"a zip that is cut off or damaged ({error})", "a whole zip", "fetch it again") from error


def choose_members(names: tuple[str, ...], wanted: str | None, name: str) -> tuple[list[str], list[Decision]]:
    """The members to read, and what was decided.

    Raises:
        BadInput: no member fits, or none was named and there are several.
    """
    data = [member for member in names if not _NOT_DATA.search(member)]
    if wanted is None:
        if len(data) == 1:
            return data, [Decision("member", data[0], Wording("decision.why.only_file"))]
        found = f"{len(data)} files in the zip: {shown(data)}" if data else "an empty zip"
        raise refusal(name, found, "one file", "name it in layout.member", column="layout")
    chosen = [wanted] if wanted in names else sorted(m for m in data if fnmatchcase(m, wanted))
    if not chosen:
        found, expected = f"no member {wanted!r}", f"one of {shown(data)}"
        raise refusal(name, found, expected, "correct layout.member", column="layout")
    return chosen, []


def is_pattern(member: str | None) -> bool:
    """True for a name that may stand for several members.

    Example:
        >>> is_pattern("data*.js"), is_pattern("project.csv"), is_pattern(None)
        (True, False, False)
    """
    return member is not None and any(sign in member for sign in "*?[")
