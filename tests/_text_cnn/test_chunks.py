"""Titles cut into padded chunks."""

import numpy as np
from plain import ragged

from sklearn_prodemb._text_cnn import chunks as chunks_module
from sklearn_prodemb._text_cnn.chunks import chunks_by_length

PADDING = 150


def test_chunks_hold_every_title_once(monkeypatch):
    monkeypatch.setattr(chunks_module, "_TOKENS_PER_CHUNK", 32)
    rng = np.random.default_rng(2)
    titles = [rng.integers(0, PADDING, n).tolist() for n in (0, 9, 3, 3, 100, 1, 8, 2)]
    tokens = ragged(titles)
    order = np.argsort(tokens.lengths, kind="stable")
    chunks = list(chunks_by_length(tokens, order, PADDING, min_columns=5))
    assert len(chunks) > 2
    seen = []
    for chunk in chunks:
        assert chunk.tokens.shape[1] >= 5
        assert chunk.tokens.numel() <= 32 or len(chunk.tokens) == 1
        for row, length in zip(chunk.tokens, chunk.lengths, strict=True):
            assert (row[length:] == PADDING).all()
            seen.append(row[:length].tolist())
    assert seen == [titles[i] for i in order]
