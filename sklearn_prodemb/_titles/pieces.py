"""Titles in, sentencepiece tokens out."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
import sentencepiece

from .._public import public
from .._utils.bounded_cache import BoundedCache
from .._utils.description import Bytes
from .._utils.plain_state import PlainStateMixin
from .._utils.ragged import Ragged
from .normalize import (
    NORMALIZER,
    REPLACEMENTS,
    Normalizer,
    normalize_checked,
    split_titles,
    stop_words,
)
from .pretoken_records import PretokenRecords, join_records

# sentencepiece splits its sums by thread, so the model depends on their number: a
# constant keeps it the same on every machine.
_TRAINING_THREADS = 4
# Beyond this many occurrences titles count for less each, but none for nothing: rare
# words keep their tokens. Real baskets gave as many tokens a title at half of it.
_MAX_TRAINING_TITLES = 1_000_000
_TOKEN = np.dtype(np.int32)


@public
class PieceTokenizer(PlainStateMixin):
    """Normalise titles and split them into sentencepiece tokens.

    Parameters
    ----------
    normalizer : {"es", "pt", "en", "basic"}, callable or None
        As in `normalize_titles`.
    model : bytes
        A serialised sentencepiece model.

    Attributes
    ----------
    vocab_size : int
        Number of tokens, the unknown token included.
    """

    # sentencepiece checks a model when it reads it, scores and tables included.
    _state = {"normalizer": NORMALIZER, "model": Bytes()}

    def __init__(self, normalizer: Normalizer, model: bytes) -> None:
        self.normalizer = normalizer
        self.model = bytes(model)
        self._processor = sentencepiece.SentencePieceProcessor(model_proto=self.model)
        self.vocab_size = self._processor.get_piece_size()
        self._words = _WordTokens(self._processor, self.normalizer)
        self._pretokens = PretokenRecords(self._tokens_of_pretoken, _TOKEN)

    @classmethod
    def train(
        cls,
        titles: Iterable[str],
        counts: np.ndarray,
        *,
        normalizer: Normalizer,
        vocab_size: int,
    ) -> PieceTokenizer:
        """Learn the tokens on titles as they occur.

        Parameters
        ----------
        titles : iterable of str, of length n_titles
            Distinct titles.
        counts : ndarray of int, shape (n_titles,)
            How often each title occurs; scaled down if the sum is above a million.
        normalizer : {"es", "pt", "en", "basic"}, callable or None
            As in `normalize_titles`.
        vocab_size : int
            The largest number of tokens; a small corpus gives fewer.

        Returns
        -------
        tokenizer : PieceTokenizer
            The tokenizer.

        Raises
        ------
        ValueError
            If no title has any text left, or `vocab_size` is below the number of
            characters.
        """
        normalized = normalize_checked(list(titles), normalizer)
        counts = np.where([bool(t.strip()) for t in normalized], counts, 0)
        if not counts.any():
            raise ValueError(
                f"None of the {len(normalized)} titles has any text left after "
                f"normalisation (normalizer={normalizer!r})."
            )
        if counts.sum() > _MAX_TRAINING_TITLES:
            share = _MAX_TRAINING_TITLES / counts.sum()
            counts = np.ceil(counts * share).astype(np.int64)
        # A list and no generator: sentencepiece would make an error of its own of a
        # Ctrl-C that a generator raises.
        occurrences = list(
            chain.from_iterable(
                [text.translate(REPLACEMENTS)] * n
                for text, n in zip(normalized, counts.tolist(), strict=True)
            )
        )
        model = io.BytesIO()
        try:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(occurrences),
                model_writer=model,
                # It has at most a million candidates, but takes time for any size.
                vocab_size=min(vocab_size, 10**7),
                hard_vocab_limit=False,
                normalization_rule_name="identity",
                num_threads=_TRAINING_THREADS,
                max_sentence_length=1 << 24,
                bos_id=-1,
                eos_id=-1,
                minloglevel=2,
            )
        except RuntimeError as error:
            raise ValueError(
                f"sentencepiece could not learn vocab_size={vocab_size} tokens: "
                f"{error}. Try a larger vocab_size."
            ) from error
        return cls(normalizer, model.getvalue())

    def encode(self, titles: Sequence[str]) -> Ragged:
        """Tokenise titles.

        Parameters
        ----------
        titles : sequence of str, of length n_titles
            The titles, not yet normalised.

        Returns
        -------
        tokens : Ragged of int32, of length n_titles
            The tokens of each title; none if normalisation leaves nothing.
        """
        if isinstance(self.normalizer, str):
            # White space parts words, so what stands between it is normalised by
            # itself, once, and then looked up.
            return self._pretokens.of_titles(titles)
        return join_records(list(self._tokens_of(titles)), _TOKEN)

    def _tokens_of_pretoken(self, pretoken: str) -> bytes:
        (tokens,) = self._tokens_of([pretoken])
        return tokens

    def _tokens_of(self, titles: Sequence[str]) -> Iterator[bytes]:
        for words in split_titles(titles, self.normalizer):
            yield b"".join(map(self._words.__getitem__, words))


class _WordTokens(BoundedCache[str, bytes]):
    """The tokens of each word, int32 after int32, worked out when it is first seen.

    No piece of the model spans two words, so a title's best pieces are those of its
    words, and titles share most of their words.
    """

    def __init__(
        self, processor: sentencepiece.SentencePieceProcessor, normalizer: Normalizer
    ) -> None:
        super().__init__()
        self._encode = processor.encode
        self._dropped = stop_words(normalizer)

    def __missing__(self, word: str) -> bytes:
        # sentencepiece takes no lone surrogates, which cannot be written as UTF-8.
        dropped = word in self._dropped
        pieces = [] if dropped else self._encode(word.translate(REPLACEMENTS))
        return self.keep(word, np.array(pieces, _TOKEN).tobytes())
