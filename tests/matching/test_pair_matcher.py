"""PairMatcher through its public methods."""

import joblib
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import cross_val_score
from small_offers import random_offers

from sklearn_prodemb.exceptions import InvalidFileError
from sklearn_prodemb.matching import PairMatcher
from sklearn_prodemb.matching._offers import read_offers

FAST = HistGradientBoostingClassifier(max_iter=20, random_state=0)


def pairs(seed, n_products=40):
    titles, _ = random_offers(n_products, seed=seed, n_offers=2)
    left, right = titles[::2], titles[1::2]
    y = np.arange(2 * n_products) < n_products
    return (left + left, right + right[1:] + right[:1]), y


X, Y = pairs(0)
NEW, NEW_Y = pairs(1)


@pytest.fixture(scope="module")
def matcher():
    return PairMatcher(estimator=FAST, random_state=0).fit(X, Y)


def test_new_pairs_are_told_apart(matcher):
    assert matcher.score(NEW, NEW_Y) > 0.9
    probabilities = matcher.predict_proba(NEW)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    is_same = probabilities[:, 1] >= matcher.threshold_
    np.testing.assert_array_equal(matcher.predict(NEW), is_same)
    assert matcher.classes_.tolist() == [False, True]
    assert len(matcher.pair_feature_names_) > 10


def test_pairs_of_frames_and_of_an_array(matcher):
    array = np.array(list(zip(*NEW, strict=True)), object)
    np.testing.assert_array_equal(
        matcher.predict_proba(array), matcher.predict_proba(NEW)
    )
    frames = tuple(pd.DataFrame({"name": side, "price": 1.0}) for side in X)
    fitted = clone(matcher).fit(frames, Y)
    assert fitted.columns_ == {"name": "text", "price": "number"}
    assert fitted.score(frames, Y) > 0.9
    assert matcher.predict(([], [])).shape == (0,)


def test_labels_of_any_kind(matcher):
    named = np.where(Y, "same", "other")
    fitted = clone(matcher).fit(X, named)
    assert set(fitted.predict(NEW)) == {"same", "other"}


def test_cross_validation_cuts_an_array(matcher):
    array = np.array(list(zip(*X, strict=True)), object)
    assert cross_val_score(matcher, array, Y, cv=3).min() > 0.7


@pytest.mark.parametrize(
    ("pairs", "y", "says"),
    [
        ((["a"], ["b", "c"]), [1], "1 offers left and 2 right"),
        ((["a", "b"], ["b", "c"]), [1, 1], "one class"),
        ((["a", "b", "c"], ["b", "c", "d"]), [0, 1, 2], "holds 3"),
        ((["a", "b"], ["b", "c"]), [1], "y"),
        (["a", "b"], [0, 1], "tuple"),
        (("a", "b"), [0], "bare str"),
        ((["", ""], ["", "?"]), [0, 1], "any text left"),
    ],
)
def test_what_fit_refuses(pairs, y, says):
    with pytest.raises(ValueError, match=says):
        PairMatcher().fit(pairs, y)


def test_both_sides_have_the_same_columns():
    left = pd.DataFrame({"name": ["a", "b"], "price": 1.0})
    with pytest.raises(ValueError, match=r"right side of X .* as on the left side"):
        PairMatcher().fit((left, left[["name"]]), [0, 1])


def test_titles_must_be_str():
    with pytest.raises(TypeError, match=r"right side of X .* position 1"):
        PairMatcher().fit((["a", "b"], ["c", None]), [0, 1])


def test_threshold_is_tuned_or_given(matcher):
    assert 0 < matcher.threshold_ < 1
    sure = clone(matcher).set_params(threshold=1.0).fit(X, Y)
    assert sure.threshold_ == 1.0
    assert not sure.predict(NEW).any()
    few = clone(matcher).fit((X[0][38:42], X[1][38:42]), Y[38:42])
    assert few.threshold_ == 0.5  # too few pairs to try others


def test_pickles(matcher, tmp_path):
    joblib.dump(matcher, tmp_path / "matcher")
    loaded = joblib.load(tmp_path / "matcher")
    np.testing.assert_array_equal(loaded.predict_proba(NEW), matcher.predict_proba(NEW))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("columns_", {"title": "hash"}),
        ("classes_", np.arange(3)),
        ("pair_feature_names_", ["words"]),
        ("left_offers_", read_offers(pd.DataFrame({"title": ["a"], "n": [1.0]}))),
        ("right_offers_", read_offers(pd.DataFrame({"name": ["a"]}))),
        ("estimator_", None),
    ],
)
def test_save_refuses_what_does_not_fit_together(name, value, tmp_path):
    matcher = PairMatcher(random_state=0).fit(X, Y)
    matcher.save(tmp_path / "file")
    setattr(matcher, name, value)
    with pytest.raises(InvalidFileError, match="PairMatcher"):
        matcher.save(tmp_path / "file")


def test_save_refuses_hashes_of_two_lengths_and_offers_without_text(tmp_path):
    frames = tuple(pd.DataFrame({"name": side, "hash": "00ff"}) for side in X)
    matcher = PairMatcher(random_state=0).fit(frames, Y)
    matcher.save(tmp_path / "file")
    matcher.right_offers_.bits["hash"] = matcher.right_offers_.bits["hash"][:, :8]
    with pytest.raises(InvalidFileError, match="16 bits or numbers here and 8"):
        matcher.save(tmp_path / "file")
    nothing = read_offers(pd.DataFrame({"name": ["?"], "hash": ["00"]}))
    matcher.left_offers_ = matcher.right_offers_ = nothing
    with pytest.raises(InvalidFileError, match="left_offers_ has no text"):
        matcher.save(tmp_path / "file")


def test_sparse_input_is_refused():
    with pytest.raises(TypeError, match="sparse input is not supported"):
        PairMatcher().fit(sparse.csr_array((2, 2)), [0, 1])
