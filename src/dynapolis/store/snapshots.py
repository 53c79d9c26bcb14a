"""Snapshots: the files of a register as they were imported, byte for byte, named by their hash."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dynapolis.errors import BadUse
from dynapolis.ids import digest_bytes
from dynapolis.store.files import write_whole
from dynapolis.store.ledger import Ledger, Writer, snapshot


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
        if digest_bytes(path.read_bytes()) != snapshot_id:
            raise BadUse(f"snapshot {path} was changed since its import; restore it or import the register again")
        return path

    def _path(self, register: str, role: str, snapshot_id: str) -> Path:
        return self.folder / register / f"{snapshot_id[:16]}-{Path(role).name}"


def current_snapshots(ledger: Ledger) -> dict[str, dict[str, str]]:
    """By register and file role, the snapshot imported last."""
    found: dict[str, dict[str, str]] = {}
    for row in ledger.rows(snapshot):
        found.setdefault(row["register"], {})[row["file_role"]] = row["snapshot_id"]
    return {register: dict(sorted(files.items())) for register, files in sorted(found.items())}


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
        }
        for role, data in sorted(files.items())
        if known.get(role) != digest_bytes(data)
    ]
    return writer.add(snapshot, rows)
