"""ProductEmbedder's encoder: titles in, vectors out, also of new and misspelt ones."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
from scipy.linalg import block_diag

from .._public import public
from .._spectral.alignment import Shared, find_rotations, turn
from .._spectral.encoder import SpectralEncoder
from .._spectral.product_ids import ProductIds
from .._titles.coverage import Coverage, cover_in_chunks
from .._titles.in_chunks import encode_in_chunks
from .._titles.normalize import Normalizer, stop_words
from .._titles.spelling import Spelling
from .._titles.words import TitleWords, WordTokenizer
from .._utils.description import Array, Part
from .._utils.plain_state import PlainStateMixin
from .network import SubWordNetwork
from .predictor import Predictor
from .sub_words import SubWords

# A title with a single other word left says too little.
_LEAST_WORDS_LEFT = 2
# The weight of a seen title for the title with one more word, if that word is known.
_KNOWN_WORD_WEIGHT = np.float32(0.5)
# A prediction is sure from this share of the norm of a seen title's block on.
_SURE = 0.7


class _Read(NamedTuple):
    """Titles as they are read.

    Parameters
    ----------
    places : ndarray of int64, shape (n_titles,)
        Their rows of the closed form's product vectors, -1 for those that have none.
    new : ndarray of int64, shape (n_new,)
        Numbers of the titles that were not seen as they are spelt.
    split : list of list of str, of length n_new
        All words of these, known ones in place of misspelt ones.
    changed : ndarray of int64, shape (n_changed,)
        Numbers of the titles that have misspelt words.
    corrected : TitleWords
        The words of these, known ones in place of misspelt ones.
    """

    places: np.ndarray
    new: np.ndarray
    split: list[list[str]]
    changed: np.ndarray
    corrected: TitleWords


@public
class ProductEncoder(PlainStateMixin):
    """Turn titles into vectors of the closed form, and predict what it lacks.

    The closed form gives the words block and the contexts block of a title, by its
    words. A title that was seen with others has its own row for the product block. For
    any other title

    1. misspelt words are corrected. A word that is not known is read as a known word
       one letter away, if there is one. The rules are tried in this order, and the most
       frequent word is taken if a rule finds several:

       - the title with the known word is a title that was seen, from three letters on;
       - one letter was dropped, doubled or swapped with its neighbour, from four
         letters on;
       - one letter was changed or added, from seven letters on.

       Words with digits, words of more than 50 letters and pairs of characters of text
       without spaces are not changed;
    2. the product block is predicted from the title's sub-words by a ridge regression,
       or by the mean of it and a trained network. An unsure prediction has a small
       norm. With r its norm divided by 0.7 times the norm of a seen title's block, it
       is scaled by r^2 if r is below 1;
    3. if the title without one of its words was seen, and two words or more are left,
       the title gets the row of that title if the word is not known, or the mean of the
       row and the prediction if the word is known.

    If a product id is given and known, its row is the product block, whatever the title
    is. Misspelt words are corrected all the same.

    Parameters
    ----------
    closed_form : SpectralEncoder
        Words to vectors.
    word_counts : ndarray of int64, shape (n_words,)
        In how many titles each of the closed form's words is.
    ngrams : ndarray of uint32, shape (n_ngrams,)
        Hashes of the character n-grams that known words share, ascending.
    sub_word_weights : ndarray of float32, shape (n_words + n_ngrams,)
        The weights of words and n-grams, their inverse document frequency included.
    coefficients : ndarray of float32, shape (n_words + n_ngrams, n_product_features)
        The ridge regression from sub-words to product features.
    network : SubWordNetwork or None, default=None
        The trained network; None if nothing was trained.

    Attributes
    ----------
    n_features : int
        Number of columns of a title's vector.
    blocks : dict of str to slice
        The columns of each block of a vector, as in `closed_form`.
    sub_words : SubWords
        Words to weighted sub-words.
    """

    _state = {
        "closed_form": Part(
            "SpectralEncoder",
            n_words="n_words",
            n_word_features="n_word_features",
            n_context_features="n_context_features",
            n_product_features="n_product_features",
        ),
        "word_counts": Array("int64", ("n_words",), least=0),
        "ngrams": Array("uint32", ("n_ngrams",), ascending=True),
        "sub_word_weights": Array("float32", ("n_words + n_ngrams",)),
        "coefficients": Array("float32", ("n_words + n_ngrams", "n_product_features")),
        "network": Part(
            "SubWordNetwork",
            optional=True,
            n_sub_words="n_words + n_ngrams",
            n_inputs="n_word_features + n_context_features",
            n_outputs="n_product_features",
        ),
    }

    def __init__(
        self,
        closed_form: SpectralEncoder,
        word_counts: np.ndarray,
        ngrams: np.ndarray,
        sub_word_weights: np.ndarray,
        coefficients: np.ndarray,
        network: SubWordNetwork | None = None,
    ) -> None:
        self.closed_form = closed_form
        self.word_counts = word_counts
        self.ngrams = ngrams
        self.sub_word_weights = sub_word_weights
        self.coefficients = coefficients
        self.network = network
        self.n_features = closed_form.n_features
        self.blocks = closed_form.blocks

    @property
    def space(self) -> str:
        """The fingerprint of the vector space, as in `closed_form`."""
        return self.closed_form.space

    @property
    def ids(self) -> ProductIds | None:
        """The product ids that are known, as in `closed_form`."""
        return self.closed_form.ids

    @property
    def tokenizer(self) -> WordTokenizer:
        """Normalisation and the known words."""
        return self.closed_form.tokenizer

    # What is needed for titles that were not seen is made when it is first needed: it
    # takes a moment, and memory.
    @cached_property
    def _spelling(self) -> Spelling:
        keys = self.closed_form.product_keys
        return Spelling(self.tokenizer, self.word_counts, keys)

    @cached_property
    def sub_words(self) -> SubWords:
        """Words to weighted sub-words."""
        return SubWords(self.tokenizer.words, self.ngrams, self.sub_word_weights)

    @cached_property
    def _predictor(self) -> Predictor:
        has_rows = len(self.closed_form.product_keys) > 0
        length = _SURE * self.closed_form.lengths[2] if has_rows else None
        dropped = stop_words(self.tokenizer.normalizer)
        return Predictor(
            self.sub_words, self.coefficients, self.network, length, dropped
        )

    def encode(
        self, titles: Sequence[str], ids: Sequence[Any] | None = None
    ) -> np.ndarray:
        """Encode titles.

        Parameters
        ----------
        titles : sequence of str, of length n_titles
            The titles, not yet normalised.
        ids : sequence of str, number or None, of length n_titles, or None, default=None
            Their product ids, as in `SpectralEncoder.encode`.

        Returns
        -------
        vectors : ndarray of float32, shape (n_titles, n_features)
            The vectors.

        Raises
        ------
        ValueError
            If `ids` are given, and the encoder knows none.
        """
        id_keys = self.closed_form.keys_of_ids(ids, len(titles))
        return encode_in_chunks(
            titles,
            self._encode,
            self.n_features,
            id_keys=id_keys,
            threads=self.tokenizer.is_threaded,
        )

    def correct(self, titles: Sequence[str]) -> list[str]:
        """Give titles as they are read: normalised, with misspelt words replaced.

        Stop words, which do not count, are kept. Text without spaces is split into
        pairs of characters.

        Parameters
        ----------
        titles : sequence of str, of length n_titles
            The titles, not yet normalised.

        Returns
        -------
        titles : list of str, of length n_titles
            The titles with known words in place of misspelt ones.
        """
        split = self.tokenizer.split(titles)
        read = self._read(titles, *self._look_up(titles))
        for row, words in zip(read.new, read.split, strict=True):
            split[row] = words
        return [" ".join(words) for words in split]

    def coverage(self, titles: Sequence[str]) -> Coverage:
        """Tell what is known of titles.

        Parameters
        ----------
        titles : sequence of str, of length n_titles
            The titles, not yet normalised.

        Returns
        -------
        coverage : Coverage
            What is known, read as other words, and predicted.
        """
        return cover_in_chunks(titles, self._cover)

    def with_normalizer(self, normalizer: Normalizer) -> Self:
        """Give the same encoder with another normalizer.

        Parameters
        ----------
        normalizer : str, callable or None
            As in `normalize_titles`.

        Returns
        -------
        encoder : ProductEncoder
            A new encoder, which shares the tables of this one.
        """
        closed_form = self.closed_form.with_normalizer(normalizer)
        return type(self)(**{**self.__getstate__(), "closed_form": closed_form})

    def with_network(self, network: SubWordNetwork | None) -> Self:
        """Give the same encoder with another network.

        Parameters
        ----------
        network : SubWordNetwork or None
            The network; None leaves the ridge regression alone.

        Returns
        -------
        encoder : ProductEncoder
            A new encoder, which shares the tables of this one.
        """
        return type(self)(**{**self.__getstate__(), "network": network})

    def align_to(self, other: SpectralEncoder | ProductEncoder) -> Self:
        """Give the same encoder, turned onto the axes of another one.

        Parameters
        ----------
        other : SpectralEncoder or ProductEncoder
            An encoder with blocks of the same widths.

        Returns
        -------
        aligned : ProductEncoder
            Each block of its vectors is a rotation of this encoder's, see
            `find_rotations`. Its `space` is the other's.

        Raises
        ------
        ValueError
            If a block is of another width, or too little is known to both.
        """
        shared = self.closed_form.shared_with(other.closed_form)
        if isinstance(other, ProductEncoder) and not shared["products"].is_enough:
            # Few titles are in both logs, or there is no log, but a catalogue.
            shared["products"] = self._shared_sub_words(other)
        rotations = find_rotations(shared)
        network = self.network
        if network is not None:
            inputs = block_diag(rotations["words"], rotations["contexts"])
            network = network.rotate(inputs, rotations["products"])
        turned = {
            "closed_form": self.closed_form.rotate(rotations, other.space),
            "coefficients": turn(self.coefficients, rotations["products"]),
            "network": network,
        }
        return type(self)(**{**self.__getstate__(), **turned})

    def truncate(self, n_components: int) -> Self:
        """Give an encoder of shorter vectors: the leading columns of each block.

        Parameters
        ----------
        n_components : int
            Number of columns that are kept, a multiple of 4.

        Returns
        -------
        truncated : ProductEncoder
            An encoder whose product blocks of known titles have the same norm as
            before. Predictions are multiplied by the factor by which these grew (root
            mean square). The network gets the leading columns of words and contexts.

        Raises
        ------
        ValueError
            If `n_components` is no such number; see `leading_sizes`.
        """
        closed_form = self.closed_form.truncate(n_components)
        if closed_form is self.closed_form:
            return self
        n_products = closed_form.product_vectors.shape[1]
        # Predictions grow as known rows do: by the inverse of the norm that leading
        # columns have (root mean square).
        leading = self.closed_form.title_vectors[:, :n_products]
        square = float(np.einsum("ij,ij->", leading, leading, dtype=np.float64))
        norm = closed_form.lengths[2]
        factor = norm * math.sqrt(len(leading) / square) if square else 1.0
        network = self.network
        if network is not None:
            kept = [
                self.blocks[name].start + np.arange(columns.stop - columns.start)
                for name, columns in closed_form.blocks.items()
                if name != "products"
            ]
            network = network.truncate(np.concatenate(kept), n_products, factor)
        tables = {
            "closed_form": closed_form,
            "coefficients": np.float32(factor) * self.coefficients[:, :n_products],
            "network": network,
        }
        return type(self)(**{**self.__getstate__(), **tables})

    def _shared_sub_words(self, other: ProductEncoder) -> Shared:
        """Find the sub-words that both predict product features from."""

        def keys_of(encoder: ProductEncoder) -> np.ndarray:
            # A word has no space, so an n-gram's hash is not taken for a number.
            ngrams = [f" {ngram}" for ngram in encoder.ngrams.tolist()]
            return np.array(encoder.tokenizer.words + ngrams, object)

        return Shared.of(
            "words and parts of words",
            self.coefficients,
            other.coefficients,
            keys_of(self),
            keys_of(other),
        )

    def _encode(
        self,
        titles: Sequence[str],
        out: np.ndarray,
        id_keys: np.ndarray | None = None,
    ) -> Callable[[], None] | None:
        """Encode a chunk of titles as they are spelt; give what does the rest."""
        words, places = self._look_up(titles)
        by_id = self.closed_form.place_ids(places, id_keys)
        self.closed_form.encode_words(words, by_id, out)
        if not len(_new(words, places)):
            return None
        return lambda: self._encode_new(self._read(titles, words, places), out, id_keys)

    def _encode_new(
        self, read: _Read, out: np.ndarray, id_keys: np.ndarray | None
    ) -> None:
        """Encode what is misspelt or new of titles that are encoded as spelt."""
        places = self.closed_form.place_ids(read.places, id_keys)
        if len(read.changed):
            vectors = np.empty((len(read.changed), self.n_features), np.float32)
            self.closed_form.encode_words(read.corrected, places[read.changed], vectors)
            out[read.changed] = vectors
        # The product block of titles that have no row, however they are read.
        unseen = np.flatnonzero(places[read.new] < 0)
        if len(unseen):
            begin = self.closed_form.n_summed_features
            rows = read.new[unseen]
            new_titles = [read.split[i] for i in unseen.tolist()]
            out[rows, begin:] = self._predict(new_titles, out[rows, :begin])

    def _cover(self, titles: Sequence[str]) -> Coverage:
        """Tell what is known of a chunk of titles."""
        spelt, places = self._look_up(titles)
        read = self._read(titles, spelt, places)
        n_misspelt = np.zeros(len(titles), np.int64)
        n_misspelt[read.changed] = spelt.n_unknown[read.changed]
        n_misspelt[read.changed] -= read.corrected.n_unknown
        vectors = np.empty((len(titles), self.n_features), np.float32)
        self.closed_form.encode_words(spelt, places, vectors)
        self._encode_new(read, vectors, None)
        # How long the products block is, beside that of a title that was seen.
        products = vectors[:, self.blocks["products"]]
        lengths = np.sqrt(np.einsum("ij,ij->i", products, products))
        shares = np.minimum(lengths / np.float32(self.closed_form.lengths[2]), 1)
        is_seen = read.places >= 0
        unknown: Counter[str] = Counter()
        misspelt: Counter[tuple[str, str]] = Counter()
        read_as = dict(zip(read.new.tolist(), read.split, strict=True))
        rows = np.flatnonzero(spelt.n_unknown).tolist()
        split = self.tokenizer.split([titles[row] for row in rows])
        for row, words in zip(rows, split, strict=True):
            for word, known in zip(words, read_as.get(row, words), strict=True):
                if known != word:
                    misspelt[word, known] += 1
                elif self.tokenizer.is_unknown(word):
                    unknown[word] += 1
        n_known = spelt.tokens.lengths
        return Coverage(
            titles=list(titles),
            n_words=n_known + spelt.n_unknown,
            n_known=n_known,
            n_misspelt=n_misspelt,
            is_seen=is_seen,
            confidence=np.where(is_seen, np.float32(1), shares),
            unknown_words=unknown,
            misspelt_words=misspelt,
        )

    def _look_up(self, titles: Sequence[str]) -> tuple[TitleWords, np.ndarray]:
        """Give the words of titles, and their rows of product vectors, as spelt."""
        words = self.tokenizer.encode(titles)
        return words, self.closed_form.find_products(words.keys)

    def _read(
        self, titles: Sequence[str], words: TitleWords, places: np.ndarray
    ) -> _Read:
        """Correct the words of titles that were not seen, looked up as spelt."""
        new = _new(words, places)
        split = self.tokenizer.split([titles[row] for row in new.tolist()])
        changed = []
        for i in np.flatnonzero(words.n_unknown[new]).tolist():
            corrected = self._spelling.correct(split[i])
            if corrected != split[i]:
                split[i] = corrected
                changed.append(i)
        rows = new[np.array(changed, np.int64)]
        corrected_words = self.tokenizer.encode_words([split[i] for i in changed])
        places = places.copy()
        places[rows] = self.closed_form.find_products(corrected_words.keys)
        return _Read(places, new, split, rows, corrected_words)

    def _predict(self, titles: list[list[str]], summed: np.ndarray) -> np.ndarray:
        """Predict the product block of titles by their words."""
        predicted = self._predictor.predict(titles, summed)
        self._mix_in_shorter(titles, predicted)
        return predicted

    def _mix_in_shorter(self, titles: list[list[str]], predicted: np.ndarray) -> None:
        """Take, or mix in, the rows of titles that were seen without one of the words.

        Parameters
        ----------
        titles : list of list of str, of length n_titles
            The words of titles.
        predicted : ndarray of float32, shape (n_titles, n_product_features)
            Their predictions, which are changed in place.
        """
        keys, is_known = self.tokenizer.keys_without_a_word(titles)
        places = self.closed_form.find_products(keys.values)
        n_words = np.repeat(keys.lengths, keys.lengths)
        found = (places >= 0) & (n_words > _LEAST_WORDS_LEFT)
        if not found.any():
            return
        vectors = self.closed_form.product_vectors[places[found]].astype(np.float32)
        weights = np.where(is_known[found], _KNOWN_WORD_WEIGHT, np.float32(1))
        rows, first, counts = np.unique(
            keys.row_numbers[found], return_index=True, return_counts=True
        )
        # The mean, if a title was seen without one word and without another.
        if len(rows) < len(weights):
            n_found = counts.astype(np.float32)
            vectors = np.add.reduceat(vectors, first) / n_found[:, None]
            weights = np.add.reduceat(weights, first) / n_found
        predicted[rows] += weights[:, None] * (vectors - predicted[rows])


def _new(words: TitleWords, places: np.ndarray) -> np.ndarray:
    """Give the numbers of titles that were not seen; an empty one is not new."""
    return np.flatnonzero((places < 0) & (words.keys != 0))
