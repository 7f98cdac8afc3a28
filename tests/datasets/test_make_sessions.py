"""The generated sessions hold what make_sessions promises."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import sklearn_prodemb
from sklearn_prodemb import Sessions
from sklearn_prodemb.datasets import make_sessions
from sklearn_prodemb.datasets._vocabulary import load_vocabulary

TARGETS = ["counterfeit", "oversize", "restricted", "used"]

# Prints all that is generated, in a form that shows every difference.
PRINT_DIGEST = """
import hashlib
from sklearn_prodemb.datasets import make_sessions
data = make_sessions(300, random_state=3)
rest = [data[name].tolist() for name in ("titles", "categories", "families")]
rest += [(name, data.targets[name].tolist()) for name in data.targets]
print(data.sessions.fingerprint, hashlib.sha256(repr(rest).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def data():
    return make_sessions(4000, random_state=0)


@pytest.fixture(scope="module")
def words(data):
    vectorizer = TfidfVectorizer(strip_accents="unicode")
    return vectorizer.fit_transform(data.titles)


def same(a, b):
    return a.sessions.fingerprint == b.sessions.fingerprint and all(
        np.array_equal(x, y)
        for x, y in zip(
            [a.titles, a.categories, a.families, *a.targets.values()],
            [b.titles, b.categories, b.families, *b.targets.values()],
            strict=True,
        )
    )


# Determinism ------------------------------------------------------------------


def test_an_int_seed_gives_the_same_again_and_another_seed_does_not():
    first = make_sessions(50, random_state=0)
    assert same(first, make_sessions(50, random_state=0))
    other = make_sessions(50, random_state=1)
    assert first.sessions.fingerprint != other.sessions.fingerprint
    assert set(first.titles) != set(other.titles)


def test_a_random_state_instance_is_the_source_and_moves_on():
    rng = np.random.RandomState(0)
    assert same(make_sessions(50, random_state=rng), make_sessions(50, random_state=0))
    assert not same(
        make_sessions(50, random_state=rng), make_sessions(50, random_state=0)
    )


def test_the_global_random_state_is_left_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    make_sessions(20, random_state=0)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_processes_with_different_string_hashes_agree():
    root = str(Path(sklearn_prodemb.__file__).parent.parent)
    digests = {
        subprocess.run(
            [sys.executable, "-c", PRINT_DIGEST],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": root},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


# Form -------------------------------------------------------------------------


def test_shapes_and_types(data):
    n_products = round(7 * 4000**0.75)
    assert isinstance(data.sessions, Sessions)
    assert data.sessions.n_sessions == 4000
    assert list(data.targets) == TARGETS
    for column in (data.titles, data.categories, data.families):
        assert column.shape == (n_products,)
        assert column.dtype == object
    for labels in data.targets.values():
        assert labels.shape == (n_products,)
        assert labels.dtype == np.int64
        assert set(labels.tolist()) == {0, 1}
    assert all(type(title) is str for title in data.titles)
    assert f"{n_products} products" in data.DESCR


def test_titles_are_distinct_clean_and_no_longer_than_a_title(data):
    assert len(set(data.titles)) == len(data.titles)
    for title in data.titles:
        assert title == " ".join(title.split())
        assert 3 <= len(title) <= 75
    assert np.mean([len(title) <= 63 for title in data.titles]) > 0.99


def test_sessions_view_the_catalogue_with_its_categories(data):
    category_of = dict(zip(data.titles, data.categories, strict=True))
    for session in data.sessions.to_lists():
        for title, category in session:
            assert category_of[title] == category
    assert data.sessions.n_products > 0.9 * len(data.titles)


def test_the_catalogue_grows_less_than_the_sessions():
    sizes = [len(make_sessions(n, random_state=0).titles) for n in (1, 1000, 2000)]
    assert sizes[0] == 400
    assert sizes[1] < sizes[2] < 2 * sizes[1]


@pytest.mark.parametrize("n_sessions", [1, 2, 30])
def test_few_sessions(n_sessions):
    data = make_sessions(n_sessions, random_state=0)
    assert data.sessions.n_sessions == n_sessions
    assert np.diff(data.sessions.offsets).min() >= 2


# Likeness to a marketplace ----------------------------------------------------


@pytest.mark.parametrize("target", TARGETS)
def test_positive_rates(data, target):
    assert 0.03 < data.targets[target].mean() < 0.4


def test_labels_follow_the_families_but_for_a_few_mistakes(data):
    truth = {family.name: family.restricted for family in load_vocabulary().families}
    restricted = np.array([truth[name] for name in data.families])
    labels = data.targets["restricted"]
    wrong = np.mean(labels != restricted)
    assert 0 < wrong < 0.02
    assert labels.sum() == restricted.sum()


def test_some_categories_are_missing_and_some_wrong(data):
    usual = {family.name: family.category for family in load_vocabulary().families}
    missing = np.array([category is None for category in data.categories])
    wrong = np.array(
        [
            category is not None and category != usual[family]
            for category, family in zip(data.categories, data.families, strict=True)
        ]
    )
    assert 0.015 < missing.mean() < 0.05
    assert 0.02 < wrong.mean() < 0.06


@pytest.mark.parametrize("target", TARGETS)
def test_no_single_word_tells_a_label(data, words, target):
    labels = data.targets[target]
    has = words > 0
    among_yes = np.asarray(has[labels == 1].mean(axis=0)).ravel()
    among_no = np.asarray(has[labels == 0].mean(axis=0)).ravel()
    # The AUC of a word that is there or not; over seeds 0 to 4 the best is 0.62.
    assert np.max(0.5 + np.abs(among_yes - among_no) / 2) < 0.66


@pytest.mark.parametrize("target", TARGETS)
def test_many_words_together_tell_a_label_somewhat(data, words, target):
    labels = data.targets[target]
    order = np.random.RandomState(0).permutation(len(labels))
    train, test = order[:500], order[1500:]
    model = LogisticRegression(solver="liblinear").fit(words[train], labels[train])
    score = roc_auc_score(labels[test], model.decision_function(words[test]))
    assert 0.72 < score < 0.96


def test_nouns_are_often_missing(data):
    plain = str.maketrans("áéíóúü", "aeiouu")
    nouns = {
        family.name: {
            word.translate(plain)
            for noun in family.nouns
            for word in noun.split()
            if len(word) > 2
        }
        for family in load_vocabulary().families
    }
    absent = np.array(
        [
            nouns[family].isdisjoint(title.lower().translate(plain).split())
            for title, family in zip(data.titles, data.families, strict=True)
        ]
    )
    assert 0.2 < absent.mean() < 0.5
    assert 0.4 < absent[data.targets["restricted"] == 1].mean() < 0.7


# Errors -----------------------------------------------------------------------


@pytest.mark.parametrize("n_sessions", [0, -1, 1.5, "10", None])
def test_bad_n_sessions(n_sessions):
    with pytest.raises(ValueError, match="'n_sessions' parameter of make_sessions"):
        make_sessions(n_sessions)


def test_bad_random_state():
    with pytest.raises(ValueError, match="'random_state' parameter of make_sessions"):
        make_sessions(10, random_state="seed")


def test_random_state_is_keyword_only():
    with pytest.raises(TypeError):
        make_sessions(10, 0)
