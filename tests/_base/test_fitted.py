"""Estimators from files: their attributes, and those of what they hold."""

import numpy as np
import pandas as pd
import pytest
import skops.io
from small import ID_SESSIONS, SESSIONS, TITLES, small, small_product, spectral

import sklearn_prodemb
from sklearn_prodemb._base.fitted import check_fitted
from sklearn_prodemb.encoders import ProductIds, WordTokenizer
from sklearn_prodemb.exceptions import InvalidFileError
from sklearn_prodemb.multimodal import MultiModalEmbedder


@pytest.fixture
def embedder():
    return spectral().fit(SESSIONS)


def load(estimator, folder):
    """Load what was dumped without a look at it."""
    skops.io.dump(estimator, folder / "file")
    return sklearn_prodemb.load(folder / "file")


def test_a_fitted_estimator_is_accepted(embedder):
    check_fitted(embedder.set_output(transform="pandas"))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("transform", "x", "SpectralEmbedder cannot have transform"),
        ("_lock", 1, "SpectralEmbedder cannot have _lock"),
        ("encoder_", 3, r"SpectralEmbedder\.encoder_ must be a SpectralEncoder"),
        ("n_pairs_", 0.5, r"SpectralEmbedder\.n_pairs_ must be an int"),
        ("categories_", [1], r"SpectralEmbedder\.categories_ must be an array"),
        ("vocab_size", -1, "The 'vocab_size' parameter of SpectralEmbedder must be"),
        ("normalizer", "fr", "The 'normalizer' parameter of SpectralEmbedder must be"),
        ("memory", "/tmp", r"SpectralEmbedder\.memory must be None"),
        ("_sklearn_output_config", {"transform": "x"}, "must be one of 'default', 'pa"),
        ("_sklearn_output_config", 3, "_sklearn_output_config lacks transform"),
    ],
)
def test_an_attribute_that_cannot_be_is_named(embedder, tmp_path, name, value, message):
    setattr(embedder, name, value)
    with pytest.raises(InvalidFileError, match=f"file is damaged.*{message}"):
        load(embedder, tmp_path)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (3, "must be a list of estimators"),
        ([], "must be a list of estimators"),
        ([("a", "b")], "must hold .name, estimator, columns"),
        ([(1, "part", "title")], "must hold .name, estimator, columns"),
        ([("a", "part", 3)], "must hold names of columns"),
        ([("a", "part", [])], "must hold names of columns"),
        ([("a", 3, "title")], "must hold estimators of this package, not 3"),
        ([("a", "part", "title")] * 2, "has two estimators of one name"),
        ([("a", "broken", "title")], r"SpectralEmbedder\.n_pairs_ must be an int"),
        ([("a", "unfitted", "title")], "holds a SpectralEmbedder that is not fitted"),
    ],
)
def test_parts_that_cannot_be_are_named(embedder, rows, message):
    whole = MultiModalEmbedder([("a", spectral(), "title")], sessions=SESSIONS)
    whole.fit(pd.DataFrame({"title": TITLES})).set_params(sessions=None)
    broken = spectral().fit(SESSIONS)
    broken.n_pairs_ = 0.5
    parts = {"part": embedder, "broken": broken, "unfitted": spectral()}
    if isinstance(rows, list):
        rows = [
            tuple(parts.get(x, x) if i == 1 else x for i, x in enumerate(row))
            for row in rows
        ]
    whole.embedders_ = whole.embedders = rows
    with pytest.raises((InvalidFileError), match=message):
        check_fitted(whole)


def test_sessions_are_not_in_a_file():
    with pytest.raises(
        InvalidFileError, match=r"SpectralEmbedder\.sessions must be No"
    ):
        check_fitted(spectral(sessions=SESSIONS).fit(TITLES))


@pytest.mark.parametrize("name", ["vocab_size", "n_pairs_", "encoder_"])
def test_an_attribute_that_is_missing_is_named(embedder, tmp_path, name):
    delattr(embedder, name)
    skops.io.dump(embedder, tmp_path / "file")
    with pytest.raises(InvalidFileError, match=f"file is damaged.*{name}"):
        sklearn_prodemb.load(tmp_path / "file")


def test_save_refuses_what_load_would_refuse(embedder, tmp_path):
    embedder.encoder_.word_vectors[3, 4] = np.nan
    with pytest.raises(
        InvalidFileError, match=r"SpectralEncoder\.word_vectors must ho"
    ):
        embedder.save(tmp_path / "file")
    assert not list(tmp_path.iterdir())


def test_a_place_outside_of_the_random_numbers_is_refused(embedder, tmp_path):
    random_state = np.random.RandomState(0)
    load(embedder.set_params(random_state=random_state), tmp_path)
    state = random_state.get_state(legacy=False)
    state["state"]["pos"] = 1_000_000
    random_state.set_state(state)
    with pytest.raises(InvalidFileError, match="random_state has no position 1000000"):
        load(embedder, tmp_path)


# What killed a process, or gave foreign memory ----------------------------------


def test_tables_of_other_sizes_are_refused(embedder, tmp_path):
    encoder = embedder.encoder_
    encoder.word_vectors = encoder.context_vectors = np.ones((1, 100_000), np.float32)
    with pytest.raises(InvalidFileError, match=r"word_vectors must have the size n_wo"):
        load(embedder, tmp_path)


def test_tables_cut_to_fewer_rows_are_refused(embedder, tmp_path):
    encoder = embedder.encoder_
    encoder.word_vectors = encoder.word_vectors[:10]
    encoder.context_vectors = encoder.context_vectors[:10]
    with pytest.raises(InvalidFileError, match=r"n_words = \d+, but has 10"):
        load(embedder, tmp_path)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("product_keys", lambda a: a[::-1]),
        ("product_keys", lambda a: a.astype(np.int64)),
        ("product_vectors", lambda a: a[:-1]),
        ("product_vectors", lambda a: a * np.float32(np.inf)),
        ("context_vectors", lambda a: a * np.float32(1e30)),
        ("product_vectors", lambda a: a[:, :0]),
        ("lengths", lambda a: (0.0, 0.0, 0.0)),
        ("lengths", lambda a: list(a)),
        ("space", lambda a: None),
        ("space", lambda a: a + "0"),
        ("tokenizer", lambda a: small().fit(SESSIONS).encoder_.tokenizer),
        ("tokenizer", lambda a: WordTokenizer("es", a.vocabulary + b"zz ")),
        ("tokenizer", lambda a: WordTokenizer("es", b"zz " + a.vocabulary)),
    ],
)
def test_what_an_encoder_cannot_hold_is_named(embedder, tmp_path, name, change):
    encoder = embedder.encoder_
    setattr(encoder, name, change(getattr(encoder, name)))
    where = r"Tokenizer\.vocabulary|SpectralEncoder\.\w+"
    with pytest.raises(InvalidFileError, match=f"file is damaged.*({where}) must"):
        load(embedder, tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"keys": lambda a: a[::-1].copy()}, r"ProductIds\.keys must be sorted"),
        ({"keys": lambda a: a.astype(np.int64)}, r"ProductIds\.keys must be of uint64"),
        ({"keys": lambda a: a[1:]}, r"ProductIds\.places must have the size n_keys"),
        ({"places": lambda a: a + 1}, r"ProductIds\.places must be rows of .*below \d"),
        (
            {"places": lambda a: a - 1},
            r"ProductIds\.places must hold no number below 0",
        ),
        (
            {"places": lambda a: a.astype(np.int64)},
            r"ProductIds\.places must be of int",
        ),
    ],
)
@pytest.mark.parametrize("make", [spectral, small_product])
def test_ids_that_cannot_be_are_named(make, tmp_path, change, message):
    embedder = make().fit(ID_SESSIONS)
    load(embedder, tmp_path)
    ids = embedder.encoder_.ids
    for name, changed in change.items():
        setattr(ids, name, changed(getattr(ids, name)))
    with pytest.raises(InvalidFileError, match=f"file is damaged.*{message}"):
        load(embedder, tmp_path)


def test_rows_of_no_title_are_those_of_ids(embedder, tmp_path):
    encoder = embedder.encoder_
    encoder.product_vectors = np.concatenate([encoder.product_vectors] * 2)
    with pytest.raises(InvalidFileError, match="must have a row for each of 59"):
        load(embedder, tmp_path)
    encoder.ids = ProductIds(np.zeros(1, np.uint64), np.array([117], np.int32))
    load(embedder, tmp_path)
    encoder.ids = 3
    with pytest.raises(InvalidFileError, match=r"\.ids must be a ProductIds"):
        load(embedder, tmp_path)


def test_parts_agree_with_each_other(tmp_path):
    embedder = small_product().fit(SESSIONS)
    load(embedder, tmp_path).transform(TITLES)
    network = embedder.encoder_.network
    for name in ("sub_word_vectors", "input_weights", "skip_weights"):
        table = getattr(network, name)
        setattr(network, name, np.concatenate([table, table]))
    with pytest.raises(InvalidFileError, match=r"ProductEncoder\.network must have"):
        load(embedder, tmp_path)
