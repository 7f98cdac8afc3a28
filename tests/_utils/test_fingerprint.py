"""Short hashes of tables."""

import numpy as np
import pytest

from sklearn_prodemb._utils.description import Wrong
from sklearn_prodemb._utils.fingerprint import check_fingerprint, fingerprint

TABLE = np.arange(6, dtype=np.float32).reshape(2, 3)


def test_equal_parts_have_one_fingerprint(tmp_path):
    expected = fingerprint(b"words", TABLE)
    check_fingerprint(expected)
    np.save(tmp_path / "table.npy", TABLE)
    mapped = np.load(tmp_path / "table.npy", mmap_mode="r")
    for same in (TABLE.copy(), np.asfortranarray(TABLE), mapped):
        assert fingerprint(b"words", same) == expected


def test_other_parts_have_others():
    nudged = TABLE.copy()
    nudged[1, 2] = np.nextafter(nudged[1, 2], np.float32(9))
    parts = [
        (TABLE,),
        (nudged,),
        (TABLE.T,),
        (TABLE.astype(np.float64),),
        (TABLE.reshape(3, 2),),
        (TABLE.view(np.int32),),
        (TABLE[:0],),
        (TABLE[:, :0],),
        (TABLE, TABLE),
        (b"",),
        (b"ab", b"c"),
        (b"a", b"bc"),
        (b"abc",),
    ]
    assert len({fingerprint(*some) for some in parts}) == len(parts)


@pytest.mark.parametrize("text", ["", "0" * 15, "0" * 17, "G" * 16, "0" * 16 + "\n"])
def test_what_is_none_is_refused(text):
    with pytest.raises(Wrong, match="must be 16 hexadecimal digits, but is"):
        check_fingerprint(text)
