"""What is known of titles, counted."""

from collections import Counter
from html import unescape

import numpy as np
import pytest

from sklearn_prodemb import Coverage
from sklearn_prodemb._titles import coverage as module
from sklearn_prodemb._titles.coverage import cover_in_chunks

MIXED = Coverage(
    titles=["mesa roja", "mesaa azul", "zzz", "???"],
    n_words=np.array([2, 2, 1, 0]),
    n_known=np.array([2, 0, 0, 0]),
    n_misspelt=np.array([0, 1, 0, 0]),
    is_seen=np.array([True, False, False, False]),
    confidence=np.array([1, 0.25, 0, 0], np.float32),
    unknown_words={"azul": 1, "zzz": 1},
    misspelt_words={("mesaa", "mesa"): 1},
)


def test_shares():
    np.testing.assert_array_equal(MIXED.known_share, [1, 0, 0, 0])
    assert MIXED.is_predicted.tolist() == [False, True, False, False]
    assert MIXED.summary() == {
        "n_titles": 4,
        "known_words": 0.4,
        "misspelt_words": 0.2,
        "unknown_words": 0.4,
        "seen_titles": 0.25,
        "predicted_titles": 0.25,
        "mean_confidence": 0.25,
    }


def test_frame():
    frame = MIXED.to_frame()
    assert frame["title"].tolist() == MIXED.titles
    assert frame["is_predicted"].tolist() == [False, True, False, False]
    for name in ("n_words", "n_known", "n_misspelt", "is_seen", "confidence"):
        np.testing.assert_array_equal(frame[name], getattr(MIXED, name))
    assert frame.shape == (4, 7)


LINES = [
    "Coverage of 4 titles",
    "  words: 40.0% known, 20.0% read as known ones, 40.0% unknown",
    "  titles: 25.0% seen with others, 25.0% predicted (mean confidence 0.25), "
    "50.0% neither",
    "  unknown words: azul (1), zzz (1)",
    "  words read as others: mesaa → mesa (1)",
]


def test_it_prints_a_summary():
    assert repr(MIXED).splitlines() == LINES
    html = unescape(MIXED._repr_html_())
    for line in LINES[1:]:
        name, _, text = line.strip().partition(": ")
        assert f"<td>{name}</td>" in html
        assert f">{text}</td>" in html
    assert "4 titles" in html


def of(n, words=()):
    return Coverage(
        titles=["a"] * n,
        n_words=np.ones(n, np.int64),
        n_known=np.ones(n, np.int64),
        n_misspelt=np.zeros(n, np.int64),
        is_seen=np.zeros(n, bool),
        confidence=np.zeros(n, np.float32),
        unknown_words=dict(words),
        misspelt_words={},
    )


def test_long_lists_of_words_are_cut():
    text = repr(of(1000, {f"w{i}": 2000 - i for i in range(9)}))
    assert "1,000 titles" in text
    assert "w7 (1,993), …" in text
    assert "w8" not in text
    assert "…" not in repr(of(1, {f"w{i}": 1 for i in range(8)}))


def test_markup_in_words_is_shown_as_it_is():
    assert "&lt;b&gt;" in of(1, {"<b>": 1})._repr_html_()


@pytest.mark.parametrize("n", [0, 1, 7, 8, 20])
def test_chunks_are_put_together(n, monkeypatch):
    monkeypatch.setattr(module, "TITLES_PER_CHUNK", 4)
    rng = np.random.default_rng(0)
    titles = [" ".join(rng.choice(["b", "a", "c"], 3)) for _ in range(n)]

    def cover(some):
        words = Counter(word for title in some for word in title.split())
        return Coverage(
            titles=list(some),
            n_words=np.array([len(title.split()) for title in some], np.int64),
            n_known=np.array([title.count("a") for title in some], np.int64),
            n_misspelt=np.zeros(len(some), np.int64),
            is_seen=np.array([title[0] == "a" for title in some], bool),
            confidence=np.array([title[0] == "a" for title in some], np.float32),
            unknown_words=words,
            misspelt_words=Counter((word, "x") for word in words.elements()),
        )

    found, expected = cover_in_chunks(titles, cover), cover(titles)
    assert found.titles == titles
    for name in ("n_words", "n_known", "n_misspelt", "is_seen", "confidence"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    # The most frequent first, equal ones by name.
    ordered = sorted(expected.unknown_words.items(), key=lambda x: (-x[1], x[0]))
    assert [*found.unknown_words.items()] == ordered
    assert [*found.misspelt_words.items()] == [((w, "x"), k) for w, k in ordered]


def test_a_coverage_of_nothing():
    assert set(of(0).summary().values()) == {0.0}
    assert "0 titles" in repr(of(0))
