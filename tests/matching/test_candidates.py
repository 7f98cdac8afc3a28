"""Candidate pairs against a plain search."""

import numpy as np
import pytest
from small_offers import random_offers

from sklearn_prodemb.matching import _candidates
from sklearn_prodemb.matching._candidates import find_pairs
from sklearn_prodemb.matching._text_table import TextTable


def plain(table, n_neighbors, queries, targets):
    words, ngrams = table.words.toarray(), table.ngrams.toarray()
    similar = words @ words.T + ngrams @ ngrams.T
    pairs = set()
    for query in queries:
        others = [t for t in targets if t != query and similar[query, t] > 0]
        others.sort(key=lambda t: (-similar[query, t], t))
        pairs |= {tuple(sorted((int(query), int(t)))) for t in others[:n_neighbors]}
    return sorted(pairs)


@pytest.mark.parametrize("n_neighbors", [1, 3, 100])
def test_pairs_are_those_of_a_plain_search(n_neighbors, monkeypatch):
    monkeypatch.setattr(_candidates, "_BLOCK", 7)
    texts = ["", *random_offers(40, seed=0)[0]]
    table = TextTable.of(texts)
    everyone = np.arange(len(texts))
    for queries, targets in ((everyone, everyone), (everyone[:9], everyone[20:])):
        left, right = find_pairs(table, n_neighbors, queries, targets)
        found = list(zip(left.tolist(), right.tolist(), strict=True))
        assert found == plain(table, n_neighbors, queries, targets)


def test_words_of_too_many_texts_pair_nothing(monkeypatch):
    monkeypatch.setattr(_candidates, "_MOST_TEXTS", 2)
    table = TextTable.of(["aaa bbb", "aaa ccc", "aaa ddd", "eee ddd"])
    everyone = np.arange(4)
    left, right = find_pairs(table, 10, everyone, everyone)
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == [(2, 3)]
