"""What a folder of counts holds."""

import pytest

from sklearn_prodemb._counts.folder import (
    CountConfig,
    CountsFile,
    Manifest,
    Part,
    check_file,
    delete_others,
    describe_file,
    locked,
    read_manifest,
)
from sklearn_prodemb._utils.files import checksum_of
from sklearn_prodemb._utils.manifest import read_content, write_content
from sklearn_prodemb.exceptions import InvalidFileError


def a_file(name, n_rows=3):
    return CountsFile(name, n_rows, "00")


def a_manifest(**changes):
    values = {
        "config": CountConfig({"user": ["a", "b"], "time": "t"}, "30min", 100),
        "n_sessions": 4,
        "n_pairs": 5,
        "n_products": 3,
        "titles": a_file("titles.parquet"),
        "parts": [Part(0, 2, a_file("a.parquet")), Part(2, 3, a_file("b.parquet", 0))],
        "logs": ["x"],
    }
    return Manifest(**{**values, **changes})


def test_it_is_read_as_it_was_written(tmp_path):
    manifest = a_manifest()
    manifest.write(tmp_path)
    again = read_manifest(tmp_path)
    assert again == manifest
    assert again.fingerprint == manifest.fingerprint
    assert again.changed(n_pairs=6).fingerprint != manifest.fingerprint
    assert [file.name for file in again.files] == [
        "titles.parquet",
        "a.parquet",
        "b.parquet",
    ]


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"n_sessions": -1}, "no whole number"),
        ({"n_pairs": 2.0}, "no whole number"),
        ({"n_products": 4}, "one row a title"),
        ({"titles": a_file("../titles.parquet")}, "not in the folder"),
        ({"titles": a_file("a.parquet")}, "two files have one name"),
        ({"parts": []}, "do not follow one another"),
        ({"parts": [Part(0, 2, a_file("a"))]}, "do not follow one another"),
        ({"parts": [Part(0, 0, a_file("a")), Part(0, 3, a_file("b"))]}, "is empty"),
        ({"config": CountConfig({}, "30min", 1)}, "max_session_length"),
        ({"config": CountConfig({}, None, None)}, "gap is neither"),
        ({"config": CountConfig([], "30min", None)}, "of a wrong type"),
        ({"logs": [3]}, "of a wrong type"),
    ],
)
def test_values_that_do_not_fit(tmp_path, changes, match):
    a_manifest(**changes).write(tmp_path)
    with pytest.raises(InvalidFileError, match=match):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    "content", [{}, {"further": 1}, {"titles": 3}, {"config": {}}, {"parts": [{}]}]
)
def test_what_is_no_manifest(tmp_path, content):
    a_manifest().write(tmp_path)
    whole = read_content(tmp_path)
    write_content(tmp_path, "SessionCounts-1", {**whole, **content} if content else {})
    with pytest.raises(InvalidFileError, match=r"manifest.json is damaged"):
        read_manifest(tmp_path)


def test_files_are_known_by_their_bytes(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(b"some" * 10**6)
    file = describe_file(path, 7)
    assert file == CountsFile("a.parquet", 7, checksum_of(path))
    check_file(tmp_path, file)
    path.write_bytes(b"some" * 10**6 + b".")
    with pytest.raises(InvalidFileError, match=r"a.parquet is damaged"):
        check_file(tmp_path, file)
    path.unlink()
    with pytest.raises(InvalidFileError, match=r"a.parquet is missing"):
        check_file(tmp_path, file)


def test_files_of_earlier_counts_are_deleted(tmp_path):
    others = ["titles.parquet", "pairs-0-17.parquet", "pairs-0-17.partial"]
    others += ["titles-0123456789ab.parquet", "pairs-0123456789ab-3.parquet"]
    names = ["pairs-mine.parquet", "titles-2.parquet", "pairs-0-3.parquet", "mine.txt"]
    for name in names + others:
        (tmp_path / name).touch()
    delete_others(tmp_path, {"pairs-0-3.parquet"})
    assert {path.name for path in tmp_path.iterdir()} == {*names}


def test_one_count_at_a_time(tmp_path):
    busy = pytest.raises(BlockingIOError, match="Another process is counting here")
    with locked(tmp_path), busy, locked(tmp_path):
        pass
    with locked(tmp_path):
        pass
