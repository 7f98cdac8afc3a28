"""MultiModalEmbedder through its public methods."""

import pickle

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from estimator_checks import SKLEARN_CHECKS, SKLEARN_TRANSFORMER_CHECKS
from interrupted import interrupted
from sklearn import config_context
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    Normalizer,
    OneHotEncoder,
    normalize,
)

import sklearn_prodemb
from sklearn_prodemb import Sessions, SpectralEmbedder
from sklearn_prodemb.exceptions import InvalidFileError
from sklearn_prodemb.multimodal import (
    AttributeAutoencoder,
    AttributeEmbedder,
    ClickEmbedder,
    ImageFeatures,
    MultiModalEmbedder,
)

RNG = np.random.default_rng(0)
N = 90
KIND = np.arange(N) % 6
FRAME = pd.DataFrame(
    {
        "product_id": np.arange(N) + 100,
        "title": [f"word{k} thing{i % 13}" for i, k in enumerate(KIND)],
        "type": [f"type {kind}" for kind in KIND],
        "colour": RNG.choice(["red", "blue"], N),
    }
)
VISITS = np.repeat(np.arange(400), 3)
SEEN = RNG.integers(N // 6, size=1_200) * 6 + RNG.integers(6, size=400)[VISITS]
LOG = FRAME.iloc[SEEN].assign(visit=VISITS)
SESSIONS = Sessions.from_frame(
    LOG, session="visit", title="title", product="product_id"
)
HOLES = FRAME.assign(
    title=FRAME["title"].where(np.arange(N) % 4 > 0, None),
    type=FRAME["type"].where(np.arange(N) % 5 > 0, None),
    colour=FRAME["colour"].where(np.arange(N) % 5 > 0, None),
)


def parts(width=16):
    return [
        (
            "title",
            SpectralEmbedder(normalizer="en", n_components=width, random_state=0),
            "title",
        ),
        (
            "attributes",
            AttributeEmbedder(n_components=width, random_state=0),
            ["product_id", "type", "colour"],
        ),
        (
            "clicks",
            ClickEmbedder(n_components=width, handle_unknown="ignore", random_state=0),
            "product_id",
        ),
    ]


def unfitted(**params):
    return MultiModalEmbedder(
        parts(), **{"sessions": SESSIONS, "random_state": 0, **params}
    )


@pytest.fixture(scope="module")
def embedder():
    return unfitted().fit(FRAME)


@pytest.mark.parametrize("check", SKLEARN_CHECKS + SKLEARN_TRANSFORMER_CHECKS)
def test_conformity(check):
    check("MultiModalEmbedder", unfitted())


def test_vectors_are_those_of_the_embedders_side_by_side(embedder):
    vectors = embedder.transform(FRAME)
    assert vectors.dtype == np.float32
    expected = [
        part.fit(FRAME[columns], sessions=SESSIONS).transform(FRAME[columns])
        for _, part, columns in parts()
    ]
    np.testing.assert_array_equal(vectors, np.hstack(expected))
    np.testing.assert_array_equal(unfitted().fit_transform(FRAME), vectors)
    assert embedder.widths_ == {"title": 16, "attributes": 16, "clicks": 16}
    assert embedder.feature_names_in_.tolist() == list(FRAME.columns[[1, 0, 2, 3]])
    names = embedder.get_feature_names_out()
    assert names[[0, 16, 47]].tolist() == ["title__0", "attributes__0", "clicks__15"]


def test_weights_and_sums(embedder):
    one, two, three = np.split(embedder.transform(FRAME), 3, axis=1)
    weights = {"title": 0.5, "clicks": 2}
    side_by_side = unfitted(weights=weights).fit_transform(FRAME)
    np.testing.assert_array_equal(
        side_by_side, np.hstack([np.float32(0.5) * one, two, np.float32(2) * three])
    )
    summed = unfitted(weights=weights, combine="sum").fit(FRAME)
    np.testing.assert_allclose(
        summed.transform(FRAME), 0.5 * one + two + 2 * three, atol=1e-6
    )
    assert summed.get_feature_names_out()[-1] == "sum__15"
    assert summed.weights_ == {"title": 0.5, "attributes": 1.0, "clicks": 2.0}


def test_a_product_that_lacks_a_part_has_zeros_there(embedder):
    whole = embedder.transform(FRAME)
    vectors = embedder.transform(HOLES)
    expected = whole.copy()
    expected[::4, :16] = 0
    expected[::5, 16:32] = 0
    np.testing.assert_array_equal(vectors, expected)
    nothing = FRAME[:2].assign(title=None, type=None, colour=None, product_id=[-1, -2])
    assert not embedder.transform(nothing).any()
    # Products that lack a part do not keep others from learning it.
    again = unfitted().fit(HOLES)
    np.testing.assert_array_equal(
        again.transform(HOLES), unfitted().fit_transform(HOLES)
    )
    assert again.transform(HOLES)[0, :16].sum() == 0


def test_frames_and_orders(embedder):
    vectors = embedder.transform(HOLES)
    plain = HOLES.astype(object).where(HOLES.notna(), None)
    polars = pl.DataFrame({name: plain[name].tolist() for name in HOLES.columns[::-1]})
    for frame in (polars, polars.lazy(), polars.to_arrow(), HOLES.assign(more=1)):
        np.testing.assert_array_equal(embedder.transform(frame), vectors)
    odd = HOLES.set_index(np.zeros(N))
    np.testing.assert_array_equal(embedder.transform(odd), vectors)
    np.testing.assert_array_equal(embedder.transform(HOLES[5:9]), vectors[5:9])
    fitted = unfitted().fit(polars)
    np.testing.assert_array_equal(
        fitted.transform(polars), unfitted().fit_transform(HOLES)
    )


def test_weights_are_found_by_session_mates():
    noise = FunctionTransformer(
        lambda ids: (
            50 * np.random.default_rng(0).normal(size=(1_000, 16))[np.ravel(ids)]
        )
    )
    found = MultiModalEmbedder(
        [*parts(), ("noise", noise, "product_id")],
        weights="auto",
        product="product_id",
        sessions=SESSIONS,
        random_state=0,
    ).fit(FRAME)
    lengths = dict(
        zip(
            found.widths_,
            [
                np.linalg.norm(v, axis=1).mean()
                for v in np.split(found.transform(FRAME), 4, axis=1)
            ],
            strict=True,
        )
    )
    assert lengths["noise"] < 0.5 * max(lengths.values())
    again = clone(found).fit(FRAME)
    assert again.weights_ == found.weights_


def test_three_ways_for_sessions(embedder):
    expected = embedder.transform(FRAME)
    bare = MultiModalEmbedder(parts())
    given = clone(bare).fit(FRAME, sessions=SESSIONS)
    own = MultiModalEmbedder(
        [
            (name, clone(part).set_params(sessions=SESSIONS), c)
            for name, part, c in parts()
        ]
    ).fit(FRAME)
    frozen = FrozenEstimator(embedder).fit(FRAME, None)
    step = Pipeline([("emb", clone(bare)), ("lr", LogisticRegression())])
    step.fit(FRAME, KIND, emb__sessions=SESSIONS)
    for fitted in (given, own, frozen, step[0]):
        np.testing.assert_array_equal(fitted.transform(FRAME), expected)
    with pytest.raises(ValueError, match="learns from browsing sessions"):
        bare.fit(FRAME)


def test_in_pipelines_and_searches():
    model = make_pipeline(unfitted(), LogisticRegression(max_iter=500))
    assert model.fit(HOLES, KIND).score(HOLES, KIND) > 0.9
    search = GridSearchCV(
        model,
        {
            "multimodalembedder__weights": [None, {"clicks": 0}],
            "multimodalembedder__attributes__alpha": [0.1, 1.0],
        },
        cv=2,
        error_score="raise",
    ).fit(FRAME, KIND == 2)
    assert len(search.cv_results_["params"]) == 4
    inner = ColumnTransformer([("all", unfitted(), list(FRAME.columns))])
    assert inner.fit_transform(FRAME).shape == (N, 48)
    assert "attributes" in unfitted()._repr_html_()
    frame = unfitted().set_output(transform="pandas").fit_transform(FRAME)
    assert frame.columns[0] == "title__0"


def test_parameters_of_parts():
    embedder = unfitted()
    embedder.set_params(title__n_components=8, clicks=ClickEmbedder(n_components=4))
    assert embedder.get_params()["title__n_components"] == 8
    assert [row[2] for row in embedder.embedders] == [row[2] for row in parts()]
    assert embedder.embedders[2][1].n_components == 4


def test_other_embedders(tmp_path):
    takes_y = FunctionTransformer(lambda ids: np.array(ids)[:, None] / 1_000)
    mixed = MultiModalEmbedder(
        [
            ("one-hot", OneHotEncoder(sparse_output=False), ["type"]),
            ("number", takes_y, "product_id"),
        ]
    ).fit(FRAME, KIND)
    assert mixed.transform(FRAME).shape == (N, 7)
    with pytest.raises(InvalidFileError, match=r"joblib\.dump"):
        mixed.save(tmp_path / "file")
    words = MultiModalEmbedder([("words", TfidfVectorizer(), "title")])
    with pytest.raises(TypeError, match="'words' gives sparse vectors"):
        words.fit(FRAME)


@pytest.mark.parametrize("weights", [None, {"title": 0.25}, "auto"])
@pytest.mark.parametrize("combine", ["concat", "sum"])
def test_files(weights, combine, tmp_path):
    embedder = unfitted(weights=weights, combine=combine, product="product_id")
    embedder.fit(FRAME)
    expected = embedder.transform(HOLES).tobytes()
    embedder.save(tmp_path / "file")
    loaded = sklearn_prodemb.load(tmp_path / "file")
    joblib.dump(embedder, tmp_path / "joblib")
    mapped = joblib.load(tmp_path / "joblib", mmap_mode="r")
    for again in (loaded, mapped, pickle.loads(pickle.dumps(embedder))):
        assert again.transform(HOLES).tobytes() == expected
        # What was saved can be fitted anew, but has no sessions.
        assert again.sessions is None
        refitted = clone(again).fit(FRAME, sessions=SESSIONS)
        assert refitted.transform(HOLES).tobytes() == expected
    # Unfitted and fitted embedders are not written twice.
    assert (tmp_path / "joblib").stat().st_size < 2e5
    assert embedder.sessions is SESSIONS


def test_bad_embedders():
    title = SpectralEmbedder()
    for embedders, error, match in (
        ([], ValueError, "embedders is empty"),
        ([("a", title)], TypeError, "Element 0 of embedders"),
        ([(1, title, "title")], TypeError, "Element 0 of embedders"),
        ([("a", SpectralEmbedder, "title")], TypeError, "'a' must be an object"),
        ([("a", title, 3)], TypeError, "Element 0 of embedders"),
        ([("a", title, [])], TypeError, "Element 0 of embedders"),
        (
            [("a", title, "title"), ("b", 3, "title")],
            TypeError,
            "'b' must be an object",
        ),
        ([("a", title, "title")] * 2, ValueError, "not unique"),
        ([("a__b", title, "title")], ValueError, "__"),
        ([("a", title, "name")], ValueError, r"\['name'\] of embedder 'a'"),
    ):
        with pytest.raises(error, match=match):
            MultiModalEmbedder(embedders, sessions=SESSIONS).fit(FRAME)


class Told(SpectralEmbedder):
    """It must not be reached."""

    def fit(self, X, y=None, *, sessions=None):
        raise AssertionError("something slow began")


def test_bad_weights_and_frames_are_told_before_anything_slow():
    slow = MultiModalEmbedder([("a", Told(), "title")], sessions=SESSIONS)
    for params, match in (
        (
            {"weights": {"b": 1.0}},
            r"weights has \['b'\], but the embedders are \['a'\]",
        ),
        ({"weights": {"a": -1.0}}, "weight of 'a' must be a number from 0 to 1e"),
        ({"weights": {"a": np.nan}}, "weight of 'a'"),
        ({"weights": {"a": "1"}}, "weight of 'a'"),
        ({"weights": "auto"}, "needs the column of product ids"),
        ({"weights": "auto", "product": "nr"}, "product='nr' is none of"),
        ({"weights": "best"}, "'weights' parameter"),
        ({"combine": "mean"}, "'combine' parameter"),
        (
            {"weights": "auto", "product": "product_id", "sessions": None},
            "needs sessions with product ids, but there are no sessions",
        ),
        (
            {
                "weights": "auto",
                "product": "product_id",
                "sessions": Sessions.from_lists([["a", "b"]]),
            },
            "sessions without ids",
        ),
    ):
        with pytest.raises(ValueError, match=match):
            clone(slow).set_params(**params).fit(FRAME)
    with pytest.raises(ValueError, match="No product of X has what embedder 'a'"):
        slow.fit(FRAME.assign(title=None))
    for bad, error in ((["a"], TypeError), (None, TypeError), (FRAME[:0], ValueError)):
        with pytest.raises(error, match="X"):
            slow.fit(bad)


def test_bad_vectors(embedder):
    class Grows(FunctionTransformer):
        width = 2

        def transform(self, X):
            return np.ones((len(X), self.width))

    grows = MultiModalEmbedder([("g", Grows(), "title")]).fit(FRAME)
    grows.embedders_[0][1].width = 3
    with pytest.raises(ValueError, match="'g' gives 3 columns, but gave 2"):
        grows.transform(FRAME)
    holes = FunctionTransformer(
        lambda x: np.where(np.arange(len(x)) == 3, np.nan, 1)[:, None]
    )
    with pytest.raises(
        ValueError, match="'n' gives numbers that are not finite as float32 for row 3"
    ):
        MultiModalEmbedder([("n", holes, "title")]).fit_transform(FRAME)
    short = FunctionTransformer(lambda x: np.ones((1, 2)))
    with pytest.raises(ValueError, match="'s' must give 90 vectors"):
        MultiModalEmbedder([("s", short, "title")]).fit_transform(FRAME)
    uneven = [
        *parts()[:1],
        ("more", AttributeAutoencoder(embedding_dim=4, random_state=0), ["type"]),
    ]
    with pytest.raises(ValueError, match=r"one length.*'title': 16, 'more': 4"):
        MultiModalEmbedder(uneven, combine="sum", sessions=SESSIONS).fit(FRAME)


def test_a_failed_fit_leaves_the_estimator_as_it_was(embedder):
    before = dict(vars(embedder))
    for bad in (
        None,
        FRAME[:0],
        FRAME.drop(columns="type"),
        FRAME.assign(product_id=None),
    ):
        with pytest.raises((TypeError, ValueError)):
            embedder.fit(bad)
    for n_calls in (300, 3_000):
        interrupted(n_calls, embedder.fit, FRAME)
        assert vars(embedder).keys() == before.keys()
    embedder.__dict__.update(before)
    with pytest.raises(NotFittedError):
        unfitted().transform(FRAME)


def test_verbose_prints(capsys):
    unfitted(verbose=True).fit(FRAME)
    assert "[MultiModalEmbedder] clicks, " in capsys.readouterr().out


def test_errors_of_parts_name_them_and_the_rows_of_x():
    def colours(pictures):
        return np.ones((len(pictures), 3))

    images = MultiModalEmbedder([("picture", ImageFeatures(colours), "picture")])
    white = np.full((2, 2, 3), 255, np.uint8)
    cells = [white, None, None, white, "https://x.org/a.jpg"]
    frame = pd.DataFrame({"picture": pd.Series(cells, dtype=object)})
    with pytest.raises(ValueError, match=r"^Embedder 'picture': Row 4 of X is a URL"):
        images.fit(frame)
    fitted = images.fit(frame[:4])
    with pytest.raises(ValueError, match=r"^Embedder 'picture': Row 4 of X is a URL"):
        fitted.transform(frame)
    ids = MultiModalEmbedder(parts()[1:2], sessions=SESSIONS)
    holes = FRAME.assign(product_id=FRAME["product_id"].where(FRAME.index != 7))
    holes.loc[:3, ["product_id", "type", "colour"]] = None
    with pytest.raises(ValueError, match="'attributes': Row 7 of column 'product_id'"):
        ids.fit(holes)


def test_no_product(embedder):
    for empty in (FRAME[:0], pl.DataFrame(FRAME.to_dict("list"))[:0]):
        assert embedder.transform(empty).shape == (0, 48)


def test_embedders_of_frames_need_no_ids_for_new_products(embedder):
    attributes = MultiModalEmbedder(parts()[:2], sessions=SESSIONS).fit(FRAME)
    expected = attributes.transform(FRAME)
    without = FRAME.drop(columns="product_id")
    np.testing.assert_array_equal(attributes.transform(without), expected)
    with pytest.raises(ValueError, match=r"\['product_id'\] of embedder 'clicks'"):
        embedder.transform(without)


def test_sessions_of_a_part_go_before_those_of_all():
    some = SESSIONS.split(0.5, random_state=0)[0]
    clicks = ClickEmbedder(n_components=4, handle_unknown="ignore", random_state=0)
    expected = clone(clicks).fit(some).transform(FRAME["product_id"])
    own = clone(clicks).set_params(sessions=some)
    joined = MultiModalEmbedder([("clicks", own, "product_id")], sessions=SESSIONS)
    np.testing.assert_array_equal(joined.fit_transform(FRAME), expected)


@pytest.mark.parametrize("routing", [False, True])
def test_steps_of_a_pipeline_get_sessions(routing):
    title = SpectralEmbedder(normalizer="en", n_components=8, random_state=0)
    expected = normalize(clone(title).fit(SESSIONS).transform(FRAME["title"]))
    steps = make_pipeline(title, Normalizer())
    joined = MultiModalEmbedder([("title", steps, "title")], sessions=SESSIONS)
    with config_context(enable_metadata_routing=routing):
        found = joined.fit(FRAME).transform(FRAME)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_missing_and_repeated_ids_change_no_weights():
    def weights(frame):
        whole = MultiModalEmbedder(
            [parts()[0], parts()[2]],
            weights="auto",
            product="product_id",
            sessions=SESSIONS,
            random_state=0,
        )
        return whole.fit(frame).weights_

    more = FRAME[:2].assign(title="x", product_id=None)
    assert weights(pd.concat([FRAME, more])) == weights(FRAME)
    again = FRAME[:9].assign(title="something else")
    assert weights(pd.concat([FRAME, again])) == weights(FRAME)


def test_auto_needs_sessions_enough_of_these_products():
    auto = unfitted(weights="auto", product="product_id")
    with pytest.raises(ValueError, match="None of the 90 product ids"):
        auto.fit(FRAME.assign(product_id=FRAME["product_id"].astype(str)))
    few = SESSIONS.split(0.97, random_state=0)[0]
    with pytest.raises(ValueError, match="needs 20, but there are 12: give weights"):
        auto.fit(FRAME, sessions=few)


def test_numbers_that_float32_cannot_hold():
    large = FunctionTransformer(lambda ids: np.full((len(ids), 2), 1e60))
    with pytest.raises(ValueError, match="'l' gives numbers that are not finite"):
        MultiModalEmbedder([("l", large, "product_id")]).fit_transform(FRAME)
    with pytest.raises(ValueError, match="weight of 'title' must be a number from 0"):
        unfitted(weights={"title": 1e300}).fit(FRAME)


def test_what_is_set_after_fit(embedder):
    uneven = MultiModalEmbedder(
        [parts()[0], ("more", ClickEmbedder(n_components=4), "product_id")],
        sessions=SESSIONS,
    ).fit(FRAME)
    with pytest.raises(ValueError, match="one length"):
        uneven.set_params(combine="sum").transform(FRAME)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        unfitted().fit(FRAME, KIND[:5])


def test_nested(tmp_path):
    inner = MultiModalEmbedder(parts()[:2])
    columns = ["product_id", "title", "type", "colour"]
    outer = MultiModalEmbedder(
        [("inner", inner, columns), parts()[2]], sessions=SESSIONS
    ).fit(FRAME)
    np.testing.assert_array_equal(
        outer.transform(FRAME), unfitted().fit_transform(FRAME)
    )
    outer.save(tmp_path / "file")
    loaded = sklearn_prodemb.load(tmp_path / "file")
    np.testing.assert_array_equal(loaded.transform(FRAME), outer.transform(FRAME))
