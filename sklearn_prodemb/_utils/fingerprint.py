"""Short hashes of tables, to tell whether two are the same."""

from __future__ import annotations

import hashlib
import re

import numpy as np

from .description import Wrong

_N_BYTES = 8
_FINGERPRINT = re.compile(rf"[0-9a-f]{{{2 * _N_BYTES}}}")


def fingerprint(*parts: bytes | np.ndarray) -> str:
    """Hash arrays and bytes to 16 hexadecimal digits.

    Parameters
    ----------
    *parts : bytes or ndarray
        What is hashed, in this order. A memory map counts as the array that it holds.

    Returns
    -------
    digits : str
        Equal for equal parts. Others differ, save one pair in 2 ** 64.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_prodemb._utils.fingerprint import fingerprint
    >>> fingerprint(np.zeros((2, 3))) == fingerprint(np.zeros((3, 2)))
    False
    """
    digest = hashlib.blake2b(digest_size=_N_BYTES)
    for part in parts:
        if isinstance(part, np.ndarray):
            # Equal numbers of other shapes or types are other tables.
            digest.update(f"{part.dtype.str}{part.shape}".encode())
            digest.update(np.ascontiguousarray(part).data)
        else:
            digest.update(f"{len(part)}:".encode())
            digest.update(part)
    return digest.hexdigest()


def check_fingerprint(text: str) -> None:
    """Raise `Wrong` if a str is none that `fingerprint` gives."""
    if not _FINGERPRINT.fullmatch(text):
        raise Wrong(f"must be {2 * _N_BYTES} hexadecimal digits, but is {text!r:.60}")
