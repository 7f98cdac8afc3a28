"""DuckDB's errors as Python's own."""

import errno

import pytest

from sklearn_prodemb._utils.database import (
    connect,
    plain_errors,
    quote,
    quote_name,
)
from sklearn_prodemb.exceptions import InvalidFileError

duckdb = pytest.importorskip("duckdb")


def test_a_memory_limit(tmp_path):
    with connect(tmp_path / "a.duckdb", memory_limit="100MB") as database:
        query = "SELECT current_setting('memory_limit')"
        assert database.execute(query).fetchone() == ("95.3 MiB",)
    with pytest.raises(ValueError, match="size such as '2GB', got 'a lot'"):
        connect(memory_limit="a lot")


def test_a_file_that_is_damaged_is_made_anew(tmp_path):
    path = tmp_path / "a.duckdb"
    path.write_bytes(b"no database")
    with connect(path) as database:
        database.execute("CREATE TABLE t AS SELECT 1")
    with connect(path) as database:
        assert database.execute("SELECT * FROM t").fetchone() == (1,)


def test_what_does_not_fit_in_memory_is_put_beside_the_file(tmp_path):
    with connect(tmp_path / "it's.duckdb") as database:
        query = "SELECT current_setting('temp_directory')"
        assert database.execute(query).fetchone() == (str(tmp_path / "it's.spill"),)


@pytest.mark.parametrize(
    ("raised", "expected", "match"),
    [
        (duckdb.IOException("No space left on device"), OSError, "disk is full"),
        (duckdb.TransactionException("Could not write x"), OSError, "disk is full"),
        (duckdb.IOException("cannot open"), OSError, "cannot open"),
        (duckdb.OutOfMemoryException("used up"), MemoryError, "set memory_limit"),
        (
            duckdb.OutOfMemoryException("max_temp_directory_size exceeded"),
            OSError,
            "The disk is full",
        ),
        (duckdb.InvalidInputException("no magic"), InvalidFileError, "log cannot be"),
        (KeyError("mine"), KeyError, "mine"),
    ],
)
def test_errors(tmp_path, raised, expected, match):
    path = tmp_path / "log"
    with pytest.raises(expected, match=match) as caught, plain_errors(path):
        raise raised
    if isinstance(caught.value, OSError):
        assert caught.value.filename == str(path)
        full = "full" in match
        assert caught.value.errno == (errno.ENOSPC if full else errno.EIO)


@pytest.mark.parametrize("text", ["plain", "it's", 'a "b"', "'); DROP TABLE x; --"])
def test_quotes(text):
    with connect() as database:
        assert database.execute(f"SELECT {quote(text)}").fetchone() == (text,)
        database.execute(f"CREATE TABLE t AS SELECT 1 AS {quote_name(text)}")
        names = database.execute("SELECT * FROM t").description
        assert [name for name, *_ in names] == [text]


def test_without_duckdb(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    with pytest.raises(ImportError, match=r"pip install 'sklearn-prodemb\[duckdb\]'"):
        connect()
