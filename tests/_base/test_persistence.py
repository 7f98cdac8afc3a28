"""Files: bit-equal vectors in a new process, no code, nothing foreign."""

import os
import pickle
import subprocess
import sys
import zipfile

import joblib
import numpy as np
import pandas as pd
import pytest
import skops.io
from full_disk import full_disk
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.ensemble import StackingClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from small import ID_SESSIONS, LABELS, SESSIONS, TITLES, small, spectral

import sklearn_prodemb
from sklearn_prodemb import TextCNNEmbedder
from sklearn_prodemb._base.persistence import TRUSTED_TYPES
from sklearn_prodemb.baselines import Prod2Vec
from sklearn_prodemb.exceptions import InvalidFileError

LOADERS = {
    "joblib": "import joblib; e = joblib.load(path)",
    "joblib, memory map": "import joblib; e = joblib.load(path, mmap_mode='r')",
    "skops": "import skops.io; "
    "from sklearn_prodemb._base.persistence import TRUSTED_TYPES; "
    "e = skops.io.load(path, trusted=list(TRUSTED_TYPES))",
    "load": "import sklearn_prodemb; e = sklearn_prodemb.load(path)",
}


@pytest.fixture(scope="module")
def embedder():
    return small(sessions=SESSIONS).fit(TITLES)


@pytest.fixture(scope="module")
def files(embedder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    joblib.dump(embedder, folder / "joblib")
    skops.io.dump(embedder, folder / "skops")
    embedder.save(folder / "load")
    (folder / "joblib, memory map").write_bytes((folder / "joblib").read_bytes())
    return folder


@pytest.mark.parametrize("kind", LOADERS)
def test_a_new_process_gives_the_same_bytes(embedder, files, kind, tmp_path):
    code = (
        f"import sys, numpy as np; path = sys.argv[1]; {LOADERS[kind]}; "
        f"np.save(sys.argv[2], e.transform({TITLES!r}))"
    )
    out = tmp_path / "vectors.npy"
    command = [sys.executable, "-W", "error", "-c", code, files / kind, out]
    subprocess.run(command, check=True)
    assert np.load(out).tobytes() == embedder.transform(TITLES).tobytes()


@pytest.mark.parametrize("kind", LOADERS)
def test_sessions_do_not_travel(files, kind):
    scope = {"path": str(files / kind)}
    exec(LOADERS[kind], scope)
    loaded = scope["e"]
    assert loaded.sessions is None
    with pytest.raises(ValueError, match="give it the sessions in one of three ways"):
        loaded.fit(TITLES)
    loaded.fit(SESSIONS).transform(TITLES)
    assert all(title.encode() not in (files / kind).read_bytes() for title in TITLES)


def test_files_are_small():
    large = TextCNNEmbedder(max_epochs=0, random_state=0).fit([TITLES])
    # The size of a file at 30,000 tokens, without a corpus that has so many.
    large.encoder_.token_embeddings = np.zeros((30_000, 512), np.float32)
    size = len(skops.io.dumps(large))  # what `save` writes
    assert size < 70e6 - 1_000_000  # sentencepiece: 0.8 MB


def test_save_leaves_callbacks_and_memory_behind(embedder, tmp_path):
    from sklearn.callback import ProgressBar

    copy = pickle.loads(pickle.dumps(embedder))
    copy.memory = joblib.Memory(tmp_path / "cache")
    copy.set_callbacks(ProgressBar())
    copy.save(tmp_path / "file")
    loaded = sklearn_prodemb.load(tmp_path / "file")
    assert loaded.memory is None
    assert not hasattr(loaded, "_skl_callbacks")
    assert isinstance(copy.memory, joblib.Memory)
    assert len(copy._skl_callbacks) == 1


def test_save_refuses_what_load_would_refuse(tmp_path):
    path = tmp_path / "file"
    with pytest.raises(InvalidFileError, match=r"not trusted.*callable normalizer"):
        small(normalizer=_shout).fit(SESSIONS).save(path)
    assert not path.exists()


def _shout(title):
    return title.upper()


def test_a_file_of_another_type_is_refused(tmp_path):
    model = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    skops.io.dump(model, tmp_path / "trusted by skops")
    with pytest.raises(InvalidFileError, match=r"a sklearn.*LogisticRegression"):
        sklearn_prodemb.load(tmp_path / "trusted by skops")
    skops.io.dump(small(normalizer=_shout).fit(SESSIONS), tmp_path / "foreign")
    with pytest.raises(InvalidFileError, match=r"not trusted: .*_shout"):
        sklearn_prodemb.load(tmp_path / "foreign")


def test_a_file_with_code_is_not_run(tmp_path):
    class Harm:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "harm"),)

    path = tmp_path / "file"
    path.write_bytes(pickle.dumps(Harm()))
    with pytest.raises(InvalidFileError, match="no file that this package saved"):
        sklearn_prodemb.load(path)
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(files, tmp_path, share):
    data = (files / "load").read_bytes()
    path = tmp_path / "file"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(InvalidFileError, match=r"file.* damaged"):
        sklearn_prodemb.load(path)


def test_a_damaged_file_is_refused(files, tmp_path):
    data = bytearray((files / "load").read_bytes())
    with zipfile.ZipFile(files / "load") as archive:
        largest = max(archive.infolist(), key=lambda info: info.file_size)
    data[largest.header_offset + 2000] ^= 0xFF
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(InvalidFileError, match="damaged"):
        sklearn_prodemb.load(path)


def test_a_foreign_archive_is_refused(tmp_path):
    path = tmp_path / "file.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schema.json", "[]")
    with pytest.raises(InvalidFileError):
        sklearn_prodemb.load(path)


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        sklearn_prodemb.load(tmp_path / "nowhere")


def test_a_folder_is_no_file(embedder, tmp_path):
    with pytest.raises(IsADirectoryError, match="a folder: name the file that `save`"):
        sklearn_prodemb.load(tmp_path)
    with pytest.raises(IsADirectoryError, match="a folder: name a file in it"):
        embedder.save(tmp_path)
    path = tmp_path / "nowhere" / "file"
    with pytest.raises(FileNotFoundError, match="There is no folder") as caught:
        embedder.save(path)
    assert caught.value.filename == str(path)


def test_a_full_disk_keeps_the_file_before(embedder, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"before")
    with pytest.raises(OSError, match="too large") as caught, full_disk(1000):
        embedder.save(path)
    assert caught.value.filename == str(path)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_trusted_types_exist():
    from importlib import import_module

    for name in TRUSTED_TYPES:
        module, _, attribute = name.rpartition(".")
        assert hasattr(import_module(module), attribute)


def test_files_of_the_training_process_do_not_travel(tmp_path):
    embedder = small(checkpoint=tmp_path / "state.pt", memory=str(tmp_path / "cache"))
    embedder.fit(SESSIONS).save(tmp_path / "file")
    loaded = sklearn_prodemb.load(tmp_path / "file")
    assert loaded.checkpoint is None
    assert loaded.memory is None


def test_an_estimator_that_is_not_fitted_is_refused(tmp_path):
    skops.io.dump(small(), tmp_path / "file")
    with pytest.raises(InvalidFileError, match="not fitted"):
        sklearn_prodemb.load(tmp_path / "file")


def _pipeline():
    return make_pipeline(spectral(sessions=SESSIONS), LogisticRegression())


def through_skops(model):
    data = skops.io.dumps(model)
    return skops.io.loads(data, trusted=skops.io.get_untrusted_types(data=data))


COMPOSED = {
    "embedder": spectral(sessions=SESSIONS),
    "ids": Prod2Vec(sessions=ID_SESSIONS),
    "search": GridSearchCV(_pipeline(), {"logisticregression__C": [1, 2]}, cv=2),
    "sessions searched": GridSearchCV(
        _pipeline(), {"spectralembedder__sessions": [SESSIONS, ID_SESSIONS]}, cv=2
    ),
    "stacking": StackingClassifier([("p", _pipeline())], cv=2),
    "calibrated": CalibratedClassifierCV(_pipeline(), cv=2),
    "frozen": make_pipeline(
        FrozenEstimator(spectral(sessions=SESSIONS).fit(TITLES)), LogisticRegression()
    ),
}


@pytest.mark.parametrize("kind", COMPOSED)
def test_skops_reads_what_it_wrote_of_unfitted_copies(kind):
    model = clone(COMPOSED[kind])
    if kind in ("embedder", "ids"):
        assert through_skops(model).sessions == model.sessions
        return
    expected = model.fit(TITLES, LABELS).predict_proba(TITLES)
    again = through_skops(model)
    np.testing.assert_array_equal(again.predict_proba(TITLES), expected)
    again.fit(TITLES, LABELS)
    np.testing.assert_array_equal(again.predict_proba(TITLES), expected)


def test_skops_reads_a_column_transformer():
    frame = pd.DataFrame({"title": TITLES})
    columns = make_column_transformer((spectral(sessions=SESSIONS), "title"))
    vectors = columns.fit_transform(frame)
    again = through_skops(columns)
    np.testing.assert_array_equal(again.transform(frame), vectors)
    np.testing.assert_array_equal(again.fit_transform(frame), vectors)
