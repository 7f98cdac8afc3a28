"""A frame and sessions in, vectors out: what all embedders of frames keep."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from record import Record
from sklearn.base import clone
from sklearn.callback import ProgressBar
from sklearn.compose import ColumnTransformer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from small_pictures import (
    ATTRIBUTES,
    IS_RED,
    PRODUCTS,
    SESSIONS,
    Counting,
    mean_colours,
    sessions_of,
)

from sklearn_prodemb.multimodal import (
    AttributeEmbedder,
    ImageEmbedder,
    SiameseImageEmbedder,
)

SEEDED = {"n_components": 4, "random_state": 0}
OF_PICTURES = [
    ImageEmbedder(mean_colours, **SEEDED),
    SiameseImageEmbedder(mean_colours, embedding_dim=4, max_epochs=2, random_state=0),
]
EMBEDDERS = [
    pytest.param(AttributeEmbedder(**SEEDED), ATTRIBUTES, id="attributes"),
    pytest.param(OF_PICTURES[0], PRODUCTS, id="pictures"),
    pytest.param(OF_PICTURES[1], PRODUCTS, id="siamese"),
]
of_all = pytest.mark.parametrize(("embedder", "frame"), EMBEDDERS)


@of_all
def test_three_routes_of_sessions(embedder, frame):
    expected = clone(embedder).fit(frame, sessions=SESSIONS).transform(frame)
    of_parameter = clone(embedder).set_params(sessions=SESSIONS)
    fitted = clone(embedder).fit(frame, sessions=SESSIONS)
    pipe = make_pipeline(clone(embedder))
    step = pipe.steps[0][0]
    for found in (
        of_parameter.fit(frame).transform(frame),
        of_parameter.fit_transform(frame),
        clone(embedder).fit_transform(frame, sessions=SESSIONS),
        pipe.fit(frame, **{f"{step}__sessions": SESSIONS}).transform(frame),
        make_pipeline(FrozenEstimator(fitted)).fit(frame).transform(frame),
    ):
        assert found.tobytes() == expected.tobytes()
    # What `fit` gets goes before.
    other = clone(embedder).set_params(sessions=sessions_of([[0, 2], [1, 3]]))
    assert other.fit(frame, sessions=SESSIONS).n_linked_ == fitted.n_linked_ == 40
    assert other.fit(frame).n_linked_ == 4


@of_all
def test_equal_seeds_give_equal_bytes(embedder, frame):
    expected = clone(embedder).fit_transform(frame, sessions=SESSIONS)
    again = clone(embedder).fit_transform(frame, sessions=SESSIONS)
    assert again.tobytes() == expected.tobytes()


@of_all
def test_columns_in_any_order_and_without_ids(embedder, frame):
    embedder = clone(embedder).fit(frame, sessions=SESSIONS)
    expected = embedder.transform(frame)
    for given in (
        frame[frame.columns[::-1]],
        frame.drop(columns="product_id"),
        frame.set_index(np.zeros(40)),
        frame.assign(product_id="anything"),
    ):
        assert embedder.transform(given).tobytes() == expected.tobytes()
    np.testing.assert_allclose(embedder.transform(frame[5:9]), expected[5:9], atol=1e-6)
    assert embedder.transform(frame[:0]).shape == (0, 4)
    with pytest.raises(ValueError, match="price"):
        embedder.transform(frame.assign(price=1))


def test_frames_of_other_libraries():
    embedder = AttributeEmbedder(**SEEDED, sessions=SESSIONS).fit(ATTRIBUTES)
    expected = embedder.transform(ATTRIBUTES).tobytes()
    plain = ATTRIBUTES.astype(object).where(ATTRIBUTES.notna(), None)
    columns = {name: plain[name].tolist() for name in plain.columns}
    for make in (pl.DataFrame, pl.LazyFrame, pa.table):
        found = clone(embedder).fit(make(columns)).transform(make(columns))
        assert found.tobytes() == expected


@of_all
def test_other_ids_and_another_name_of_their_column(embedder, frame):
    expected = clone(embedder).fit_transform(frame, sessions=SESSIONS)
    renamed = frame.rename(columns={"product_id": "sku"})
    embedder = clone(embedder).set_params(product="sku")
    found = embedder.fit(renamed, sessions=SESSIONS).transform(renamed)
    assert found.tobytes() == expected.tobytes()
    renamed["sku"] = renamed["sku"].astype(float)
    assert embedder.fit(renamed, sessions=SESSIONS).n_linked_ == 40


BAD = [
    (lambda f: f.to_numpy(), SESSIONS, TypeError, "X must be a data frame with a col"),
    (lambda f: SESSIONS, None, TypeError, r"but is Sessions: call .*\.fit\(X, sess"),
    (lambda f: f, None, ValueError, r"(?s)learns from browsing sessions.*fit\(X, ses"),
    (lambda f: f, [[1, 2]], TypeError, "must be a Sessions object, got list"),
    (lambda f: f, sessions_of([[0, 1]], None), ValueError, "have no product ids"),
    (lambda f: f, sessions_of([[0], [1]]), ValueError, "two distinct product ids"),
    (lambda f: f, sessions_of([["0", "1"]]), ValueError, "type int, .* type str"),
    (lambda f: f.drop(columns="product_id"), SESSIONS, ValueError, "is no column of X"),
    (lambda f: f[:0], SESSIONS, ValueError, "has no row"),
    (
        lambda f: f.assign(product_id=[*range(39), None]),
        SESSIONS,
        ValueError,
        "Row 39 of column 'product_id' has no product id",
    ),
    (
        lambda f: f.assign(product_id=[*range(39), (3,)]),
        SESSIONS,
        TypeError,
        "An id of 'product_id' must be .*row 39",
    ),
    (lambda f: f[["product_id"]], SESSIONS, ValueError, "must h|must have one column"),
]


@of_all
@pytest.mark.parametrize(("change", "sessions", "error", "message"), BAD)
def test_what_fit_refuses(embedder, frame, change, sessions, error, message):
    counting = Counting()
    fitted = clone(embedder).fit(frame, sessions=SESSIONS)
    if "backbone" in fitted.get_params():
        fitted.set_params(backbone=counting)
    before = dict(vars(fitted))
    for method in (fitted.fit, fitted.fit_transform):
        with pytest.raises(error, match=message):
            method(change(frame), sessions=sessions)
    assert vars(fitted).keys() == before.keys()
    assert all(vars(fitted)[key] is value for key, value in before.items())
    assert not counting.calls


@of_all
def test_no_linked_product_has_data(embedder, frame):
    sessions = sessions_of([[0, 1], [1, 0]])
    column = frame.columns[1]
    data = frame[["product_id", column]].astype(object)
    data.loc[:1, column] = None
    with pytest.raises(ValueError, match="No product that is in a session has a"):
        embedder.fit(data, sessions=sessions)
    data[column] = None
    with pytest.raises(ValueError, match=r"there is nothing|has no value"):
        embedder.fit(data, sessions=sessions)


@of_all
def test_what_is_missing_has_zeros(embedder, frame):
    embedder = clone(embedder).fit(frame, sessions=SESSIONS)
    gone = frame.astype(object).copy()
    gone.loc[[3, 5], frame.columns[1:]] = None
    vectors = embedder.transform(gone)
    assert np.flatnonzero(~vectors.any(axis=1)).tolist() == [3, 5]
    trained = clone(embedder).fit(gone, sessions=SESSIONS)
    assert trained.n_linked_ == 38
    assert not trained.transform(gone)[[3, 5]].any()


@of_all
def test_set_output(embedder, frame):
    embedder = clone(embedder).set_params(sessions=SESSIONS)
    expected = embedder.fit(frame).transform(frame)
    names = embedder.get_feature_names_out().tolist()
    assert names[0] == f"{type(embedder).__name__.lower()}0"
    odd = frame.set_index(pd.Index(range(40, 0, -1)))
    for found in (
        embedder.set_output(transform="pandas").transform(odd),
        embedder.fit_transform(odd),
    ):
        assert found.columns.tolist() == names
        assert found.index.tolist() == odd.index.tolist()
        np.testing.assert_array_equal(found.to_numpy(), expected)
    polars = embedder.set_output(transform="polars").transform(frame)
    np.testing.assert_array_equal(polars.to_numpy(), expected)


@of_all
def test_column_transformer_and_grid_search(embedder, frame):
    embedder = clone(embedder).set_params(sessions=SESSIONS)
    expected = clone(embedder).fit(frame).transform(frame)
    wide = frame.assign(price=1.0)
    columns = ColumnTransformer([("vectors", embedder, frame.columns.tolist())])
    np.testing.assert_array_equal(columns.fit_transform(wide), expected)
    np.testing.assert_array_equal(columns.transform(wide), expected)
    assert len(columns.get_feature_names_out()) == 4
    pipe = Pipeline([("vectors", embedder), ("head", LogisticRegression())])
    grid = {"vectors__max_session_length": [2, None]}
    search = GridSearchCV(pipe, grid, cv=2).fit(frame, IS_RED)
    assert search.best_score_ > 0.9


@of_all
def test_callbacks(embedder, frame):
    record = Record()
    record.on_fit_task_end = lambda estimator, context, *, fitted_estimator=None: (
        record.ended.append(context.task_name)
    )
    clone(embedder).set_callbacks(record).fit(frame, sessions=SESSIONS)
    assert record.begun[0] == record.ended[-1] == "fit"
    assert sorted(record.begun) == sorted(record.ended)
    assert len(record.begun) > 3
    pytest.importorskip("rich", reason="needs rich")
    clone(embedder).set_callbacks(ProgressBar()).fit(frame, sessions=SESSIONS)


@of_all
def test_verbose(embedder, frame, capsys):
    clone(embedder).set_params(verbose=True).fit(frame, sessions=SESSIONS)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 3
    assert all(line.startswith(f"[{type(embedder).__name__}] ") for line in lines)
