"""Titles in, sentencepiece tokens out."""

import pickle

import numpy as np
import pytest
from interrupted import interrupted
from random_titles import random_titles

from sklearn_prodemb import normalize_titles
from sklearn_prodemb._titles import normalize
from sklearn_prodemb._titles import pieces as pieces_module
from sklearn_prodemb._titles.pieces import PieceTokenizer
from sklearn_prodemb._titles.stop_words import STOP_WORDS
from sklearn_prodemb._utils import bounded_cache
from sklearn_prodemb._utils.ragged import Ragged
from sklearn_prodemb.datasets import make_sessions

CORPUS = [f"{a} {b} {i}" for a in ("mesa", "silla") for b in "xyz" for i in range(9)]


def train(titles=CORPUS, counts=None, vocab_size=100, normalizer="basic"):
    return PieceTokenizer.train(
        titles,
        np.ones(len(titles), np.int64) if counts is None else np.array(counts),
        normalizer=normalizer,
        vocab_size=vocab_size,
    )


def pieces(tokenizer, title):
    tokens = tokenizer.encode([title]).values.tolist()
    return [tokenizer._processor.id_to_piece(token) for token in tokens]


@pytest.mark.parametrize("normalizer", [*STOP_WORDS, str.swapcase, None])
def test_tokens_are_those_of_the_whole_title(normalizer):
    market = make_sessions(300, random_state=0)
    tokenizer = PieceTokenizer.train(
        market.titles,
        np.ones(len(market.titles), np.int64),
        normalizer=normalizer,
        vocab_size=2_000,
    )
    titles = [*market.titles, *random_titles(1), "", " ", "  a\t b\u2581c  d "]
    texts = [
        text.translate(normalize.REPLACEMENTS)
        for text in normalize.normalize_checked(titles, normalizer)
    ]
    expected = tokenizer._processor.encode(texts)
    for _ in range(2):
        tokens = tokenizer.encode(titles)
        assert tokens.values.dtype == np.int32
        assert tokens.to_lists() == expected


def test_ctrl_c_stays_ctrl_c():
    n_calls = 1
    while interrupted(n_calls, train):
        n_calls += 1
    assert n_calls > 100


def test_few_words_are_kept(monkeypatch):
    monkeypatch.setattr(bounded_cache, "MAX_BYTES", 4_000)
    tokenizer = train()
    titles = [f"{title} {i}" for i, title in enumerate(CORPUS)]
    # A word takes at least 100 bytes or so, and the titles have 60 of them.
    for title in titles:
        tokenizer.encode([title])
        assert len(tokenizer._words) <= 40
    tokens = tokenizer.encode(titles)
    assert len(tokenizer._words) <= 40
    assert tokens.to_lists() == train().encode(titles).to_lists()


def test_text_without_spaces_is_left_to_sentencepiece():
    tokenizer = train([*CORPUS, "緑茶 緑茶"])
    assert "".join(pieces(tokenizer, "緑茶緑茶")) == "▁緑茶緑茶"


def test_a_small_corpus_gives_fewer_tokens():
    tokenizer = train(vocab_size=30_000)
    most = tokenizer.vocab_size
    assert 15 < most < 100
    assert train(vocab_size=most - 1).vocab_size == most - 1
    assert train(["mesa", "silla"], vocab_size=30_000).vocab_size < 30
    assert train(vocab_size=2**70).vocab_size == most
    assert type(tokenizer.model) is bytes


def test_equal_input_gives_equal_bytes():
    assert train().model == train().model == train(counts=[1] * 54).model
    assert train().model != train(CORPUS[::2]).model


def test_titles_count_as_often_as_they_occur():
    counts = [1 + 3 * (i % 5) for i in range(len(CORPUS))]
    expanded = [t for t, n in zip(CORPUS, counts, strict=True) for _ in range(n)]
    assert train(counts=counts).model == train(expanded).model != train().model


def test_titles_that_do_not_occur_teach_nothing():
    counts = np.append(np.ones(len(CORPUS), int), 0)
    tokenizer = train([*CORPUS, "漢"], counts)
    assert tokenizer.model == train().model
    assert train([*CORPUS, "漢"]).model != tokenizer.model


def test_many_occurrences_count_for_less_but_none_for_nothing(monkeypatch):
    counts = [10_000 if t.startswith("mesa") else 1 for t in CORPUS]
    monkeypatch.setattr(pieces_module, "_MAX_TRAINING_TITLES", 500)
    seen = []
    trainer = pieces_module.sentencepiece.SentencePieceTrainer.train

    def spy(sentence_iterator, **kwargs):
        titles = list(sentence_iterator)
        seen.append(titles)
        return trainer(sentence_iterator=iter(titles), **kwargs)

    monkeypatch.setattr(pieces_module.sentencepiece.SentencePieceTrainer, "train", spy)
    train(counts=counts)
    assert 500 <= len(seen[0]) <= 500 + len(CORPUS)
    assert set(seen[0]) == set(CORPUS)
    assert sum(t.startswith("mesa") for t in seen[0]) > 490
    train(counts=[1] * len(CORPUS))
    assert seen[1] == CORPUS


def test_encode():
    tokenizer = train()
    titles = ["mesa x 1", "", "¡!", "silla y 2 mesa", "mesa x 1"]
    tokens = tokenizer.encode(titles)
    assert (tokens.values.dtype, tokens.offsets.dtype) == (np.int32, np.int64)
    assert len(tokens) == len(titles)
    lengths = tokens.lengths
    assert lengths[[1, 2]].tolist() == [0, 0]
    assert (lengths[[0, 3, 4]] > 0).all()
    for i, title in enumerate(titles):
        assert tokenizer.encode([title]).to_lists() == [tokens[i].tolist()]
        text = "".join(pieces(tokenizer, title)).replace("▁", " ").strip()
        assert text == normalize_titles([title], normalizer="basic")[0]
    assert tokens.values.min() >= 0
    assert tokens.values.max() < tokenizer.vocab_size


def test_encode_normalises():
    tokenizer = train(normalizer="es")
    assert pieces(tokenizer, "¡LA Mesa, de x!") == pieces(tokenizer, "mesa x")
    assert pieces(train(normalizer=str.lower), "MESA x") == pieces(tokenizer, "mesa x")


def test_encode_nothing():
    assert train().encode([]).to_lists() == []


def test_many_titles_are_encoded_as_a_few():
    tokenizer = train()
    titles = [f"mesa {i} \ud800" if i == 7 else f"mesa {i}" for i in range(1500)]
    few = [tokenizer.encode(titles[i : i + 500]) for i in range(0, 1500, 500)]
    expected = Ragged.concatenate(few).to_lists()
    assert tokenizer.encode(titles).to_lists() == expected


@pytest.mark.parametrize("normalizer", [None, "basic", "es"])
def test_odd_characters(normalizer):
    tokenizer = train(normalizer=normalizer)
    odd = ["漢字", "mesa\ud800silla", "mesa\0silla", "▁", "<unk>", "\n", "🪑" * 50]
    tokens = tokenizer.encode([*odd, "mesa"])
    assert tokens.values.max() < tokenizer.vocab_size
    assert tokens[len(odd)].tolist() == tokenizer.encode(["mesa"])[0].tolist()
    assert pieces(tokenizer, "漢字")[-1] == "<unk>"
    separated = "mesa silla"
    assert pieces(tokenizer, "mesa\ud800silla") == pieces(tokenizer, separated)


@pytest.mark.parametrize("title", [f"{c} mesa" for c in ("\0", "\ud800", "▁", "\n")])
def test_training_takes_any_character(title):
    tokenizer = train([*CORPUS, title], normalizer=None)
    assert len(tokenizer.encode([title])[0])


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(protocol):
    tokenizer = train(normalizer="es")
    again = pickle.loads(pickle.dumps(tokenizer, protocol))
    assert (again.model, again.normalizer) == (tokenizer.model, "es")
    assert again.vocab_size == tokenizer.vocab_size
    assert again.encode(CORPUS).to_lists() == tokenizer.encode(CORPUS).to_lists()


@pytest.mark.parametrize("vocab_size", [2, 10])
def test_vocab_size_below_the_number_of_characters(vocab_size):
    match = rf"could not learn vocab_size={vocab_size} tokens.*Try a larger vocab_size"
    with pytest.raises(ValueError, match=f"(?s){match}"):
        train(vocab_size=vocab_size)


@pytest.mark.parametrize(
    ("titles", "counts", "normalizer"),
    [
        (["de la", "¡!"], [1, 1], "es"),
        (["  ", ""], [1, 1], None),
        (["mesa", ""], [0, 1], "es"),
    ],
)
def test_no_text_left(titles, counts, normalizer):
    with pytest.raises(ValueError, match="None of the 2 titles has any text left"):
        train(titles, counts, normalizer=normalizer)
