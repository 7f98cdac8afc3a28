"""Pairs of session mates, against what sessions hold."""

import numpy as np
from small_pictures import sessions_of

from sklearn_prodemb._utils.ragged import Ragged
from sklearn_prodemb.multimodal._siamese.pairs import draw_pairs, known_mates


def test_known_mates():
    by_id = sessions_of([[7, 5, 9], [9, 4], [5, 7], [4, 8]]).by_id
    number_of = {value: code for code, value in enumerate(by_id.ids.tolist())}
    ids = [9, 7, 3, 9, 5]  # no 4, and 9 twice
    codes = np.array([number_of.get(i, -1) for i in ids])
    assert known_mates(by_id, codes, None).to_lists() == [[1, 4, 0], [4, 1]]
    assert known_mates(by_id, codes, 2).to_lists() == [[1, 4], [4, 1]]
    assert not len(known_mates(by_id, np.full(5, -1), None))


def test_each_product_of_each_session_gets_any_of_its_mates():
    lists = [[3, 1], [1, 4, 5, 9], [2, 6, 5]]
    mates = Ragged.from_lengths(np.concatenate(lists), np.array([2, 4, 3]))
    rng = np.random.default_rng(0)
    drawn = [draw_pairs(mates, rng) for _ in range(300)]
    for pairs in drawn:
        assert sorted(pairs[:, 0]) == sorted(mates.values)
    found = {tuple(pair) for pair in np.concatenate(drawn).tolist()}
    assert found == {(a, b) for of in lists for a in of for b in of if a != b}
    of_three = np.concatenate(drawn)
    counts = np.unique(of_three[of_three[:, 0] == 9, 1], return_counts=True)[1]
    assert counts.min() > 70
    assert (drawn[0] != drawn[1]).any()
