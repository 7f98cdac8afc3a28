"""Views of titles."""

import numpy as np
import pytest
from small_network import ENCODER, PRODUCTS

from sklearn_prodemb._product_training.views import Views

VIEWS = Views(ENCODER.closed_form, ENCODER.sub_words, PRODUCTS.words)
N_WORDS = ENCODER.tokenizer.vocab_size
EVERYTHING = np.arange(len(PRODUCTS.words))


def counts_of(titles):
    """In how many titles each word is."""
    words = {word for title in titles for word in title}
    return {word: sum(word in title for title in titles) for word in words}


def test_without_dropout_only_words_of_one_title_are_left_out():
    counts = counts_of(PRODUCTS.words)
    # Words of many titles: 1 / n of them would be left out.
    titles = [["mesa"], ["zzz", "mesa"]] * 500
    views = Views(
        ENCODER.closed_form, ENCODER.sub_words, titles[:1] * 999 + titles[1:2]
    )
    view = views.draw(np.array([999]), np.random.default_rng(0), 0, 0)
    expected = ENCODER.sub_words.rows_of(["zzz", "mesa"]).values
    assert sorted(view.sub_words[0]) == sorted(expected)
    np.testing.assert_allclose(
        view.inputs, ENCODER.closed_form.encode(["mesa"])[:, :12], atol=1e-6
    )
    # A number is in one title alone.
    row = next(i for i, title in enumerate(PRODUCTS.words) if counts[title[-1]] == 1)
    view = VIEWS.draw(np.array([row]), np.random.default_rng(0), 0, 0)
    own = ENCODER.tokenizer.words.index(PRODUCTS.words[row][-1])
    assert own not in view.sub_words[0]


def test_shares_that_are_left_out():
    titles = [["mesa"]] * 2000
    views = Views(ENCODER.closed_form, ENCODER.sub_words, titles)
    rng = np.random.default_rng(0)
    view = views.draw(np.zeros(2000, np.int64), rng, 0.25, 0.5)
    values = view.sub_words.values
    n_words = (values < N_WORDS).sum()
    n_ngrams = len(ENCODER.sub_words.rows_of(["mesa"]).values) - 1
    assert n_words == pytest.approx(1500, abs=100)
    assert (values >= N_WORDS).sum() == pytest.approx(1000 * n_ngrams, abs=150)
    # What the closed form says goes with the word.
    has_word = np.bincount(view.sub_words.row_numbers, values < N_WORDS, minlength=2000)
    np.testing.assert_array_equal(has_word > 0, view.inputs.any(axis=1))


def test_a_word_of_few_titles_is_left_out_more_often():
    titles = [["mesa"]] * 2
    views = Views(ENCODER.closed_form, ENCODER.sub_words, titles)
    view = views.draw(np.zeros(2000, np.int64), np.random.default_rng(0), 0.1, 1)
    assert len(view.sub_words.values) == pytest.approx(1000, abs=100)


def test_views_depend_on_the_seed_alone():
    a, b, other = (
        VIEWS.draw(EVERYTHING, np.random.default_rng(seed), 0.3, 0.3)
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(a.sub_words.values, b.sub_words.values)
    np.testing.assert_array_equal(a.inputs, b.inputs)
    assert not np.array_equal(a.inputs, other.inputs)


def test_tf_idf_of_a_whole_view_is_that_of_the_title():
    titles = [["mesa", "silla"]] * 1000
    views = Views(ENCODER.closed_form, ENCODER.sub_words, titles)
    view = views.draw(np.array([0]), np.random.default_rng(0), 0, 0)
    expected = ENCODER.sub_words.tf_idf(titles[:1]).toarray()
    np.testing.assert_allclose(views.tf_idf(view).toarray(), expected, rtol=1e-6)


def test_products_of_words_that_are_not_known():
    views = Views(ENCODER.closed_form, ENCODER.sub_words, [["qqq"], []])
    view = views.draw(np.array([0, 1, 0]), np.random.default_rng(0), 0.1, 0.1)
    assert view.sub_words.to_lists() == [[], [], []]
    assert not view.inputs.any()
    assert not views.tf_idf(view).toarray().any()
