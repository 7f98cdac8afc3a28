import numpy as np
import pandas as pd
import pytest
from full_disk import full_disk
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.compose import make_column_transformer
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, Normalizer
from small import spectral

from sklearn_prodemb import Sessions
from sklearn_prodemb.evaluation import TrainSizeSplit, compare_models

rng = np.random.default_rng(0)
WORDS = ["mate", "termo", "mesa", "silla", "carpa"]
TITLES = [f"{WORDS[rng.integers(5)]} {WORDS[rng.integers(5)]} {i}" for i in range(200)]
Y = np.array([title.startswith(("mate", "mesa")) for title in TITLES])
TASK = {"begins": (TITLES, Y)}
FITS = []


class Words(TransformerMixin, BaseEstimator):
    """Counts words, and how often it was asked to."""

    def fit(self, X, y=None):
        self.vectorizer_ = CountVectorizer(token_pattern=r"[a-z]+").fit(X)
        return self

    def transform(self, X):
        Words.calls.append(len(X))
        return self.vectorizer_.transform(X)

    calls = []


class Counting(LogisticRegression):
    def fit(self, X, y):
        FITS.append(len(y))
        return super().fit(X, y)


class Failing(Counting):
    def fit(self, X, y):
        if len(FITS) >= 3:
            raise RuntimeError("no more")
        return super().fit(X, y)


@pytest.fixture(autouse=True)
def _forget():
    Words.calls.clear()
    FITS.clear()


def model(C=1.0):
    return make_pipeline(FrozenEstimator(Words().fit(TITLES)), Counting(C=C))


def compare(models, tasks=TASK, **kwargs):
    return compare_models(models, tasks, **{"train_sizes": [20, 50], **kwargs})


def test_scores_are_those_of_the_plain_loop():
    results = compare({"words": model(), "chance": DummyClassifier()}, n_draws=3)
    assert len(results) == 2 * 2 * 3
    ours = results[results["model"] == "words"]
    X = CountVectorizer(token_pattern=r"[a-z]+").fit_transform(TITLES)
    splits = TrainSizeSplit([20, 50], n_draws=3).split(TITLES)
    for (_, row), (train, test) in zip(ours.iterrows(), splits, strict=True):
        plain = LogisticRegression().fit(X[train], Y[train])
        expected = roc_auc_score(Y[test], plain.decision_function(X[test]))
        assert row["score"] == pytest.approx(expected)
        assert row["train_size"] == len(train)
        assert row["fit_seconds"] > 0
        assert row["transform_seconds"] > 0
    assert ours["draw"].tolist() == [0, 1, 2, 0, 1, 2]
    chance = results[results["model"] == "chance"]
    assert (chance["score"] == 0.5).all()
    assert (chance["transform_seconds"] == 0).all()
    assert (results["metric"] == "auc_roc").all()
    assert (results["part"] == "test").all()


def test_frozen_steps_run_once_for_tasks_that_share_their_rows():
    tasks = {
        "begins": (TITLES, Y),
        "ends": (TITLES, ~Y),
        "half": (TITLES[:150], Y[:150]),
    }
    scaled = make_pipeline(
        FrozenEstimator(Words().fit(TITLES)),
        FrozenEstimator(Normalizer()),
        LogisticRegression(),
    )
    results = compare({"a": scaled}, tasks)
    assert Words.calls == [200, 150]
    assert results["transform_seconds"].nunique() == 2
    unfrozen = make_pipeline(Words(), LogisticRegression())
    compare({"a": unfrozen}, n_draws=1, train_sizes=[50])
    assert Words.calls[2:] == [50, 40]


def test_frozen_steps_after_others_stay_where_they_are():
    counts = CountVectorizer(token_pattern=r"[a-z]+")
    late = make_pipeline(counts, FrozenEstimator(Normalizer()), LogisticRegression())
    results = compare({"a": late}, n_draws=1)
    assert (results["score"] > 0.6).all()
    assert (results["transform_seconds"] == 0).all()


def test_a_file_keeps_what_was_found(tmp_path):
    path = tmp_path / "scores.csv"
    first = compare({"a": model()}, path=path)
    assert FITS == [20] * 5 + [50] * 5
    FITS.clear()
    pd.testing.assert_frame_equal(compare({"a": model()}, path=path), first)
    assert FITS == []
    assert Words.calls == [200]
    # More draws and models are added to what is there.
    more = compare({"a": model(), "b": model(2.0)}, path=path, n_draws=6)
    assert FITS == [20, 50] + [20] * 6 + [50] * 6
    assert len(pd.read_csv(path)) == len(more) == 24
    # Another model under a known name replaces it.
    FITS.clear()
    other = compare({"a": model(0.1)}, path=path)
    assert len(FITS) == 10
    assert len(pd.read_csv(path)) == 24
    assert other["score"].tolist() != first["score"].tolist()
    FITS.clear()
    compare({"b": model(2.0)}, path=path, n_draws=6)
    assert FITS == []
    compare({"b": model(2.0)}, {"begins": (TITLES, ~Y)}, path=path)
    assert len(FITS) == 10


def test_a_file_tells_the_sessions_of_a_fitted_model_apart(tmp_path):
    path = tmp_path / "scores.csv"
    embedder = spectral(sessions=Sessions.from_lists([TITLES[:100], TITLES[100:]]))
    pipe = make_pipeline(embedder, Counting()).fit(TITLES, Y)
    first = compare({"a": pipe}, path=path)
    FITS.clear()
    compare({"a": pipe}, path=path)
    assert FITS == []
    other = Sessions.from_lists([TITLES[i : i + 5] for i in range(0, 200, 5)])
    pipe.set_params(spectralembedder__sessions=other)
    second = compare({"a": pipe}, path=path)
    assert len(FITS) == 10
    assert second["score"].tolist() != first["score"].tolist()
    plain = compare({"a": clone(pipe)}, n_jobs=2)
    pd.testing.assert_series_equal(second["score"], plain["score"])
    fitted = compare({"a": pipe}, n_jobs=2)
    pd.testing.assert_series_equal(second["score"], fitted["score"])


def test_what_was_found_before_an_error_is_kept(tmp_path):
    path = tmp_path / "scores.csv"
    pipe = make_pipeline(FrozenEstimator(Words().fit(TITLES)), Failing())
    with pytest.raises(RuntimeError, match="no more"):
        compare({"a": pipe}, path=path)
    assert len(pd.read_csv(path)) == 3


def test_a_file_is_tried_before_anything_is_fitted(tmp_path):
    with pytest.raises(IsADirectoryError):
        compare({"a": model()}, path=tmp_path)
    path = tmp_path / "scores.csv"
    with pytest.raises(OSError, match=r"too large: .*scores\.csv"), full_disk():
        compare({"a": model()}, path=path)
    assert FITS == []
    # Nothing is written where nothing is missing.
    first = compare({"a": model()}, path=path)
    with full_disk():
        pd.testing.assert_frame_equal(compare({"a": model()}, path=path), first)


def test_a_model_that_cannot_be_told_from_others(tmp_path):
    lowered = FunctionTransformer(lambda titles: [title.lower() for title in titles])
    pipe = make_pipeline(lowered, CountVectorizer(), LogisticRegression())
    assert len(compare({"a": pipe}, n_draws=1)) == 2
    with pytest.raises(ValueError, match="Model 'a' holds what cannot be pickled"):
        compare({"a": pipe}, path=tmp_path / "scores.csv")


def test_jobs_give_equal_results():
    models = {"words": model(), "chance": DummyClassifier()}
    timings = ["fit_seconds", "transform_seconds"]
    alone = compare(models).drop(columns=timings)
    together = compare(models, n_jobs=2).drop(columns=timings)
    pd.testing.assert_frame_equal(alone, together)


def test_one_class_in_a_draw_gives_nan():
    y = np.zeros(200, bool)
    train, _, test = TrainSizeSplit().parts(TITLES)
    y[[train[0], test[0]]] = True
    results = compare({"a": model()}, {"rare": (TITLES, y)}, train_sizes=[5, 120])
    assert results["score"][:5].isna().all()
    assert results["score"][5:].notna().all()


def test_regression_and_many_classes():
    length = np.array([float(len(title)) for title in TITLES])
    words = FrozenEstimator(Words().fit(TITLES))
    results = compare(
        {"r": make_pipeline(words, Ridge())}, {"length": (TITLES, length)}
    )
    assert results["metric"].value_counts().to_dict() == {"r2": 10, "mae": 10}
    assert results[results["metric"] == "r2"]["score"].min() > 0.1
    first = np.array([title.split()[0] for title in TITLES])
    results = compare(
        {"c": make_pipeline(words, LogisticRegression())}, {"w": (TITLES, first)}
    )
    assert results["score"].min() > 0.7


def test_rows_that_are_no_titles():
    frame = pd.DataFrame({"title": TITLES, "id": np.arange(200)})
    columns = make_column_transformer((Words(), "title")).fit(frame)
    pipe = make_pipeline(FrozenEstimator(columns), LogisticRegression())
    by_frame = compare({"a": pipe}, {"begins": (frame, Y, frame["title"])})
    np.testing.assert_allclose(by_frame["score"], compare({"a": model()})["score"])


def test_progress_bar(capsys):
    compare({"a": model()}, verbose=True)
    assert "10/10" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("models", "tasks", "error", "match"),
    [
        ({"a": Words()}, TASK, TypeError, "Model 'a' must be a classifier or a regr"),
        ({"a": model()}, {"t": TITLES}, TypeError, r"Task 't' must be \(X, y\)"),
        ({"a": model()}, {"t": (TITLES, Y[:3])}, ValueError, r"200 rows.*\(3,\)"),
        ({"a": model()}, {"t": (["a", 1], [0, 1])}, TypeError, "Task 't': X must hold"),
        ({"a": model()}, {"t": (TITLES, Y * 0.5)}, ValueError, "continuous targets"),
        ({"a": Ridge()}, {"t": (TITLES, TITLES)}, ValueError, "not finite numbers"),
    ],
)
def test_bad_input_is_found_before_anything_is_fitted(models, tasks, error, match):
    with pytest.raises(error, match=match):
        compare({"ok": model()} | models, TASK | tasks)
    assert FITS == Words.calls == []
