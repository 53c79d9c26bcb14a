"""A data package that lies in a folder, packed into one file, so that its snapshot is whole."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

from dynapolis.errors import BadInput, Fault

_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the same files give the same bytes


def pack_package(descriptor: Path, archive: Path) -> Path:
    """A zip with the descriptor and every file it names, stored as they are.

    Raises:
        BadInput: the descriptor cannot be read, or names a file that is not there or lies outside its folder.
    """
    try:
        resources = json.loads(descriptor.read_bytes())["resources"]
        named = [path for item in resources for path in _paths(item.get("path"))]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        fault = Fault(
            descriptor.name, 0, "resources", f"no data package ({error})", "a list of resources", "export it again"
        )
        raise BadInput(descriptor.name, [fault]) from error
    folder = descriptor.parent.resolve()
    faults = []
    for name in named:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder):
            faults.append(Fault(descriptor.name, 0, "path", repr(name), "a file inside the folder", "correct the path"))
        elif not path.is_file():
            faults.append(Fault(descriptor.name, 0, "path", repr(name), "a file that is there", "bring the file"))
    if faults:
        raise BadInput(descriptor.name, faults)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        for name in (descriptor.name, *dict.fromkeys(named)):
            member = zipfile.ZipInfo(name, _NO_TIME)
            with (folder / name).open("rb") as file, packed.open(member, "w", force_zip64=True) as out:
                shutil.copyfileobj(file, out, 1 << 20)
    return archive


def _paths(path: object) -> list[str]:
    return [path] if isinstance(path, str) else [str(item) for item in path] if isinstance(path, list) else []
