"""Embedders of titles, alone or with product ids."""

import pickle
import warnings

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from small import ID_SESSIONS, SESSIONS, TITLES, small, small_product, spectral
from small_logs import count, make_log

import sklearn_prodemb
from sklearn_prodemb import PinnedEmbedder, Sessions
from sklearn_prodemb._spectral import learning

EDITED = [title.rpartition(" ")[0] for title in TITLES]
# Ids of `ID_SESSIONS` are titles.
FRAME = pd.DataFrame({"title": EDITED, "product_id": TITLES})
MAKERS = [spectral, small_product]


@pytest.fixture(scope="module", params=MAKERS)
def embedder(request):
    return request.param().fit(ID_SESSIONS)


@pytest.fixture(scope="module")
def expected(embedder):
    return embedder.encoder_.encode(EDITED, TITLES)


def test_columns_of_titles_and_ids(embedder, expected):
    assert (expected != embedder.transform(EDITED)).any()
    for X in (
        FRAME,
        FRAME.to_numpy(),
        FRAME.to_numpy(str),
        pl.from_pandas(FRAME).lazy(),
        FRAME.set_axis([3, "x"], axis=1),
    ):
        assert embedder.transform(X).tobytes() == expected.tobytes()
    assert embedder.transform(FRAME[:0]).shape == (0, 16)


def test_each_distinct_pair_is_computed_once(embedder, expected, monkeypatch):
    calls = []
    encode = type(embedder.encoder_).encode

    def counting(self, titles, ids=None):
        calls.append((titles, ids))
        return encode(self, titles, ids)

    monkeypatch.setattr(type(embedder.encoder_), "encode", counting)
    rows = [3, 0, 3, 3, 1, 0]
    X = FRAME.iloc[rows]
    assert embedder.transform(X).tobytes() == expected[rows].tobytes()
    # One title with two ids, and a missing one, are three products.
    X = pd.DataFrame({"title": "zzz", "id": [TITLES[0], None, TITLES[1], np.nan]})
    vectors = embedder.transform(X)
    assert len(np.unique(vectors, axis=0)) == 3
    distinct = [TITLES[3], TITLES[0], TITLES[1]], [TITLES[0], None, TITLES[1]]
    assert [ids for _, ids in calls] == [*distinct]
    assert calls[1][0] == ["zzz"] * 3


def test_a_product_of_the_log_is_as_by_its_title(embedder):
    X = pd.DataFrame({"title": TITLES, "id": TITLES})
    assert embedder.transform(X).tobytes() == embedder.transform(TITLES).tobytes()
    without = clone(embedder).fit(SESSIONS)
    assert embedder.transform(TITLES).tobytes() == without.transform(TITLES).tobytes()
    assert embedder.transform(EDITED).tobytes() == without.transform(EDITED).tobytes()


def test_hard_ids():
    frame = pd.DataFrame(
        {"visit": [1, 1, 2, 2], "title": TITLES[:4], "id": [10, 20, 30, 40]}
    )
    sessions = Sessions.from_frame(frame, session="visit", title="title", product="id")
    embedder = spectral(n_components=8).fit(sessions)
    expected = embedder.transform(pd.DataFrame({"t": "zzz", "i": [10, 20, 30, 40]}))
    assert expected[:, -2:].any(axis=1).all()
    nothing = np.zeros(8)
    for ids, rows in (
        # A missing value makes floats of ints.
        (pd.Series([10, None, 30]), [0, None, 2]),
        (pd.Series([10, None, 30], dtype="Int64"), [0, None, 2]),
        (pd.Series([10, pd.NA, "30"], dtype=object), [0, None, 2]),
        (pd.Series(["10", "20", "010"]), [0, 1, None]),
        (pd.Series([10.0, np.nan, 10.5]), [0, None, None]),
        (pd.Series([np.int8(10), 10**30, True], dtype=object), [0, None, None]),
        (pd.Series([None, None, None], dtype=object), [None, None, None]),
    ):
        X = pd.DataFrame({"title": "zzz", "id": ids})
        wanted = [nothing if row is None else expected[row] for row in rows]
        np.testing.assert_array_equal(embedder.transform(X), wanted)


@pytest.mark.parametrize("make", MAKERS)
def test_an_embedder_that_knows_no_ids_says_so(make, tmp_path):
    match = f"X has two columns.* {type(make()).__name__} was fitted on sessions that "
    match += r"have no ids: name their column with Sessions\.from_frame"
    with pytest.raises(ValueError, match=match):
        make().fit(SESSIONS).transform(FRAME)
    counts = count(make_log(), tmp_path / "counts")
    embedder = make(normalizer="basic").fit(counts)
    with pytest.raises(ValueError, match=match):
        embedder.transform(FRAME)


@pytest.mark.parametrize("make", MAKERS)
def test_fit_checks_the_columns_that_a_pipeline_passes(make, monkeypatch, tmp_path):
    def refuse(*args):
        raise AssertionError("something slow has begun")

    counts = count(make_log(), tmp_path / "counts")
    for X in (FRAME, FRAME.to_numpy()):
        embedder = make(sessions=ID_SESSIONS).fit(X)
        assert embedder.transform(X).shape == (len(X), 16)
        vectors = make().fit_transform(X, sessions=ID_SESSIONS)
        np.testing.assert_array_equal(vectors, embedder.transform(X))
        with monkeypatch.context() as patched:
            patched.setattr(learning, "learn_words", refuse)
            for sessions, name in ((SESSIONS, "Sessions"), (counts, "SessionCounts")):
                match = f"two columns.* the {name} to learn from have no ids: name"
                with pytest.raises(ValueError, match=match):
                    make().fit(X, sessions=sessions)
            bad = np.array([["a", 1], ["b", b"2"]], object)
            with pytest.raises(TypeError, match="position 1 of 2 is"):
                make().fit(bad, sessions=ID_SESSIONS)
    with pytest.raises(ValueError, match=r"Sessions\.from_frame\(X"):
        make().fit(FRAME)
    with pytest.raises(ValueError, match="<step name>__sessions"):
        make().fit(FRAME.to_numpy())


def test_other_embedders_of_titles_take_one_column():
    with pytest.raises(ValueError, match="one column of titles, got a frame with 2"):
        small().fit(ID_SESSIONS).transform(FRAME)


def test_columns_that_were_changed_over_are_told(embedder):
    X = FRAME[["product_id", "title"]]
    with pytest.warns(UserWarning, match="titles come first, then ids") as caught:
        embedder.transform(X)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for few in (FRAME, FRAME[:0], FRAME.assign(product_id="new")):
            embedder.transform(few)
        # Here and there a title may be that of an id.
        embedder.transform(pd.concat([X[:3], FRAME[:3].set_axis([*X], axis=1)]))


def test_the_cache_tells_ids_apart(tmp_path):
    params = {"memory": str(tmp_path), "n_components": 16}
    without = spectral(**params).fit(SESSIONS)
    with_ids = spectral(**params).fit(ID_SESSIONS)
    again = spectral(**params).fit(ID_SESSIONS)
    assert without.encoder_.ids is None
    for embedder in (with_ids, again):
        np.testing.assert_array_equal(
            embedder.transform(FRAME), spectral().fit(ID_SESSIONS).transform(FRAME)
        )
    assert spectral(**params).fit(SESSIONS).encoder_.ids is None
    # A text CNN learns nothing of ids.
    assert small()._fingerprint(ID_SESSIONS) == small()._fingerprint(SESSIONS)


def test_copies_and_files_keep_the_ids(embedder, expected, tmp_path):
    embedder.save(tmp_path / "file")
    joblib.dump(embedder, tmp_path / "dump")
    mapped = joblib.load(tmp_path / "dump", mmap_mode="r")
    closed_form = getattr(mapped.encoder_, "closed_form", mapped.encoder_)
    assert isinstance(closed_form.ids.keys, np.memmap)
    for again in (
        sklearn_prodemb.load(tmp_path / "file"),
        mapped,
        pickle.loads(pickle.dumps(mapped)),
        clone(embedder).fit(ID_SESSIONS),
    ):
        assert again.transform(FRAME).tobytes() == expected.tobytes()
    mapped.save(tmp_path / "again")
    again = sklearn_prodemb.load(tmp_path / "again")
    assert again.transform(FRAME).tobytes() == expected.tobytes()


def test_training_that_goes_on_keeps_the_ids(tmp_path):
    embedder = small_product(max_epochs=1).fit(ID_SESSIONS)
    ids = embedder.encoder_.ids
    vectors = embedder.transform(FRAME)
    embedder.partial_fit(SESSIONS)
    np.testing.assert_array_equal(embedder.encoder_.ids.keys, ids.keys)
    products = embedder.encoder_.blocks["products"]
    again = embedder.transform(FRAME)
    known = ids.knows(TITLES)
    assert known.sum() == 59
    assert again[known, products].tobytes() == vectors[known, products].tobytes()
    embedder.set_params(warm_start=True).fit(SESSIONS)
    np.testing.assert_array_equal(embedder.encoder_.ids.places, ids.places)

    checked = small_product(max_epochs=1, checkpoint=tmp_path / "state")
    np.testing.assert_array_equal(checked.fit(ID_SESSIONS).transform(FRAME), vectors)
    # A checkpoint is that of one log.
    assert checked._key(ID_SESSIONS, 0) != checked._key(SESSIONS, 0)


def test_names_and_frames_of_vectors(embedder, expected):
    framed = clone(embedder).set_output(transform="pandas").fit(ID_SESSIONS)
    X = FRAME.set_axis(range(7, 7 + len(FRAME)))
    vectors = framed.transform(X)
    assert vectors.columns.tolist() == framed.get_feature_names_out().tolist()
    assert vectors.index.tolist() == X.index.tolist()
    np.testing.assert_array_equal(vectors.to_numpy(), expected)


def test_ids_in_another_space(embedder, expected):
    refit = clone(embedder).set_params(random_state=1).fit(ID_SESSIONS)
    aligned = refit.align_to(embedder)
    known = embedder.encoder_.ids.knows(TITLES)
    blocks = embedder.encoder_.blocks["products"]
    vectors = aligned.transform(FRAME)
    # Seeds hardly matter.
    cosines = (vectors * expected)[known, blocks].sum(axis=1) / 0.84**2
    assert cosines.mean() > 0.9
    short = embedder.truncate(8)
    assert short.transform(FRAME).shape == (60, 8)
    by_title = short.transform(pd.DataFrame({"t": TITLES, "i": TITLES}))
    kept = short.encoder_.blocks["products"]
    assert short.transform(FRAME)[known, kept].tobytes() == (
        by_title[known, kept].tobytes()
    )
    pinned = PinnedEmbedder(embedder).fit()
    assert pinned.transform(FRAME).tobytes() == expected.tobytes()


def test_truncated_predictions_are_as_without_ids():
    frame = pd.DataFrame(
        {
            "visit": np.repeat(np.arange(60), 2),
            "title": [TITLES[i % 50] for i in range(120)],
            "id": [f"p{i % 7}" for i in range(120)],
        }
    )
    sessions = Sessions.from_frame(frame, session="visit", title="title", product="id")
    with_ids, without = (
        small_product(max_epochs=1).fit(log).truncate(8)
        for log in (sessions, Sessions.from_lists(sessions.to_lists()))
    )
    titles = [*TITLES, "mesa", "termo zzz"]
    ours, expected = with_ids.transform(titles), without.transform(titles)
    assert ours.tobytes() == expected.tobytes()


@pytest.mark.parametrize("ids", [[], TITLES[:1], TITLES[:3]], ids=len)
def test_an_encoder_takes_an_id_for_each_title(embedder, ids):
    with pytest.raises(ValueError, match=f"there are {len(ids)} ids for 2 titles"):
        embedder.encoder_.encode(EDITED[:2], ids)
