"""The rows of product ids: against means that are worked out id by id."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ortho_group
from small import SESSIONS, TITLES, spectral

from sklearn_prodemb import Sessions
from sklearn_prodemb._spectral.encoder import scale_rows
from sklearn_prodemb._spectral.product_ids import hash_ids


def random_frame(seed, n_ids=25, as_id=str):
    """Rows of sessions: ids with one title or several, and the other way round."""
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, n_ids, 300)
    titles = np.array(TITLES, object)[(ids + rng.integers(0, 3, 300) * (ids % 4)) % 20]
    return pd.DataFrame(
        {
            "visit": np.repeat(np.arange(60), 5),
            "title": titles,
            "id": [as_id(i) for i in ids.tolist()],
        }
    )


def read(frame):
    return Sessions.from_frame(frame, session="visit", title="title", product="id")


def plain_row(encoder, frame, product):
    """The mean of the rows of an id's titles, weighted by sessions; None if none."""
    rows = frame[frame["id"].map(str) == str(product)]
    # The first title of each session.
    of_session = rows.drop_duplicates("visit")["title"]
    total = 0
    for title in of_session:
        row = encoder.encode([title])[0, encoder.blocks["products"]]
        total = total + row.astype(np.float64)
    norm = np.linalg.norm(total)
    return encoder.lengths[2] * total / norm if norm else None


@pytest.mark.parametrize("seed", range(3))
def test_against_means_id_by_id(seed):
    frame = random_frame(seed)
    encoder = spectral().fit(read(frame)).encoder_
    several = frame.groupby("id")["title"].nunique()
    assert 3 < (several > 1).sum() < len(several) - 3
    for product in several.index:
        vector = encoder.encode(["zzz"], [product])[0]
        assert not vector[: encoder.n_summed_features].any()
        expected = plain_row(encoder, frame, product)
        ours = vector[encoder.blocks["products"]]
        np.testing.assert_allclose(ours, expected, atol=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_the_title_chooses_all_but_the_product_part(seed):
    frame = random_frame(seed)
    encoder = spectral().fit(read(frame)).encoder_
    titles, ids = frame["title"].tolist(), frame["id"].tolist()
    by_id, by_title = encoder.encode(titles, ids), encoder.encode(titles)
    words, products = slice(0, encoder.n_summed_features), encoder.blocks["products"]
    np.testing.assert_array_equal(by_id[:, words], by_title[:, words])
    rows = encoder.encode(["zzz"] * len(ids), ids)
    np.testing.assert_array_equal(by_id[:, products], rows[:, products])
    # An id with one title shares its row.
    single = frame.groupby("id")["title"].transform("nunique") == 1
    assert 10 < single.sum() < 290
    assert by_id[single].tobytes() == by_title[single].tobytes()


@pytest.mark.parametrize("seed", range(3))
def test_titles_are_as_without_ids(seed):
    sessions = read(random_frame(seed))
    encoder = spectral().fit(sessions).encoder_
    without = spectral().fit(Sessions.from_lists(sessions.to_lists())).encoder_
    assert without.ids is None
    titles = [*TITLES, "mesa", ""]
    assert encoder.encode(titles).tobytes() == without.encode(titles).tobytes()
    n_seen = len(encoder.product_keys)
    rows = encoder.product_vectors[:n_seen]
    np.testing.assert_array_equal(rows, without.product_vectors)


@pytest.mark.parametrize("as_id", [int, float, str])
def test_ids_of_any_type_are_the_same(as_id):
    sessions = read(random_frame(1, as_id=as_id))
    ids = spectral().fit(sessions).encoder_.ids
    expected = spectral().fit(read(random_frame(1, as_id=int))).encoder_.ids
    if as_id is not str:
        np.testing.assert_array_equal(ids.keys, expected.keys)
        np.testing.assert_array_equal(ids.places, expected.places)
    assert (np.diff(ids.keys.astype(object)) > 0).all()


def test_ids_of_one_text_are_one_id():
    frame = random_frame(2, as_id=int)
    mixed = frame.assign(id=[str(i) if r % 2 else i for r, i in enumerate(frame["id"])])
    assert read(mixed).by_id.n_products > read(frame).by_id.n_products
    encoder = spectral().fit(read(mixed)).encoder_
    for product in frame["id"].unique().tolist():
        vectors = encoder.encode(["zzz"] * 2, [product, str(product)])
        assert vectors[0].tobytes() == vectors[1].tobytes()
    numbers = [key in encoder.ids.keys for key in hash_ids(frame["id"].tolist())]
    assert all(numbers)


def test_titles_without_a_row_do_not_count():
    rows = [(1, "mesa", "a"), (1, "silla", "b"), (2, "???", "a"), (3, "termo", "c")]
    rows += [(4, "???", "d"), (5, "silla", "b"), (5, "mesa", "a"), (5, "!", "d")]
    frame = pd.DataFrame(rows, columns=["visit", "title", "id"])
    encoder = spectral(n_components=8).fit(read(frame)).encoder_
    # "???" is empty once normalised, and "termo" has no session mate.
    known = encoder.ids.knows(["a", "b", "c", "d"])
    assert known.tolist() == [True, True, False, False]
    assert len(encoder.ids.keys) == 2
    assert len(encoder.product_vectors) == len(encoder.product_keys)
    mesa, edited = encoder.encode(["mesa", "???"], ["a", "a"])
    block = encoder.blocks["products"]
    np.testing.assert_array_equal(mesa[block], edited[block])


def test_sessions_without_ids():
    encoder = spectral().fit(SESSIONS).encoder_
    assert encoder.ids is None
    with pytest.raises(ValueError, match="The encoder knows no product ids"):
        encoder.encode(TITLES[:1], ["a"])


def test_the_space_is_that_without_ids():
    sessions = read(random_frame(0))
    encoder = spectral().fit(sessions).encoder_
    without = spectral().fit(Sessions.from_lists(sessions.to_lists())).encoder_
    assert len(encoder.product_vectors) > len(encoder.product_keys)
    assert encoder.space == without.space
    state = encoder.__getstate__() | {"space": None}
    assert type(encoder)(**state).space == encoder.space


def test_rows_of_ids_are_rotated_and_cut_with_those_of_titles():
    frame = random_frame(0)
    sessions = read(frame)
    titles, ids = frame["title"].tolist(), frame["id"].tolist()
    encoder = spectral().fit(sessions).encoder_
    without = spectral().fit(Sessions.from_lists(sessions.to_lists())).encoder_
    rotations = {
        name: ortho_group.rvs(columns.stop - columns.start, random_state=seed)
        for seed, (name, columns) in enumerate(encoder.blocks.items())
    }
    rotated = encoder.rotate(rotations, "0" * 16)
    before, after = (e.encode(titles, ids) for e in (encoder, rotated))
    for name, columns in encoder.blocks.items():
        expected = before[:, columns] @ rotations[name]
        np.testing.assert_allclose(after[:, columns], expected, atol=2e-3)
    # One of the two knows ids, or both.
    for one, other in ((encoder, rotated), (encoder, without), (without, rotated)):
        aligned = one.align_to(other)
        ours, theirs = aligned.encode(titles), other.encode(titles)
        np.testing.assert_allclose(ours, theirs, atol=4e-3)
        assert (aligned.ids is None) == (one.ids is None)
    short, short_without = encoder.truncate(8), without.truncate(8)
    assert short.encode(titles).tobytes() == short_without.encode(titles).tobytes()
    block, kept = encoder.blocks["products"], short.blocks["products"]
    leading = before[:, block][:, : kept.stop - kept.start]
    expected = scale_rows(leading, encoder.lengths[2])
    np.testing.assert_allclose(short.encode(titles, ids)[:, kept], expected, atol=1e-3)
