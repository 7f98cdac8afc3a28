"""What a folder holds: a file with a checksum, which tells who reads the folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..exceptions import InvalidFileError
from .files import checksum, replacing

MANIFEST = "manifest.json"


def write_content(folder: Path, kind: str, content: dict[str, Any]) -> None:
    """Write what a folder holds, at once, in the place of what was written before.

    Parameters
    ----------
    folder : Path
        The folder.
    kind : str
        The class whose method `load` reads the folder, a hyphen, and the number of the
        format.
    content : dict of str
        What JSON can hold.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    data = json.dumps(
        {"kind": kind, **content}, sort_keys=True, indent=1, allow_nan=False
    ).encode()
    with replacing(folder / MANIFEST) as file:
        file.write(checksum(data).hex().encode() + b"\n" + data)


def read_content(folder: Path, kind: str | None = None) -> dict[str, Any]:
    """Read what a folder holds.

    Parameters
    ----------
    folder : Path
        The folder.
    kind : str or None, default=None
        What it has to be; None takes any.

    Returns
    -------
    content : dict of str
        What `write_content` was given; its values may be any.

    Raises
    ------
    OSError
        If it cannot be read.
    InvalidFileError
        If it is damaged or of another kind; the error says what it is then.
    """
    found, content = _read(folder)
    if kind not in (None, found):
        holder, wanted = _holder(found), _holder(str(kind))
        if holder == wanted:
            raise InvalidFileError(
                f"{folder} was written by another version of this package: it holds "
                f"{found}, and this version reads {kind}."
            )
        raise InvalidFileError(
            f"{folder} holds {holder}, not {wanted}: open it with {holder}.load(path)."
        )
    return content


def holder_of(folder: Path) -> str | None:
    """Give the class that reads a folder, None if nothing tells it."""
    try:
        return _holder(_read(folder)[0])
    except (OSError, InvalidFileError):
        return None


def _read(folder: Path) -> tuple[str, dict[str, Any]]:
    path = folder / MANIFEST
    seal, _, data = path.read_bytes().partition(b"\n")
    if seal != checksum(data).hex().encode():
        raise InvalidFileError(
            f"{path} is damaged, or of another version: its checksum does not match."
        )
    try:
        content = dict(json.loads(data))
        kind = content.pop("kind")
        if not isinstance(kind, str):
            raise TypeError("its kind is no str")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InvalidFileError(f"{path} is none of this package: {error}.") from error
    return kind, content


def _holder(kind: str) -> str:
    return kind.partition("-")[0]
