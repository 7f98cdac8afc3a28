"""Both kinds of indexes against the plain formula, and what is refused."""

import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.neighbors import NearestNeighbors
from sklearn.utils import estimator_checks
from sklearn.utils._param_validation import InvalidParameterError
from small import ID_SESSIONS, SESSIONS, TITLES, small_product
from small_index import KINDS, QUERIES, fitted_embedder, plain_answer, plain_cosines

from sklearn_prodemb import PinnedEmbedder, ProductEmbedder
from sklearn_prodemb.neighbors import ApproximateNeighbors, _product_index

both = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


@pytest.fixture(scope="module")
def embedder():
    return fitted_embedder()


@pytest.fixture
def _small_blocks(monkeypatch):
    monkeypatch.setattr(_product_index, "_QUERIES_PER_BLOCK", 3)
    monkeypatch.setattr(_product_index, "_NUMBERS_PER_BLOCK", 50)


SEARCHES = [
    None,
    NearestNeighbors(metric="euclidean"),
    NearestNeighbors(algorithm="brute", metric="cosine"),
]


@both
@pytest.mark.parametrize("search", SEARCHES, ids=str)
@pytest.mark.usefixtures("_small_blocks")
def test_answers_are_those_of_the_plain_formula(kind, search, embedder):
    catalogue = [*TITLES, "mesa silla 98", "?!"]
    index = kind(embedder, nearest_neighbors=search).fit(catalogue)
    assert index.has_vector_.tolist() == [True] * (len(TITLES) + 1) + [False]
    assert [*index.blocks_] == [*KINDS[kind]]
    cosines = plain_cosines(embedder, kind, QUERIES, catalogue)
    with pytest.warns(UserWarning, match=r"1 of 5 titles .* '漢字' \(position 4\)"):
        table = index.find(QUERIES, 4)
    expected = plain_answer(cosines, QUERIES, catalogue, 4)
    assert table["query"].tolist() == [query for query, _, _ in expected]
    assert table["title"].tolist() == [title for _, title, _ in expected]
    np.testing.assert_allclose(
        table["similarity"], [cosine for *_, cosine in expected], atol=1e-6
    )
    assert table["rank"].tolist() == [1, 2, 3, 4] * 4
    distances, indices = index.kneighbors(QUERIES, 5)
    assert (distances.dtype, indices.dtype) == (np.float32, np.int64)
    nearest = np.sort(1 - cosines, axis=1)[:, :5]
    np.testing.assert_allclose(distances, nearest, atol=1e-6)
    np.testing.assert_allclose(
        np.take_along_axis(1 - cosines, indices, axis=1), distances, atol=1e-6
    )
    assert (indices != len(catalogue) - 1).all()
    alone = index.kneighbors(QUERIES, 5, return_distance=False)
    np.testing.assert_array_equal(alone, indices, strict=True)


@both
@pytest.mark.usefixtures("_small_blocks")
def test_the_catalogue_itself(kind, embedder):
    catalogue = ["?!", *TITLES]
    index = kind(embedder, n_neighbors=2).fit(catalogue)
    distances, indices = index.kneighbors()
    cosines = plain_cosines(embedder, kind, catalogue, catalogue)
    np.fill_diagonal(cosines, -2)
    assert indices.shape == (len(catalogue), 2)
    assert not (indices == np.arange(len(catalogue))[:, None]).any()
    expected = np.sort(1 - cosines[1:], axis=1)[:, :2]
    np.testing.assert_allclose(distances[1:], expected, atol=1e-6)
    # A title without a vector is as far from all others.
    assert distances[0].tolist() == [1, 1]
    assert (indices > 0).all()


def test_equal_vectors_are_no_neighbors_of_themselves(embedder):
    frame = pd.DataFrame({"title": [TITLES[0]] * 5 + TITLES[:3], "id": range(8)})
    kind = next(iter(KINDS))
    index = kind(embedder, product="id").fit(frame)
    indices = index.kneighbors(n_neighbors=3, return_distance=False)
    assert not (indices == np.arange(8)[:, None]).any()
    assert {*indices[:6].ravel()} <= set(range(6))
    # One title: none of the products that have it. One product: the others.
    by_title = index.find(TITLES[:1], 3)["id"].tolist()
    assert sorted(by_title) == [6, 7]
    by_id = index.find_by_id([2], 5)
    assert sorted(by_id["id"]) == [0, 1, 3, 4, 5]
    assert by_id["query"].tolist() == [2] * 5
    np.testing.assert_allclose(by_id["similarity"], 1, atol=1e-6)


@both
def test_ids_are_answered_as_their_titles(kind, embedder):
    frame = pd.DataFrame({"sku": [f"p{i}" for i in range(60)], "name": TITLES})
    frame["price"] = np.arange(60) / 2
    index = kind(embedder, n_neighbors=3, title="name", product="sku").fit(frame)
    by_title = index.find(frame["name"][5:9])
    by_id = index.find_by_id(frame["sku"][5:9])
    names = ["query", "rank", "similarity", "sku", "name", "price"]
    assert by_id.columns.tolist() == by_title.columns.tolist() == names
    assert by_id["query"].tolist() == np.repeat(frame["sku"][5:9], 3).tolist()
    pd.testing.assert_frame_equal(by_id.drop(columns="query"), by_title[names[1:]])
    with pytest.raises(ValueError, match=r"1 of 2 product ids .*: 'p99' \(position 1"):
        index.find_by_id(["p1", "p99"])
    with pytest.raises(ValueError, match="one bare str"):
        index.find_by_id("p1")


@both
def test_nothing_asked_nothing_found(kind, embedder):
    index = kind(embedder).fit(pd.DataFrame({"title": TITLES}))
    assert index.find([]).shape == (0, 4)
    assert index.kneighbors([])[1].shape == (0, 10)


@both
def test_an_index_keeps_what_the_embedder_was(kind):
    embedder = fitted_embedder()
    index = kind(embedder).fit(TITLES)
    before = index.find(TITLES[:3])
    state = dict(vars(index))
    embedder.set_params(n_components=8).fit(SESSIONS)
    for name, column in index.find(TITLES[:3]).items():
        np.testing.assert_array_equal(column, before[name])
    # Neither does a fit that fails change it.
    with pytest.raises(TypeError):
        index.fit(["mesa", None])
    assert vars(index) == state


@both
def test_pickles_answer_the_same(kind, embedder, tmp_path):
    pytest.importorskip("usearch", reason="the graph needs usearch")
    frame = pd.DataFrame({"title": TITLES, "price": 1.5})
    for search in (None, ApproximateNeighbors()):
        index = kind(embedder, nearest_neighbors=search).fit(frame)
        expected = index.find(TITLES[:4])
        joblib.dump(index, tmp_path / "index")
        for again in (
            pickle.loads(pickle.dumps(index)),
            joblib.load(tmp_path / "index"),
            joblib.load(tmp_path / "index", mmap_mode="r"),
        ):
            pd.testing.assert_frame_equal(again.find(TITLES[:4]), expected)
            again.fit(frame)


@both
def test_vectors_are_there_once(kind, embedder, tmp_path):
    joblib.dump(kind(embedder).fit(TITLES), tmp_path / "index")
    for mode in (None, "r"):
        again = joblib.load(tmp_path / "index", mmap_mode=mode)
        assert np.shares_memory(again._units, again.nearest_neighbors_._fit_X)
        assert isinstance(again._units, np.memmap) == (mode == "r")


@both
def test_a_clone_keeps_a_frozen_embedder(kind, embedder):
    with pytest.raises(NotFittedError, match="embedder must be fitted, but this"):
        clone(kind(embedder)).fit(TITLES)
    expected = kind(embedder).fit(TITLES).kneighbors(QUERIES)
    found = clone(kind(FrozenEstimator(embedder))).fit(TITLES).kneighbors(QUERIES)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a, b, strict=True)


@both
def test_the_search_is_cloned(kind, embedder):
    search = NearestNeighbors()
    index = kind(embedder, nearest_neighbors=search).fit(TITLES)
    assert index.nearest_neighbors_ is not search
    assert not hasattr(search, "n_samples_fit_")


@both
def test_approximate_answers_are_nearly_the_exact_ones(kind, embedder):
    pytest.importorskip("usearch", reason="the graph needs usearch")
    exact = kind(embedder).fit(TITLES).kneighbors(TITLES)
    index = kind(embedder, nearest_neighbors=ApproximateNeighbors()).fit(TITLES)
    distances, indices = index.kneighbors(TITLES)
    shared = [len({*a} & {*b}) for a, b in zip(indices, exact[1], strict=True)]
    assert np.mean(shared) > 9.5
    assert (np.diff(distances, axis=1) >= 0).all()


@both
def test_what_is_refused(kind, embedder):
    for wrong in (None, "embedder", ProductEmbedder):
        with pytest.raises(TypeError, match="embedder must be a fitted embedder"):
            kind(wrong).fit(TITLES)
    with pytest.raises(NotFittedError, match=r"call ProductEmbedder\.fit\(sessions\)"):
        kind(ProductEmbedder()).fit(TITLES)
    with pytest.raises(ValueError, match="None of the 2 titles has a vector"):
        kind(embedder).fit(["?!", ""])
    for method in ("find", "find_by_id", "kneighbors"):
        with pytest.raises(NotFittedError):
            getattr(kind(embedder), method)(TITLES)
    index = kind(embedder).fit([*TITLES[:5], "?!"])
    has = "is more than there are products: 5 of the 6 products have a vector"
    # A table may be shorter, the arrays of `kneighbors` may not.
    assert 0 < len(index.find(TITLES[5:6])["title"]) <= 5
    with pytest.raises(ValueError, match=f"n_neighbors=10 {has}"):
        index.kneighbors(TITLES)
    with pytest.raises(ValueError, match=f"n_neighbors=6 {has}"):
        index.kneighbors(TITLES, 6)
    with pytest.raises(ValueError, match=r"n_neighbors=5 is .* other products"):
        index.kneighbors(n_neighbors=5)
    assert index.kneighbors(n_neighbors=4)[0].shape == (6, 4)
    assert len(index.find(["mesa silla 99"], 5)["title"]) <= 5
    for n in (0, 2.5, True):
        with pytest.raises(ValueError, match="n_neighbors must be 1 or more"):
            index.find(TITLES, n)
    with pytest.raises(TypeError, match="titles must hold titles of type str, but pos"):
        index.find(["mesa", None], 2)
    for name, value in {"n_neighbors": 0, "title": 3, "nearest_neighbors": 3}.items():
        with pytest.raises(InvalidParameterError, match=f"'{name}' parameter"):
            kind(embedder, **{name: value}).fit(TITLES)


@both
def test_ids_of_an_embedder_with_ids_count(kind):
    embedder = small_product(max_epochs=0).fit(ID_SESSIONS)
    # Ids of `ID_SESSIONS` are titles.
    edited = [f"{title} zz qq" for title in TITLES]
    catalogue = pd.DataFrame({"title": edited, "sku": TITLES})
    index = kind(embedder, product="sku").fit(catalogue)
    vectors = embedder.transform(catalogue).astype(np.float64)
    blocks = embedder.encoder_.blocks
    kept = np.hstack([vectors[:, blocks[name]] for name in KINDS[kind]])
    units = kept / np.linalg.norm(kept, axis=1, keepdims=True)
    found = index.find_by_id(TITLES[:4], 3)
    for row, own in enumerate(TITLES[:4]):
        cosines = units[row] @ units.T
        best = [j for j in np.argsort(-cosines, kind="stable") if j != row][:3]
        mine = found[found["query"] == own]
        np.testing.assert_allclose(mine["similarity"], cosines[best], atol=1e-5)
    by_title = kind(embedder).fit(edited)
    same = np.allclose(index._units, by_title._units)
    assert same == ("products" not in KINDS[kind])


@both
def test_an_embedder_that_left_its_pinned_space_is_refused(kind, embedder):
    pinned = PinnedEmbedder(embedder)
    kind(pinned).fit(TITLES)
    pinned.fit()
    kind(pinned).fit(TITLES)
    pinned.estimator = fitted_embedder(random_state=5)
    with pytest.raises(ValueError, match="Vectors of another space"):
        kind(pinned).fit(TITLES)


@both
@pytest.mark.parametrize(
    "check",
    [
        estimator_checks.check_do_not_raise_errors_in_init_or_set_params,
        estimator_checks.check_estimator_cloneable,
        estimator_checks.check_estimator_repr,
        estimator_checks.check_estimator_tags_renamed,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_mixin_order,
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_set_params,
        estimator_checks.check_valid_tag_types,
    ],
    ids=lambda check: check.__name__,
)
def test_conformity(kind, check):
    check(kind.__name__, kind(FrozenEstimator(ProductEmbedder())))
