"""The closed form's encoder: titles in, spectral vectors out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Self

import numpy as np

from .._public import public
from .._titles.coverage import Coverage, cover_in_chunks
from .._titles.in_chunks import encode_in_chunks
from .._titles.normalize import Normalizer
from .._titles.words import TitleWords, WordTokenizer
from .._utils.description import Array, Lengths, Part, Text
from .._utils.fingerprint import check_fingerprint, fingerprint
from .._utils.plain_state import PlainStateMixin
from .._utils.ragged import Ragged
from .._utils.row_sums import row_adder
from .._utils.sorted_keys import find_keys
from ..exceptions import InvalidFileError
from .alignment import Shared, find_rotations, turn
from .product_ids import ProductIds, hash_ids
from .truncation import leading_sizes

_NOTHING = 1e-6
_ROWS_AT_ONCE = 65_536


@public
class SpectralEncoder(PlainStateMixin):
    """Turn titles into vectors by sums of table rows and by look-up.

    A title's vector has three blocks of columns: the sum of its words' rows of
    `word_vectors`, the sum of their rows of `context_vectors`, each scaled to a fixed
    norm, and the title's own row of `product_vectors`. A block is zero if nothing is
    known.

    Parameters
    ----------
    tokenizer : WordTokenizer
        Normalisation and the known words.
    word_vectors : ndarray of float32, shape (n_words, n_word_features)
        The words block of each word, times its weight (inverse document frequency).
    context_vectors : ndarray of float32, shape (n_words, n_context_features)
        The contexts block of each word: what its titles are seen with, weighted alike.
    product_keys : ndarray of uint64, shape (n_seen,)
        Hashes of the normalised titles that were seen with others, ascending.
    product_vectors : ndarray of float16, shape (n_rows, n_product_features)
        The product block of each of these titles: what it is seen with. Rows of `ids`
        may follow.
    lengths : tuple of three float
        Norms of the blocks of a vector.
    space : str or None, default=None
        The fingerprint of the vector space, 16 hexadecimal digits: columns of encoders
        that share it stand for the same. None makes it of the tables.
    ids : ProductIds or None, default=None
        The product ids of the sessions; None if they had none. A known id chooses the
        row of `product_vectors`, whatever the title is.

    Attributes
    ----------
    n_features : int
        Number of columns of a title's vector.
    n_summed_features : int
        Number of columns of the first two blocks, which are sums over words.
    blocks : dict of str to slice
        The columns of each block, by name: "words", "contexts" and "products".
    """

    _state = {
        "tokenizer": Part("WordTokenizer", vocab_size="n_words"),
        # Words of a catalogue have no features of their own; contexts may have none.
        "word_vectors": Array(
            "float32", ("n_words", "n_word_features"), empty_rows=True
        ),
        "context_vectors": Array(
            "float32", ("n_words", "n_context_features"), empty_rows=True
        ),
        "product_keys": Array("uint64", ("n_seen",), ascending=True),
        "product_vectors": Array("float16", ("n_rows", "n_product_features")),
        "lengths": Lengths(3),
        "space": Text(check=check_fingerprint),
        "ids": Part("ProductIds", omitted=True),
    }

    def __init__(
        self,
        tokenizer: WordTokenizer,
        word_vectors: np.ndarray,
        context_vectors: np.ndarray,
        product_keys: np.ndarray,
        product_vectors: np.ndarray,
        lengths: tuple[float, float, float],
        space: str | None = None,
        ids: ProductIds | None = None,
    ) -> None:
        self.tokenizer = tokenizer
        self.word_vectors = word_vectors
        self.context_vectors = context_vectors
        self.product_keys = product_keys
        self.product_vectors = product_vectors
        self.lengths = lengths
        self.ids = ids
        # Another normalizer changes which words are found, and not what columns mean.
        self.space = space or fingerprint(
            tokenizer.vocabulary, word_vectors, context_vectors, self.title_vectors
        )
        n_words, n_summed = word_vectors.shape[1], context_vectors.shape[1]
        n_summed += n_words
        self.n_features = n_summed + product_vectors.shape[1]
        self.n_summed_features = n_summed
        self.blocks = {
            "words": slice(0, n_words),
            "contexts": slice(n_words, n_summed),
            "products": slice(n_summed, self.n_features),
        }

    def _check_together(self) -> None:
        n_rows, n_seen = len(self.product_vectors), len(self.product_keys)
        if n_rows < n_seen or (self.ids is None and n_rows > n_seen):
            raise InvalidFileError(
                f"SpectralEncoder.product_vectors must have a row for each of "
                f"{n_seen} product_keys, but has {n_rows}"
            )
        if self.ids is not None and (self.ids.places >= n_rows).any():
            raise InvalidFileError(
                f"ProductIds.places must be rows of product_vectors, below {n_rows}, "
                f"but are not"
            )

    @property
    def title_vectors(self) -> np.ndarray:
        """The rows of `product_vectors` that are those of `product_keys`."""
        return self.product_vectors[: len(self.product_keys)]

    def encode(
        self, titles: Sequence[str], ids: Sequence[Any] | None = None
    ) -> np.ndarray:
        """Encode titles.

        Parameters
        ----------
        titles : sequence of str, of length n_titles
            The titles, not yet normalised.
        ids : sequence of str, number or None, of length n_titles, or None, default=None
            Their product ids, None where one is missing. A known id chooses the product
            block. The title chooses all else.

        Returns
        -------
        vectors : ndarray of float32, shape (n_titles, n_features)
            The three blocks side by side.

        Raises
        ------
        ValueError
            If `ids` are given, and the encoder knows none, or they are not as many as
            the titles.
        """
        id_keys = self.keys_of_ids(ids, len(titles))
        return encode_in_chunks(
            titles,
            self._encode,
            self.n_features,
            id_keys=id_keys,
            threads=self.tokenizer.is_threaded,
        )

    def _encode(
        self,
        titles: Sequence[str],
        out: np.ndarray,
        id_keys: np.ndarray | None = None,
    ) -> None:
        words = self.tokenizer.encode(titles)
        places = self.place_ids(self.find_products(words.keys), id_keys)
        self.encode_words(words, places, out)

    def keys_of_ids(
        self, ids: Sequence[Any] | None, n_titles: int
    ) -> np.ndarray | None:
        """Give the keys of product ids.

        Parameters
        ----------
        ids : sequence of str, number or None, of length n_titles, or None
            As in `encode`.
        n_titles : int
            Number of titles.

        Returns
        -------
        id_keys : ndarray of uint64, shape (n_titles,), or None
            Their hashes; None if there are no ids.

        Raises
        ------
        ValueError
            If `ids` are given, and the encoder knows none, or they are not as many as
            the titles.
        """
        if ids is None:
            return None
        if len(ids) != n_titles:
            raise ValueError(
                f"There must be an id for each title, None if it has none, but there "
                f"are {len(ids)} ids for {n_titles} titles."
            )
        if self.ids is None:
            raise ValueError(
                "The encoder knows no product ids: the sessions that it was learned "
                "from had none."
            )
        return hash_ids(ids)

    def place_ids(self, places: np.ndarray, id_keys: np.ndarray | None) -> np.ndarray:
        """Put the rows of known ids in place of those of titles.

        Parameters
        ----------
        places : ndarray of int64, shape (n_titles,)
            What `find_products` gives for titles.
        id_keys : ndarray of uint64, shape (n_titles,), or None
            What `keys_of_ids` gives.

        Returns
        -------
        places : ndarray of int64, shape (n_titles,)
            The rows of `product_vectors`, -1 for a title that has none.
        """
        if id_keys is None or self.ids is None:
            return places
        found = self.ids.find(id_keys)
        return np.where(found >= 0, found, places)

    def encode_words(
        self, words: TitleWords, places: np.ndarray, out: np.ndarray
    ) -> None:
        """Encode titles by their words, see `encode`.

        Parameters
        ----------
        words : TitleWords
            What the tokenizer gives for the titles.
        places : ndarray of int64, shape (n_titles,)
            Their rows of `product_vectors`, as `place_ids` gives them.
        out : ndarray of float32, shape (n_titles, n_features)
            Where the vectors are written.
        """
        n_summed = self.n_summed_features
        self.sum_words(words.tokens, out[:, :n_summed])
        # Products: the row of a title or an id that is known, else zeros.
        out[:, n_summed:] = 0
        (seen,) = (places >= 0).nonzero()
        if len(seen):
            out[seen, n_summed:] = self.product_vectors[places[seen]]

    def sum_words(self, tokens: Ragged, out: np.ndarray | None = None) -> np.ndarray:
        """Give the blocks of a vector that are sums over words.

        Parameters
        ----------
        tokens : Ragged of int, of length n_titles
            The known words of each title, as numbers.
        out : ndarray of float32, shape (n_titles, n_summed_features), or None, \
default=None
            Where the blocks are written.

        Returns
        -------
        parts : ndarray of float32, shape (n_titles, n_summed_features)
            Words and contexts side by side, each of its norm; `out` if it is given.
        """
        if out is None:
            out = np.empty((len(tokens), self.n_summed_features), np.float32)
        add_up = row_adder(tokens, len(self.word_vectors))
        scale_rows(
            add_up(self.word_vectors), self.lengths[0], out[:, self.blocks["words"]]
        )
        scale_rows(
            add_up(self.context_vectors),
            self.lengths[1],
            out[:, self.blocks["contexts"]],
        )
        return out

    def find_products(self, keys: np.ndarray) -> np.ndarray:
        """Find titles among those seen with others.

        Parameters
        ----------
        keys : ndarray of uint64, shape (n_titles,)
            Keys of titles, as in `TitleWords`.

        Returns
        -------
        places : ndarray of int64, shape (n_titles,)
            Their rows of `product_vectors`, -1 for a title that was not seen.
        """
        return find_keys(self.product_keys, keys)

    def coverage(self, titles: Sequence[str]) -> Coverage:
        """Tell what is known of titles.

        Parameters
        ----------
        titles : sequence of str, of length n_titles
            The titles, not yet normalised.

        Returns
        -------
        coverage : Coverage
            Nothing is read as another word, and nothing predicted.
        """
        return cover_in_chunks(titles, self._cover)

    def _cover(self, titles: Sequence[str]) -> Coverage:
        words = self.tokenizer.encode(titles)
        n_known = words.tokens.lengths
        is_seen = self.find_products(words.keys) >= 0
        rows = np.flatnonzero(words.n_unknown).tolist()
        split = self.tokenizer.split([titles[row] for row in rows])
        unknown = filter(self.tokenizer.is_unknown, chain.from_iterable(split))
        return Coverage(
            titles=list(titles),
            n_words=n_known + words.n_unknown,
            n_known=n_known,
            n_misspelt=np.zeros(len(titles), np.int64),
            is_seen=is_seen,
            confidence=is_seen.astype(np.float32),
            unknown_words=Counter(unknown),
            misspelt_words={},
        )

    def with_normalizer(self, normalizer: Normalizer) -> Self:
        """Give the same encoder with another normalizer.

        Parameters
        ----------
        normalizer : str, callable or None
            As in `normalize_titles`.

        Returns
        -------
        encoder : SpectralEncoder
            A new encoder, which shares the tables of this one.
        """
        tokenizer = WordTokenizer(normalizer, self.tokenizer.vocabulary)
        return type(self)(**{**self.__getstate__(), "tokenizer": tokenizer})

    def with_ids(self, ids: ProductIds, rows: np.ndarray) -> Self:
        """Give the same encoder with product ids.

        Parameters
        ----------
        ids : ProductIds
            The ids, with places in `product_vectors` as it will be.
        rows : ndarray of float, shape (n_more, n_product_features)
            Rows that follow those of titles.

        Returns
        -------
        encoder : SpectralEncoder
            The new encoder.
        """
        vectors = np.concatenate([self.title_vectors, rows.astype(np.float16)])
        new = {"ids": ids, "product_vectors": vectors}
        return type(self)(**{**self.__getstate__(), **new})

    def align_to(self, other: SpectralEncoder) -> Self:
        """Give the same encoder, turned onto the axes of another one.

        Parameters
        ----------
        other : SpectralEncoder or ProductEncoder
            An encoder with blocks of the same widths.

        Returns
        -------
        aligned : SpectralEncoder
            Each block of its vectors is a rotation of this encoder's, see
            `find_rotations`. Its `space` is the other's.

        Raises
        ------
        ValueError
            If a block is of another width, or too little is known to both.
        """
        rotations = find_rotations(self.shared_with(other.closed_form))
        return self.rotate(rotations, other.space)

    @property
    def closed_form(self) -> SpectralEncoder:
        """Itself, as what a `ProductEncoder` has under this name."""
        return self

    def shared_with(self, other: SpectralEncoder) -> dict[str, Shared]:
        """Find what another encoder knows, too; see `find_rotations`.

        Parameters
        ----------
        other : SpectralEncoder
            An encoder with blocks of the same widths.

        Returns
        -------
        shared : dict of str to Shared
            The rows of both tables of each block that stand for the same.
        """
        words = [np.array(e.tokenizer.words, object) for e in (self, other)]
        tables = {
            "words": (self.word_vectors, other.word_vectors, *words),
            "contexts": (self.context_vectors, other.context_vectors, *words),
        }
        shared = {name: Shared.of("words", *table) for name, table in tables.items()}
        shared["products"] = Shared.of(
            "titles seen with others",
            self.title_vectors,
            other.title_vectors,
            self.product_keys,
            other.product_keys,
        )
        return shared

    def rotate(self, rotations: Mapping[str, np.ndarray], space: str) -> Self:
        """Give the same encoder with each block of its vectors rotated.

        Parameters
        ----------
        rotations : dict of str to ndarray of float64, shape (width, width)
            The rotation of each block.
        space : str
            The fingerprint of the space that they lead to.

        Returns
        -------
        rotated : SpectralEncoder
            The encoder; its tables are rotated.
        """
        tables = {
            "word_vectors": turn(self.word_vectors, rotations["words"]),
            "context_vectors": turn(self.context_vectors, rotations["contexts"]),
            "product_vectors": turn(self.product_vectors, rotations["products"]),
        }
        return type(self)(**{**self.__getstate__(), **tables, "space": space})

    def truncate(self, n_components: int) -> Self:
        """Give an encoder of shorter vectors: the leading columns of each block.

        Parameters
        ----------
        n_components : int
            Number of columns that are kept, a multiple of 4.

        Returns
        -------
        truncated : SpectralEncoder
            An encoder whose blocks have the same norms as before.

        Raises
        ------
        ValueError
            If `n_components` is no such number; see `leading_sizes`.
        """
        sizes = leading_sizes(self.blocks, n_components)
        if n_components == self.n_features:
            return self
        norm, vectors = self.lengths[2], self.product_vectors
        products = np.empty((len(vectors), sizes["products"]), np.float16)
        for first in range(0, len(vectors), _ROWS_AT_ONCE):
            rows = slice(first, first + _ROWS_AT_ONCE)
            leading = vectors[rows, : sizes["products"]].astype(np.float32)
            products[rows] = scale_rows(leading, norm)
        tables = {
            "word_vectors": self.word_vectors[:, : sizes["words"]].copy(),
            "context_vectors": self.context_vectors[:, : sizes["contexts"]].copy(),
            "product_vectors": products,
            "space": fingerprint(self.space.encode(), str(n_components).encode()),
        }
        return type(self)(**{**self.__getstate__(), **tables})


def scale_rows(
    rows: np.ndarray, length: float, out: np.ndarray | None = None
) -> np.ndarray:
    """Scale rows to a length; a row that is zero but for rounding becomes zero."""
    norms = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    if len(rows) == 1:
        # The same in half the time, which counts for single titles.
        norm = norms[0]
        factor = 0 if norm <= _NOTHING else np.float32(length) / norm
        return np.multiply(rows, factor, out=out)
    norms[norms <= _NOTHING] = np.inf
    return np.multiply(rows, (np.float32(length) / norms)[:, None], out=out)
