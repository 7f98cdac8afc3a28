import pytest
from full_disk import full_disk

from sklearn_prodemb.evaluation._results import Results

ROW = {
    "model": "ours, scaled",
    "task": "used\nor new",
    "part": "test",
    "train_size": 100,
    "draw": 0,
    "metric": "auc_roc",
    "score": 0.1 + 0.2,
    "fit_seconds": 1e-9,
    "transform_seconds": 2.0,
    "key": "abc",
}
WHICH = {name: ROW[name] for name in ("model", "task", "part", "train_size", "draw")}


def test_what_was_kept_is_found_again(tmp_path):
    path = tmp_path / "scores.csv"
    rows = [ROW, ROW | {"metric": "mae", "score": float("inf")}]
    Results(path).add(rows)
    again = Results(path)
    assert again.find(**WHICH, key="abc") == rows
    assert again.find(**WHICH, key="other") == []
    assert again.find(**WHICH | {"draw": 1}, key="abc") == []
    again.add([ROW | {"key": "other"}])
    again.add([ROW | {"draw": 1}])
    third = Results(path)
    assert third.find(**WHICH, key="abc") == []
    assert third.find(**WHICH, key="other") == [ROW | {"key": "other"}]
    assert third.find(**WHICH | {"draw": 1}, key="abc") == [ROW | {"draw": 1}]


def test_without_a_file_nothing_is_kept():
    results = Results(None)
    results.add([ROW])
    assert results.find(**WHICH) == []


def test_other_files_are_refused_and_kept(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text("title,price\nmate,3\n")
    with pytest.raises(ValueError, match=r"prices.csv is no file of scores.*'title'"):
        Results(path)
    path = tmp_path / "scores.csv"
    Results(path).add([ROW])
    path.write_text(path.read_text() + "cut,off\n")
    with pytest.raises(ValueError, match=r"Line 4 of .*scores.csv is no score"):
        Results(path)
    for damaged in (b"model\xff", b'"\x00', path.read_bytes() + b"a\xff"):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"scores\.csv is no file of scores"):
            Results(path)
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        Results(tmp_path / "nowhere" / "scores.csv")


def test_a_file_that_cannot_be_written(tmp_path):
    path = tmp_path / "scores.csv"
    results = Results(path)
    results.add([ROW])
    for act in (results.check_writable, lambda: results.add([ROW | {"draw": 1}])):
        with pytest.raises(OSError, match=r"too large: .*scores\.csv"), full_disk():
            act()
    assert Results(path).find(**WHICH, key="abc") == [ROW]
    Results(None).check_writable()
