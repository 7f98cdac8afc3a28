import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline

from sklearn_prodemb.evaluation import TrainSizeSplit

TITLES = [f"title {i}" for i in range(203)]


def test_distinct_titles_are_split_as_published():
    order = np.random.default_rng(0).permutation(203)
    train, test = order[:121], order[162:]
    splits = list(TrainSizeSplit([10, 100, 500], n_draws=3).split(TITLES))
    assert len(splits) == TrainSizeSplit([10, 100, 500], n_draws=3).get_n_splits(TITLES)
    expected = [
        np.random.default_rng(draw).choice(train, size, replace=False)
        for size in (10, 100)
        for draw in range(3)
    ]
    for (rows, held_out), wanted in zip(splits, expected, strict=True):
        np.testing.assert_array_equal(rows, wanted)
        np.testing.assert_array_equal(held_out, test)


def test_the_validation_part_is_a_part_of_its_own():
    cv = TrainSizeSplit([10], part="validation")
    train, validation, test = cv.parts(TITLES)
    assert [len(train), len(validation), len(test)] == [121, 41, 41]
    assert sorted(np.concatenate([train, validation, test])) == list(range(203))
    for _, held_out in cv.split(TITLES):
        np.testing.assert_array_equal(held_out, validation)
    other = TrainSizeSplit([10], random_state=1).parts(TITLES)[0]
    assert set(other) != set(train)


def test_a_title_that_repeats_is_on_one_side():
    rng = np.random.default_rng(0)
    titles = rng.choice([f"title {i}" for i in range(40)], 300).tolist()
    parts = [{titles[row] for row in rows} for rows in TrainSizeSplit().parts(titles)]
    assert sum(map(len, parts)) == len(set(titles))
    assert not parts[0] & parts[1] | parts[0] & parts[2] | parts[1] & parts[2]


def test_groups_stand_for_titles():
    frame = pd.DataFrame({"title": TITLES, "price": np.arange(203.0)})
    cv = TrainSizeSplit([10])
    pairs = zip(cv.split(TITLES), cv.split(frame, groups=frame["title"]), strict=True)
    for a, b in pairs:
        np.testing.assert_array_equal(a[0], b[0])
    assert cv.get_n_splits(frame, groups=TITLES) == 5


def test_within_scikit_learn():
    y = np.arange(203) % 2
    model = make_pipeline(TfidfVectorizer(), LogisticRegression())
    cv = TrainSizeSplit([20, 100], n_draws=2)
    results = cross_validate(
        model, TITLES, y, cv=cv, scoring="roc_auc", return_indices=True
    )
    assert [len(rows) for rows in results["indices"]["train"]] == [20, 20, 100, 100]
    search = GridSearchCV(model, {"logisticregression__C": [0.1, 1]}, cv=cv)
    assert search.fit(TITLES, y).n_splits_ == 4
    assert repr(cv) == repr(TrainSizeSplit([20, 100], n_draws=2))
    assert clone(cv, safe=False).train_sizes == [20, 100]


@pytest.mark.parametrize(
    ("params", "match"),
    [
        ({"part": "train"}, "part must be one of"),
        ({"n_draws": 0}, "n_draws must be positive ints, got 0"),
        ({"train_sizes": [100, 2.5]}, "train_sizes must be positive ints"),
        ({"train_sizes": []}, "train_sizes must be positive ints"),
        ({"train_sizes": [500]}, r"has 121 rows, fewer than any of .*\(500,\)"),
    ],
)
def test_bad_parameters(params, match):
    with pytest.raises(ValueError, match=match):
        list(TrainSizeSplit(**params).split(TITLES))


def test_bad_rows():
    with pytest.raises(TypeError, match=r"position 1 of 2 is 3 of type int.*as groups"):
        list(TrainSizeSplit().split(["a", 3]))
    with pytest.raises(ValueError, match=r"2 columns.*pass them as groups"):
        list(TrainSizeSplit().split(pd.DataFrame({"a": ["x"], "b": ["y"]})))
    with pytest.raises(ValueError, match="each of the 203 rows of X, got 1"):
        list(TrainSizeSplit().split(TITLES, groups=["x"]))
    with pytest.raises(TypeError, match="groups must hold titles of type str"):
        list(TrainSizeSplit().split(TITLES, groups=[None] * 203))
    with pytest.raises(ValueError, match="X is needed"):
        TrainSizeSplit().get_n_splits()
