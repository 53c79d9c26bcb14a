"""Snapshots: the files of a register as they were imported, byte for byte, named by their hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dynapolis.errors import BadUse
from dynapolis.ids import digest_bytes
from dynapolis.store.files import copy_whole, digest_file, write_whole
from dynapolis.store.ledger import Ledger, Writer, snapshot

LEADS = "leads"
_LONGEST_NAME = 150  # bytes; file systems take 255, and a hash and a draft's signs come before and after it


class Snapshots:
    """The snapshot folder of one workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, register: str, files: Mapping[str, bytes]) -> None:
        """Write files that are not there as they are now. A file without its row in the ledger counts for nothing."""
        for role, data in files.items():
            path = self._path(register, role, digest_bytes(data))
            if not path.is_file() or path.read_bytes() != data:
                write_whole(path, data)

    def keep_file(self, register: str, role: str, source: Path) -> str:
        """Copy a file of any size that is not there yet, and give its hash. The name of the copy is the file's own."""
        digest = digest_file(source)
        path = self._path(register, role, digest)
        if not path.is_file() or digest_file(path) != digest:
            copy_whole(source, path)
            if digest_file(path) != digest:
                path.unlink()
                raise BadUse(f"{source} changed while it was read; import it again when nobody writes to it")
        return digest

    def read(self, register: str, role: str, snapshot_id: str) -> bytes:
        """The bytes of a snapshot.

        Raises:
            BadUse: the file is gone or was changed.
        """
        return self.verified(register, role, snapshot_id).read_bytes()

    def verified(self, register: str, role: str, snapshot_id: str) -> Path:
        """The file of a snapshot, after its bytes were held against its hash.

        Raises:
            BadUse: the file is gone or was changed.
        """
        path = self._path(register, role, snapshot_id)
        if not path.is_file():
            raise BadUse(f"snapshot {path} is missing; restore it from a backup or import the register again")
        if digest_file(path) != snapshot_id:
            raise BadUse(f"snapshot {path} was changed since its import; restore it or import the register again")
        return path

    def _path(self, register: str, role: str, snapshot_id: str) -> Path:
        name = Path(role).name
        while len(name.encode()) > _LONGEST_NAME:
            name = name[1:]  # the end says what kind of file it is
        return self.folder / register / f"{snapshot_id[:16]}-{name}"


def current_snapshots(ledger: Ledger) -> dict[str, dict[str, str]]:
    """By register of initiatives and file role, the snapshot imported last. Leads are not among them."""
    found: dict[str, dict[str, str]] = {}
    for row in ledger.rows(snapshot):
        if row["holds"] == LEADS:
            continue
        found.setdefault(row["register"], {})[row["file_role"]] = row["snapshot_id"]
    return {register: dict(sorted(files.items())) for register, files in sorted(found.items())}


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of an import of leads: its name at the publisher's, and its hash."""

    file_name: str
    snapshot_id: str
    n_bytes: int


def lead_imports(ledger: Ledger) -> dict[str, list[dict[str, Kept]]]:
    """By register of leads, its imports from the first to the last; each by file role."""
    found: dict[str, dict[str, dict[str, Kept]]] = {}
    for row in ledger.rows(snapshot):
        if row["holds"] == LEADS:
            files = found.setdefault(row["register"], {}).setdefault(row["imported_at"], {})
            files[row["file_role"]] = Kept(row["file_name"], row["snapshot_id"], row["n_bytes"])
    return {register: [imports[time] for time in sorted(imports)] for register, imports in sorted(found.items())}


def note_lead_import(writer: Writer, register: str, files: Mapping[str, Kept], *, licence: str, now: str) -> int:
    """Add a row for every file of one import of leads; together they are what the import was made from."""
    rows = [
        {
            "snapshot_id": kept.snapshot_id,
            "register": register,
            "file_role": role,
            "file_name": kept.file_name,
            "n_bytes": kept.n_bytes,
            "licence": licence,
            "imported_at": now,
            "holds": LEADS,
        }
        for role, kept in sorted(files.items())
    ]
    return writer.add(snapshot, rows)


def note_snapshots(
    writer: Writer,
    known: Mapping[str, str],
    register: str,
    files: Mapping[str, bytes],
    *,
    names: Mapping[str, str],
    licence: str,
    now: str,
) -> int:
    """Add a row for every file that differs from the current one of its role; returns how many were added."""
    rows = [
        {
            "snapshot_id": digest_bytes(data),
            "register": register,
            "file_role": role,
            "file_name": names[role],
            "n_bytes": len(data),
            "licence": licence,
            "imported_at": now,
            "holds": "initiatives",
        }
        for role, data in sorted(files.items())
        if known.get(role) != digest_bytes(data)
    ]
    return writer.add(snapshot, rows)
