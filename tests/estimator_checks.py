"""Conformity checks for estimators of titles, after scikit-learn's own.

scikit-learn's `check_estimator` runs one check on estimators of strings. Here are those
of its checks that need no data, and the others written anew for titles. A check applies
to all estimators unless its name begins with the kind that it is for.
"""

import copy
import inspect
import pickle
import warnings
from dataclasses import dataclass
from functools import partial
from typing import Any

import joblib
import matcher_checks
import numpy as np
import pandas as pd
import polars as pl
import predictor_checks
import pyarrow as pa
import pytest
from interrupted import interrupted
from sklearn.base import BaseEstimator, clone, is_classifier, is_regressor
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.utils import estimator_checks as sklearn_checks
from sklearn.utils._param_validation import InvalidParameterError
from sklearn.utils.validation import check_is_fitted

from sklearn_prodemb._base.product_id_embedder import ProductIdEmbedder
from sklearn_prodemb._utils.plain_state import PlainStateMixin
from sklearn_prodemb.exceptions import InterruptedTrainingWarning

# Left out are checks that return at once where input is no 2-d array.
SKLEARN_CHECKS = [
    sklearn_checks.check_do_not_raise_errors_in_init_or_set_params,
    sklearn_checks.check_estimator_cloneable,
    sklearn_checks.check_estimator_repr,
    sklearn_checks.check_estimator_sparse_tag,
    sklearn_checks.check_estimator_tags_renamed,
    sklearn_checks.check_get_params_invariance,
    sklearn_checks.check_mixin_order,
    sklearn_checks.check_no_attributes_set_in_init,
    sklearn_checks.check_param_validation,
    sklearn_checks.check_parameters_default_constructible,
    sklearn_checks.check_set_params,
    sklearn_checks.check_valid_tag_types,
]
SKLEARN_TRANSFORMER_CHECKS = [
    sklearn_checks.check_get_feature_names_out_error,
    sklearn_checks.check_transformers_unfitted,
]
SKLEARN_PREDICTOR_CHECKS = [
    sklearn_checks.check_estimators_unfitted,
]


# "frames" is for embedders of frames; "by_title" for what makes the same of a title
# whatever the others are; "fits_titles" for transformers that learn from the titles
# that they transform.
KINDS = (
    "by_title",
    "frames",
    "transformer",
    "fits_titles",
    "predictor",
    "classifier",
    "regressor",
    "boosting",
    "matcher",
)


@dataclass(frozen=True)
class Case:
    """An unfitted estimator with a fixed random_state, and what it works on."""

    estimator: Any
    titles: list[str]
    labels: np.ndarray
    # What `fit` takes, where that is not the titles.
    fit_input: Any = None
    # Whether the titles serve as product ids, which may be anything that has a hash.
    takes_ids: bool = False
    # Whether sessions of one product are enough to learn from.
    fits_catalogues: bool = False

    @property
    def fits_titles(self):
        return self.fit_input is None

    @property
    def bad_input(self):
        if isinstance(self.estimator, ProductIdEmbedder):
            # Of two columns the second one holds product ids, which it may not know.
            of_two = ("2 dimensions", "2 columns")
            return [
                (bad, error, "two columns" if match.startswith(of_two) else match)
                for bad, error, match in BAD_TITLES
            ]
        return BAD_IDS if self.takes_ids else BAD_TITLES

    @property
    def nothing_to_see(self):
        """Titles without a word that the estimator can know."""
        return ["", "?!", "漢字"]

    @property
    def kinds(self):
        """The prefixes of checks that apply."""
        if is_classifier(self.estimator):
            return ["by_title", "predictor", "classifier"]
        if is_regressor(self.estimator):
            return ["by_title", "predictor", "regressor"]
        kinds = ["by_title", "transformer"]
        return [*kinds, "fits_titles"] if self.fits_titles else kinds

    def unfitted(self):
        return clone(self.estimator)

    def fit(self, estimator):
        if self.fits_titles:
            return estimator.fit(list(self.titles), self.labels)
        return estimator.fit(self.fit_input)

    def fitted(self):
        return self.fit(self.unfitted())

    def output(self, estimator, titles):
        """What the estimator makes of titles: vectors, probabilities or numbers."""
        methods = ("transform", "predict_proba", "predict")
        method = next(m for m in methods if hasattr(estimator, m))
        return getattr(estimator, method)(titles)

    def contained(self, make):
        """The titles in a container of a kind."""
        return make(self.titles)


class FrameCase(Case):
    """An embedder of a frame: its titles are a frame, which it learns from, too."""

    @property
    def kinds(self):
        return ["frames"]

    @property
    def bad_input(self):
        one_row = self.titles[:1]
        return [
            (3, TypeError, "is 3 of type int|got int"),
            (None, TypeError, "missing value|got NoneType"),
            ({"mesa": 1}, TypeError, "of type dict|got dict"),
            (one_row.assign(one=[{1}], two=[{1}]), (TypeError, ValueError), "column"),
        ]

    def contained(self, make):
        # Which frames are read is tested by the embedders' own tests.
        return self.titles


class JoinedCase(FrameCase):
    """An embedder of some columns of a frame, which may have others, too."""

    @property
    def bad_input(self):
        return super().bad_input[:-1]


class MatcherCase(Case):
    """A matcher of offers, whose labels are their groups."""

    @property
    def kinds(self):
        takes_classifiers = "estimator" in self.estimator.get_params()
        return ["matcher", "boosting"] if takes_classifiers else ["matcher"]

    @property
    def bad_input(self):
        # A frame of two columns is no bad one.
        return BAD_TITLES[:-1]


class PairCase(MatcherCase):
    """A matcher of pairs of offers: its titles are of shape (n_pairs, 2)."""

    @property
    def nothing_to_see(self):
        return np.array([["", "?!"], ["漢字", ""], ["漢字", "漢字"]], object)

    @property
    def bad_input(self):
        good = ["mesa", "silla"]
        sides = [
            (pair, error, match)
            for bad, error, match in super().bad_input
            for pair in ((bad, good), (good, bad))
        ]
        return [
            *sides,
            (good, ValueError, r"tuple \(left, right\)"),
            ((good, good[:1]), ValueError, "2 offers left and 1 right"),
        ]

    def contained(self, make):
        return tuple(make(side.tolist()) for side in self.titles.T)


def yield_checks(case):
    """Give every check that applies, each to be called with a name and the case."""
    own = SKLEARN_PREDICTOR_CHECKS
    if {"transformer", "frames"} & {*case.kinds}:
        own = SKLEARN_TRANSFORMER_CHECKS
    for check in SKLEARN_CHECKS + own:
        yield partial(_on_estimator, check)
    for scope in (globals(), vars(predictor_checks), vars(matcher_checks)):
        for name, check in list(scope.items()):
            if not name.startswith("check_") or check.__module__ != scope["__name__"]:
                continue
            kind = next((k for k in KINDS if name.startswith(f"check_{k}_")), None)
            if kind is None or kind in case.kinds:
                yield check


def parametrize_with_checks(cases):
    """Parametrise a test with (case, check), a dict of cases by name given."""
    return pytest.mark.parametrize(
        ("case", "check"),
        [
            pytest.param(case, check, id=f"{name}-{_name_of(check)}")
            for name, case in cases.items()
            for check in yield_checks(case)
        ],
    )


def _on_estimator(check, name, case):
    check(name, case.estimator)


def _name_of(check):
    check = check.args[0] if isinstance(check, partial) else check
    return getattr(check, "__wrapped__", check).__name__


# Fitting ----------------------------------------------------------------------


def check_scikit_learn_check_estimator(name, case):
    with pytest.warns(SkipTestWarning, match="Can't test estimator"):
        results = sklearn_checks.check_estimator(case.unfitted())
    assert [r["status"] for r in results] == ["passed"]


def check_methods_take_y(name, case):
    for method in ("fit", "partial_fit", "fit_transform"):
        if hasattr(case.estimator, method):
            parameters = inspect.signature(getattr(case.estimator, method)).parameters
            # Splitters call groups so, too.
            assert list(parameters)[:2] in (["X", "y"], ["X", "groups"]), method


def check_fit_returns_self_and_is_seen(name, case):
    estimator = case.unfitted()
    with pytest.raises(NotFittedError):
        check_is_fitted(estimator)
    assert case.fit(estimator) is estimator
    check_is_fitted(estimator)


def check_fit_keeps_parameters(name, case):
    estimator = case.unfitted()
    before = dict(vars(estimator))
    hashes = joblib.hash(estimator.get_params())
    after = vars(case.fit(estimator))
    assert all(after[key] is value for key, value in before.items())
    assert joblib.hash(estimator.get_params()) == hashes
    added = after.keys() - before.keys()
    assert all(key.startswith("_") or key.endswith("_") for key in added), added
    assert any(key.endswith("_") for key in added)


def check_fit_is_idempotent(name, case):
    estimator = case.fitted()
    vectors = case.output(estimator, case.titles).tobytes()
    state = joblib.hash(estimator.__getstate__())
    for again in (case.fit(estimator), case.fitted()):
        assert case.output(again, case.titles).tobytes() == vectors
        assert joblib.hash(again.__getstate__()) == state


def check_failed_fit_leaves_the_estimator_as_it_was(name, case):
    estimator = case.fitted()
    before = dict(vars(estimator))
    for bad, *_ in case.bad_input:
        if bad is None and case.fits_titles:
            continue
        is_catalogue = isinstance(bad, list) and isinstance(bad[0], list)
        if is_catalogue and case.fits_catalogues:
            continue
        with pytest.raises((TypeError, ValueError)):
            estimator.fit(bad, None)
        assert vars(estimator).keys() == before.keys(), bad
        assert all(vars(estimator)[k] is v for k, v in before.items()), bad


def check_ctrl_c_leaves_the_estimator_or_what_was_trained(name, case):
    estimator = case.fitted()
    before, state = dict(vars(estimator)), joblib.hash(estimator.__getstate__())
    for n_calls in (2, 60, 250, 1_000, 4_000):
        with warnings.catch_warnings(record=True) as caught:
            interrupted(n_calls, case.fit, estimator)
        if any(isinstance(w.message, InterruptedTrainingWarning) for w in caught):
            assert estimator.n_iter_ >= 1
            estimator.__dict__.update(before)
        # A fit that came to its end gives what it gave before.
        assert joblib.hash(estimator.__getstate__()) == state


def check_parameters_set_after_fit_are_validated(name, case):
    fitted = case.fitted()
    given = case.titles if case.fits_titles else case.fit_input
    methods = [m for m in ("fit", "partial_fit", "fit_transform") if hasattr(fitted, m)]
    for parameter, constraint in fitted._parameter_constraints.items():
        if constraint == "no_validation":
            continue
        broken = copy.copy(fitted).set_params(**{parameter: object()})
        before = dict(vars(broken))
        for method in methods:
            with pytest.raises(InvalidParameterError, match=f"'{parameter}' parameter"):
                getattr(broken, method)(given, case.labels)
        assert vars(broken) == before


def check_clone(name, case):
    estimator = case.fitted()
    copy = clone(estimator)
    with pytest.raises(NotFittedError):
        check_is_fitted(copy)
    assert vars(copy).keys() == vars(case.unfitted()).keys()
    params, cloned = estimator.get_params(), copy.get_params()
    assert joblib.hash(params) == joblib.hash(cloned)
    assert params.get("sessions") is cloned.get("sessions")


# Vectors and predictions ------------------------------------------------------


def check_transformer_shape_and_dtype(name, case):
    estimator = case.fitted()
    n_features = len(estimator.get_feature_names_out())
    for titles in (case.titles, case.titles[:1], []):
        vectors = estimator.transform(titles)
        assert type(vectors) is np.ndarray
        assert vectors.dtype == np.float32
        assert vectors.shape == (len(titles), n_features)
        assert np.isfinite(vectors).all()
    assert len(np.unique(estimator.transform(case.titles), axis=0)) > 1


def check_output_keeps_the_estimator(name, case):
    estimator = case.fitted()
    before = dict(vars(estimator))
    state = joblib.hash(estimator.__getstate__())
    case.output(estimator, case.titles)
    assert vars(estimator).keys() == before.keys()
    assert all(vars(estimator)[key] is value for key, value in before.items())
    assert joblib.hash(estimator.__getstate__()) == state


def check_by_title_output(name, case):
    estimator = case.fitted()
    titles = [*case.titles, "", "x" * 300, "?!", "漢字", "\ud800"]
    close = partial(np.testing.assert_allclose, rtol=0, atol=1e-6)
    vectors = case.output(estimator, titles)
    close(np.concatenate([case.output(estimator, [t]) for t in titles]), vectors)
    close(case.output(estimator, titles[::3]), vectors[::3])
    order = np.random.default_rng(0).permutation(len(titles))
    close(case.output(estimator, [titles[i] for i in order]), vectors[order])


def check_by_title_duplicates(name, case):
    estimator = case.fitted()
    titles = [case.titles[i] for i in (1, 0, 1, 1, 2, 0)]
    vectors = case.output(estimator, titles)
    distinct = case.output(estimator, case.titles[:3])
    np.testing.assert_allclose(vectors, distinct[[1, 0, 1, 1, 2, 0]], atol=1e-6)
    # A row that is shared would let a caller's change of one reach the others.
    vectors[0] = 7
    assert not (vectors[2] == 7).any()


def check_pickle_and_joblib(name, case):
    estimator = case.fitted()
    expected = case.output(estimator, case.titles).tobytes()
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(estimator, protocol))
        assert case.output(again, case.titles).tobytes() == expected
    unfitted = pickle.loads(pickle.dumps(case.unfitted()))
    assert case.output(case.fit(unfitted), case.titles).tobytes() == expected


def check_memory_maps(name, case, tmp_path):
    estimator = case.fitted()
    expected = case.output(estimator, case.titles).tobytes()
    joblib.dump(estimator, tmp_path / "first")
    mapped = joblib.load(tmp_path / "first", mmap_mode="r")
    if not list(_arrays(vars(estimator))):
        return
    assert any(type(a) is np.memmap for a in _arrays(vars(mapped)))
    assert case.output(mapped, case.titles).tobytes() == expected
    for again in (
        _through_joblib(mapped, tmp_path),
        pickle.loads(pickle.dumps(mapped)),
    ):
        public = {k: v for k, v in vars(again).items() if not k.startswith("_")}
        assert {type(a) for a in _arrays(public)} == {np.ndarray}
        assert case.output(again, case.titles).tobytes() == expected


def _through_joblib(estimator, folder):
    joblib.dump(estimator, folder / "second")
    return joblib.load(folder / "second")


def _arrays(value):
    if isinstance(value, PlainStateMixin):
        names = inspect.signature(type(value)).parameters
        value = {name: getattr(value, name) for name in names}
    if isinstance(value, BaseEstimator):
        value = vars(value)
    if isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _arrays(item)
    elif isinstance(value, np.ndarray):
        yield value


# Input ------------------------------------------------------------------------

CONTAINERS = {
    "list": list,
    "tuple": tuple,
    "ndarray of object": partial(np.array, dtype=object),
    "ndarray of str": np.array,
    "ndarray of one column": lambda t: np.array(t, object)[:, None],
    "pandas str": pd.Series,
    "pandas object": partial(pd.Series, dtype=object),
    "pandas string[pyarrow]": partial(pd.Series, dtype="string[pyarrow]"),
    "pandas arrow": partial(pd.Series, dtype=pd.ArrowDtype(pa.string())),
    "pandas category": partial(pd.Series, dtype="category"),
    "pandas Index": pd.Index,
    "pandas odd index": lambda t: pd.Series(t, index=range(len(t), 0, -1)),
    "pandas frame": lambda t: pd.DataFrame({"title": t}),
    "polars Series": pl.Series,
    "polars frame": lambda t: pl.DataFrame({"title": t}),
    "polars lazy frame": lambda t: pl.LazyFrame({"title": t}),
    "pyarrow Array": pa.array,
    "pyarrow ChunkedArray": lambda t: pa.chunked_array([t[:1], t[1:]], pa.string()),
    "pyarrow Table": lambda t: pa.table({"title": t}),
    "iterator": iter,
}


def check_containers(name, case):
    estimator = case.fitted()
    expected = case.output(estimator, case.titles)
    for kind, make in CONTAINERS.items():
        vectors = case.output(estimator, case.contained(make))
        np.testing.assert_array_equal(vectors, expected, err_msg=kind)


def check_input_is_not_changed(name, case):
    estimator = case.fitted()
    for kind in ("list", "ndarray of object", "pandas str", "pandas frame"):
        titles = case.contained(CONTAINERS[kind])
        before = joblib.hash(titles)
        case.output(estimator, titles)
        if case.fits_titles:
            estimator.fit(titles, case.labels)
        assert joblib.hash(titles) == before, kind
    if "frames" in case.kinds:
        return
    read_only = np.array(case.titles, object)
    read_only.flags.writeable = False
    case.output(estimator, read_only)


BAD_TITLES = [
    (None, TypeError, "NoneType"),
    (3, TypeError, "got int"),
    ({"mesa": 1}, TypeError, "got dict"),
    ({"mesa"}, TypeError, "got set"),
    ("mesa", ValueError, "one bare str"),
    (b"mesa", ValueError, "one bare bytes"),
    (["mesa", None], TypeError, r"position 1 of 2 is a missing value \(None\)"),
    (["mesa", np.nan], TypeError, r"position 1 of 2 is a missing value \(nan\)"),
    (["mesa", pd.NA], TypeError, r"position 1 of 2 is a missing value \(<NA>\)"),
    (pd.Series(["mesa", None]), TypeError, "position 1 of 2 is a missing value"),
    (pl.Series(["mesa", None]), TypeError, "position 1 of 2 is a missing value"),
    (pa.array(["mesa", None]), TypeError, "position 1 of 2 is a missing value"),
    (["mesa", "mesa", 3], TypeError, "position 2 of 3 is 3 of type int"),
    (np.array([1.5]), TypeError, "position 0 of 1 is 1.5 of type float"),
    (["mesa", b"mesa"], TypeError, "position 1 of 2 is bytes"),
    (["mesa", ["mesa"]], TypeError, r"position 1 of 2 is \['mesa'\] of type list"),
    ([["mesa"], ["silla"]], ValueError, "2-d"),
    (np.full((2, 2), "mesa"), ValueError, r"2 dimensions, shape \(2, 2\)"),
    (np.array("mesa"), ValueError, "1-dimensional"),
    (pd.DataFrame({"a": ["x"], "b": ["y"]}), ValueError, r"2 columns: \['a', 'b'\]"),
]


BAD_IDS = [
    *BAD_TITLES[:6],
    (["mesa", ["mesa"]], TypeError, r"position 1 of 2 is \['mesa'\] of type list"),
    (np.full((2, 4), "mesa"), ValueError, "2 dimensions|4 columns"),
    (np.array("mesa"), ValueError, "1-dimensional"),
]


def check_bad_titles(name, case):
    estimator = case.fitted()
    for titles, error, match in case.bad_input:
        with pytest.raises(error, match=match):
            case.output(estimator, titles)
        # `fit` may do without titles.
        if case.fits_titles and titles is not None:
            with pytest.raises(error, match=match):
                estimator.fit(titles, None)


def check_unfitted(name, case):
    estimator = case.unfitted()
    names = ("transform", "get_feature_names_out", "predict", "predict_proba")
    names += ("kneighbors_graph",)
    for method in [getattr(estimator, m) for m in names if hasattr(estimator, m)]:
        with pytest.raises(NotFittedError, match=f"This {name} instance is not fitted"):
            method(case.titles)


# Output and company -----------------------------------------------------------


def check_transformer_set_output(name, case):
    estimator = case.fitted()
    vectors, names = estimator.transform(case.titles), estimator.get_feature_names_out()
    assert names.dtype == object
    assert len(set(names)) == vectors.shape[1]
    assert all(n.startswith(name.lower()) for n in names)
    index = [f"row {i}" for i in range(len(case.titles))]
    frame = estimator.set_output(transform="pandas").transform(
        pd.Series(case.titles, index=index)
    )
    assert frame.index.tolist() == index
    assert frame.columns.tolist() == names.tolist()
    np.testing.assert_array_equal(frame.to_numpy(), vectors)
    assert estimator.transform(case.titles).index.tolist() == list(range(len(index)))
    frame = estimator.set_output(transform="polars").transform(case.titles)
    assert frame.columns == names.tolist()
    np.testing.assert_array_equal(frame.to_numpy(), vectors)
    estimator.set_output(transform="default")
    assert isinstance(estimator.transform(case.titles), np.ndarray)


def check_fits_titles_fit_transform(name, case):
    together = case.unfitted().fit_transform(case.titles, case.labels)
    assert together.tobytes() == case.fitted().transform(case.titles).tobytes()


def check_fit_takes_containers(name, case):
    if not case.fits_titles:
        return
    expected = case.output(case.fitted(), case.titles)
    for kind in ("tuple", "ndarray of str", "pandas frame", "polars Series"):
        titles = case.contained(CONTAINERS[kind])
        estimator = case.unfitted().fit(titles, case.labels)
        vectors = case.output(estimator, case.titles)
        np.testing.assert_array_equal(vectors, expected, err_msg=kind)


def _pipeline(case):
    head = LogisticRegression(solver="liblinear")
    return Pipeline([("titles", case.unfitted()), ("head", head)])


def check_fits_titles_pipeline(name, case):
    pipe = _pipeline(case).fit(case.titles, case.labels)
    vectors = case.fitted().transform(case.titles)
    head = LogisticRegression(solver="liblinear").fit(vectors, case.labels)
    np.testing.assert_array_equal(
        pipe.predict_proba(case.titles), head.predict_proba(vectors)
    )


def check_fits_titles_cross_validation(name, case):
    expected = cross_val_score(_pipeline(case), case.titles, case.labels, cv=2)
    scores = cross_val_score(_pipeline(case), case.titles, case.labels, cv=2, n_jobs=2)
    np.testing.assert_array_equal(scores, expected)


def check_fits_titles_feature_union(name, case):
    union = FeatureUnion([("a", case.unfitted()), ("b", case.unfitted())])
    vectors = case.fitted().transform(case.titles)
    both = union.fit(case.titles, case.labels).transform(case.titles)
    np.testing.assert_array_equal(both, np.hstack([vectors, vectors]))
    assert len(union.get_feature_names_out()) == both.shape[1]


def check_fits_titles_column_transformer(name, case):
    index = np.arange(len(case.titles)) * 2
    columns = {"title": case.titles, "price": np.arange(len(case.titles))}
    vectors = case.fitted().transform(case.titles)
    for frame in (pd.DataFrame(columns, index=index), pl.DataFrame(columns)):
        for selector in ("title", ["title"]):
            union = ColumnTransformer([("t", case.unfitted(), selector)])
            out = union.fit_transform(frame, case.labels)
            np.testing.assert_array_equal(out, vectors)
            np.testing.assert_array_equal(union.transform(frame), vectors)
            names = union.get_feature_names_out()
            assert len(names) == vectors.shape[1]
            assert names[0].startswith("t__")
    union = ColumnTransformer(
        [("t", case.unfitted(), "title")], remainder="passthrough"
    )
    union.set_output(transform="pandas")
    out = union.fit_transform(pd.DataFrame(columns, index=index), case.labels)
    assert out.index.tolist() == index.tolist()
    assert out["remainder__price"].tolist() == list(range(len(case.titles)))
