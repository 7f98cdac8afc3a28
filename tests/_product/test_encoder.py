"""Titles in, vectors out, misspelt ones too."""

import pickle
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ortho_group
from small import ID_SESSIONS, SESSIONS, spectral

from sklearn_prodemb import ProductEmbedder, Sessions
from sklearn_prodemb._product.predictor import Predictor
from sklearn_prodemb.datasets import misspell_titles
from sklearn_prodemb.encoders import SpectralEncoder

# "esa" for "mesa" would be a stop word of Spanish.
EMBEDDER = ProductEmbedder(normalizer="basic", n_components=16, random_state=0)
ENCODER = EMBEDDER.fit(SESSIONS).encoder_
KNOWN = SESSIONS.titles.tolist()


def test_misspelt_titles_get_the_vectors_of_the_titles():
    typos = misspell_titles(KNOWN, random_state=0)
    assert set(KNOWN).isdisjoint(typos)
    np.testing.assert_array_equal(ENCODER.encode(typos), ENCODER.encode(KNOWN))
    assert ENCODER.correct(typos) == KNOWN


def test_known_and_misspelt_titles_in_one_call():
    titles = [KNOWN[0], "zzz", "", misspell_titles([KNOWN[1]], random_state=0)[0]]
    one_by_one = np.concatenate([ENCODER.encode([title]) for title in titles])
    np.testing.assert_array_equal(ENCODER.encode(titles), one_by_one)
    assert not one_by_one[1:3].any()
    assert ENCODER.encode([]).shape == (0, 16)


def test_new_titles_do_not_depend_on_the_batch():
    embedder = ProductEmbedder(normalizer="basic", n_components=512, random_state=0)
    encoder = embedder.set_params(max_epochs=1).fit(SESSIONS).encoder_
    assert encoder.network is not None
    titles = [f"{a} {b} z{i}" for i, (a, b) in enumerate(pairwise(KNOWN))]
    one_by_one = np.concatenate([encoder.encode([title]) for title in titles])
    np.testing.assert_array_equal(encoder.encode(titles), one_by_one)
    np.testing.assert_array_equal(encoder.encode(titles[:7]), one_by_one[:7])
    assert one_by_one[:, encoder.closed_form.n_summed_features :].any()


def test_a_title_of_the_log_is_never_changed():
    # The vocabulary holds the most frequent words only; "messa" is not among them.
    sessions = Sessions.from_lists(
        [["mesa pino", "mesa roble", "messa cedro"], ["mesa pino", "mesa cedro"]]
    )
    embedder = ProductEmbedder(vocab_size=2, n_components=8, random_state=0)
    encoder = embedder.fit(sessions).encoder_
    assert "messa" not in encoder.tokenizer.words
    assert encoder.correct(["Messa Cedro", "messa rojas"]) == [
        "messa cedro",
        "mesa rojas",
    ]


def test_the_state_is_what_the_constructor_takes():
    assert set(ENCODER.__getstate__()) == {
        "closed_form",
        "word_counts",
        "ngrams",
        "sub_word_weights",
        "coefficients",
        "network",
    }
    typos = misspell_titles(KNOWN, random_state=0)
    again = pickle.loads(pickle.dumps(ENCODER))
    np.testing.assert_array_equal(again.encode(typos), ENCODER.encode(typos))


def test_another_normalizer():
    none = ENCODER.with_normalizer(None)
    assert none.tokenizer.normalizer is None
    assert none.word_counts is ENCODER.word_counts
    assert none.network is ENCODER.network
    assert none.correct(["MESA"]) == ["MESA"]


def product_part(titles, encoder=ENCODER):
    return encoder.encode(titles)[:, encoder.closed_form.n_summed_features :]


def predict(titles, encoder=ENCODER):
    """What sub-words say, without a look at other titles."""
    words = [title.split() for title in titles]
    n_summed = encoder.closed_form.n_summed_features
    summed = encoder.closed_form.encode(titles)[:, :n_summed]
    length = 0.7 * encoder.closed_form.lengths[2]
    model = Predictor(encoder.sub_words, encoder.coefficients, encoder.network, length)
    return model.predict(words, summed)


@pytest.mark.parametrize("network", [ENCODER.network, None])
def test_what_was_not_seen_is_predicted(network):
    encoder = ENCODER.with_network(network)
    titles = ["mesa", "lampara silla 99", "termo zzz"]
    ours = product_part(titles, encoder)
    np.testing.assert_allclose(ours, predict(titles, encoder), atol=1e-6)
    assert (np.linalg.norm(ours, axis=1) > 0.01).all()
    assert (network is None) == (encoder.network is None)


def test_what_was_seen_keeps_its_own():
    ours = ENCODER.encode(KNOWN)
    np.testing.assert_array_equal(ours, ENCODER.closed_form.encode(KNOWN))


def test_stop_words_are_no_sub_words():
    params = {"n_components": 16, "max_epochs": 0, "random_state": 0}
    spanish = ProductEmbedder(normalizer="es", **params)
    encoder = spanish.fit(SESSIONS).encoder_
    np.testing.assert_array_equal(encoder.encode(["mesa"]), encoder.encode(["la mesa"]))


def test_a_seen_title_and_a_word_more():
    known = KNOWN[0]
    for title in (f"mesa {known}", f"{known} mesa", known.replace(" ", " mesa ", 1)):
        expected = (predict([title]) + product_part([known])) / 2
        np.testing.assert_allclose(product_part([title]), expected, atol=1e-6)


def test_a_seen_title_and_a_word_that_is_not_known():
    known = KNOWN[0]
    for title in (f"oferta {known}", f"{known} zz9", known.replace(" ", " zzz ", 1)):
        np.testing.assert_allclose(ENCODER.encode([title]), ENCODER.encode([known]))


def test_several_seen_titles_and_a_word_more():
    sessions = [["mesa roja", "silla roja"], ["mesa pino", "silla pino"]]
    embedder = ProductEmbedder(n_components=8, max_epochs=0, random_state=0)
    encoder = embedder.fit(sessions).encoder_
    rows = product_part(["mesa roja", "mesa pino"], encoder).mean(axis=0)
    title = ["mesa roja pino"]
    expected = (predict(title, encoder) + rows) / 2
    np.testing.assert_allclose(product_part(title, encoder), expected, atol=1e-6)


def test_one_word_left_says_too_little():
    sessions = [["mesa", "silla"], ["lampara", "silla"]]
    embedder = ProductEmbedder(n_components=8, max_epochs=0, random_state=0)
    encoder = embedder.fit(sessions).encoder_
    title = ["mesa zzz"]
    expected = predict(title, encoder)
    np.testing.assert_allclose(product_part(title, encoder), expected, atol=1e-6)


# Known, misspelt, new, with a word more, and without a known word.
ALL_KINDS = [*KNOWN, *misspell_titles(KNOWN, random_state=0)[:5], "mesa", "", "zzz 9"]
ALL_KINDS += ["lampara silla 99", "termo zzz", f"mesa {KNOWN[0]}", f"{KNOWN[1]} zz9"]


def rotated(encoder, space="0" * 16):
    """Give the closed form in another space, and the rotations that lead there."""
    rotations = {
        name: ortho_group.rvs(columns.stop - columns.start, random_state=seed)
        for seed, (name, columns) in enumerate(encoder.blocks.items())
    }
    return encoder.closed_form.rotate(rotations, space), rotations


@pytest.mark.parametrize("network", [ENCODER.network, None])
def test_an_aligned_encoder_rotates_vectors(network):
    encoder = ENCODER.with_network(network)
    other, rotations = rotated(encoder)
    aligned = encoder.align_to(other)
    assert aligned.space == other.space
    assert (aligned.network is None) == (network is None)
    before, after = encoder.encode(ALL_KINDS), aligned.encode(ALL_KINDS)
    for name, columns in encoder.blocks.items():
        expected = before[:, columns] @ rotations[name]
        # Rows of products are kept in half precision.
        np.testing.assert_allclose(after[:, columns], expected, atol=2e-3)
        assert np.abs(expected - before[:, columns]).max() > 0.1
    assert aligned.correct(ALL_KINDS) == encoder.correct(ALL_KINDS)


def test_what_only_one_of_two_fits_knows_is_rotated_too():
    first, second = SESSIONS.split(0.3, random_state=0)
    fits = [
        ProductEmbedder(n_components=8, random_state=seed).fit(log).encoder_
        for seed, log in enumerate((first, second))
    ]
    assert {*second.titles} - {*first.titles}
    new, old = fits[::-1]
    aligned = new.align_to(old)
    before, after = new.encode(ALL_KINDS), aligned.encode(ALL_KINDS)
    for columns in new.blocks.values():
        x, y = before[:, columns].astype(float), after[:, columns].astype(float)
        np.testing.assert_allclose(x @ x.T, y @ y.T, atol=2e-3)
    assert aligned.space == old.space


def with_products(encoder, n):
    """The same encoder, of which only some products are known."""
    state = encoder.closed_form.__getstate__()
    for name in ("product_keys", "product_vectors"):
        state[name] = state[name][:n]
    closed_form = SpectralEncoder(**state)
    return type(encoder)(**encoder.__getstate__() | {"closed_form": closed_form})


def test_sub_words_take_the_place_of_products():
    # Of the products that one of the two knows, four are too few.
    few = with_products(ENCODER, 3)
    other, rotations = rotated(few)
    coefficients = (ENCODER.coefficients @ rotations["products"]).astype(np.float32)
    other = type(ENCODER)(
        **ENCODER.__getstate__()
        | {"closed_form": other, "coefficients": coefficients, "network": None}
    )
    aligned = ENCODER.align_to(other)
    columns = ENCODER.blocks["products"]
    expected = ENCODER.encode(ALL_KINDS)[:, columns] @ rotations["products"]
    ours = aligned.encode(ALL_KINDS)[:, columns]
    np.testing.assert_allclose(ours, expected, atol=2e-3)
    with pytest.raises(ValueError, match="share 3 titles seen with others, and 4 are"):
        ENCODER.align_to(few.closed_form)


def test_catalogues_are_aligned_by_their_words():
    rows = {row[0]: row for session in SESSIONS.to_lists() for row in session}
    catalogue = [[row] for row in rows.values()]
    embedder = ProductEmbedder(n_components=8, max_epochs=1, random_state=0)
    encoder = embedder.fit(catalogue).encoder_
    # The signs of all columns are the other way round.
    flipped = type(encoder)(
        **encoder.__getstate__()
        | {
            "coefficients": -encoder.coefficients,
            "closed_form": SpectralEncoder(
                **encoder.closed_form.__getstate__()
                | {"context_vectors": -encoder.closed_form.context_vectors}
                | {"space": "0" * 16}
            ),
        }
    )
    aligned = encoder.align_to(flipped)
    assert aligned.space == "0" * 16
    ours = aligned.encode(ALL_KINDS)
    np.testing.assert_allclose(ours, -encoder.encode(ALL_KINDS), atol=1e-5)
    assert np.abs(ours).max() > 0.1
    with pytest.raises(ValueError, match="words block has 0 columns here and 8 in"):
        encoder.align_to(ENCODER)


def test_spaces_of_catalogues_differ_by_what_is_predicted():
    # Nothing is in the tables of the closed form but the words.
    catalogue = [[title] for title in KNOWN]
    spaces = {
        ProductEmbedder(n_components=8, max_epochs=0, random_state=s)
        .fit(catalogue)
        .encoder_.space
        for s in (0, 0, 1)
    }
    assert len(spaces) == 2


def test_the_closed_form_tells_the_space():
    embedder = spectral(normalizer="basic").fit(SESSIONS)
    assert embedder.space_ == ENCODER.space == ENCODER.with_network(None).space


@pytest.mark.parametrize("network", [ENCODER.network, None])
def test_a_truncated_encoder(network):
    encoder = ENCODER.with_network(network)
    short = encoder.truncate(8)
    closed_form = encoder.closed_form.truncate(8)
    assert short.space == closed_form.space
    np.testing.assert_array_equal(short.encode(KNOWN), closed_form.encode(KNOWN))
    # What is predicted grows as the products that are known do, in the mean.
    n = closed_form.product_vectors.shape[1]
    leading = encoder.closed_form.product_vectors[:, :n].astype(np.float64)
    factor = 0.84 / np.sqrt((leading**2).sum(axis=1).mean())
    assert factor > 1.01
    np.testing.assert_allclose(
        short.coefficients, factor * encoder.coefficients[:, :n], rtol=1e-5
    )
    assert (short.network is None) == (network is None)
    if network is not None:
        blocks = encoder.blocks
        kept = [
            *range(4),
            *range(blocks["contexts"].start, blocks["contexts"].start + 2),
        ]
        inputs = np.random.default_rng(0).standard_normal((3, 6)).astype(np.float32)
        full = np.zeros((3, blocks["contexts"].stop), np.float32)
        full[:, kept] = inputs
        hidden = np.ones((3, len(network.hidden_biases)), np.float32)
        ours = short.network.forward(hidden, inputs)
        expected = factor * network.forward(hidden, full)[:, :n]
        np.testing.assert_allclose(ours, expected, atol=1e-5)
    new = product_part(["mesa", "lampara silla 99"], short)
    assert new.any(axis=1).all()
    assert encoder.truncate(16) is encoder


# Product ids --------------------------------------------------------------------

KNOWS_IDS = EMBEDDER.fit(ID_SESSIONS).encoder_
WORDS = slice(0, KNOWS_IDS.closed_form.n_summed_features)
PRODUCTS = KNOWS_IDS.blocks["products"]


@pytest.mark.parametrize(
    "edit",
    [
        lambda title: f"{title} envio",
        lambda title: f"mesa {title}",
        lambda title: title.rpartition(" ")[0],
        lambda title: "zzz",
        lambda title: "",
        lambda title: misspell_titles([title], random_state=0)[0],
    ],
)
def test_an_edited_title_is_found_by_its_id(edit):
    edited = [edit(title) for title in KNOWN]
    by_id, by_title = KNOWS_IDS.encode(edited, KNOWN), KNOWS_IDS.encode(edited)
    # An id is a title here.
    expected = KNOWS_IDS.encode(KNOWN)[:, PRODUCTS]
    assert by_id[:, PRODUCTS].tobytes() == expected.tobytes()
    assert by_id[:, WORDS].tobytes() == by_title[:, WORDS].tobytes()
    one_by_one = [
        KNOWS_IDS.encode([t], [i])[0] for t, i in zip(edited, KNOWN, strict=True)
    ]
    np.testing.assert_array_equal(by_id, one_by_one)


def test_missing_and_unknown_ids_change_nothing():
    titles = [*KNOWN[:3], "oferta mesa", "lampara silla 99", f"{KNOWN[0]} zzz"]
    expected = KNOWS_IDS.encode(titles)
    for ids in ([None] * 6, ["a"] * 6, [float("nan"), "a", 7, None, 0.5, True]):
        assert KNOWS_IDS.encode(titles, ids).tobytes() == expected.tobytes()
    some = KNOWS_IDS.encode(titles, [None, "a", *[KNOWN[5]] * 2, None, "a"])
    assert (some != expected).any(axis=1).tolist() == [*[False] * 2, *[True] * 2] + [
        False
    ] * 2


def test_copies_keep_the_ids():
    titles = [f"{title} envio" for title in KNOWN]
    expected = KNOWS_IDS.encode(titles, KNOWN)
    for again in (
        pickle.loads(pickle.dumps(KNOWS_IDS)),
        KNOWS_IDS.with_normalizer(None).with_normalizer("basic"),
        KNOWS_IDS.with_network(None).with_network(KNOWS_IDS.network),
    ):
        assert again.ids is not None
        assert again.encode(titles, KNOWN).tobytes() == expected.tobytes()
    assert ENCODER.ids is None
    with pytest.raises(ValueError, match="The encoder knows no product ids"):
        ENCODER.encode(titles, KNOWN)


def test_ids_of_a_catalogue_have_no_rows():
    frame = pd.DataFrame({"visit": range(len(KNOWN)), "title": KNOWN, "id": KNOWN})
    sessions = Sessions.from_frame(frame, session="visit", title="title", product="id")
    encoder = EMBEDDER.set_params(max_epochs=0).fit(sessions).encoder_
    assert len(encoder.ids.keys) == 0
    np.testing.assert_array_equal(encoder.encode(KNOWN, KNOWN), encoder.encode(KNOWN))
