"""Turns offers into vectors."""

from __future__ import annotations

import numpy as np
from sklearn.utils.extmath import randomized_svd

from ..._public import public
from ..._utils.description import LARGEST, Array, ByName, Number
from ..._utils.plain_state import PlainStateMixin
from ...exceptions import InvalidFileError
from .._offers import BITS, Offers, check_kinds
from .._unit_rows import unit_rows
from .hashed_texts import N_COLUMNS, hash_texts, learn_rarity
from .inputs import Inputs, modalities

# Offers of a chunk: the memory is that of their n-grams.
_CHUNK = 10_000


@public
class OfferEncoder(PlainStateMixin):
    """Turn offers into vectors: a block for the text, one for each hash and vector.

    The block of the text is the weighted sum of the vectors of its hashed words and
    n-grams. The block of a hash or vector is a linear map of it. Each block is scaled
    to norm 1, and so is the whole vector.

    Parameters
    ----------
    rarity : ndarray of float32, shape (n_columns,)
        The inverse document frequency of hashed words and n-grams.
    text_vectors : ndarray of float32, shape (n_columns, embedding_dim)
        Their vectors.
    projections : dict of str to ndarray of float32, shape (n_values, embedding_dim)
        The linear map of each column of hashes or vectors.
    weights : dict of str to float
        The weight of the cosine of each of these columns; the weight of the text is 1.
    """

    _state = {
        "rarity": Array("float32", (str(N_COLUMNS),), least=0),
        "text_vectors": Array("float32", (str(N_COLUMNS), "embedding_dim")),
        "projections": ByName(Array("float32", ("_", "embedding_dim"))),
        "weights": ByName(Number(0, LARGEST["float32"])),
    }

    def __init__(
        self,
        rarity: np.ndarray,
        text_vectors: np.ndarray,
        projections: dict[str, np.ndarray],
        weights: dict[str, float],
    ) -> None:
        self.rarity = rarity
        self.text_vectors = text_vectors
        self.projections = projections
        self.weights = weights

    def _check_together(self) -> None:
        if list(self.weights) != list(self.projections):
            raise InvalidFileError("OfferEncoder.weights are not of its projections")

    @classmethod
    def untrained(cls, offers: Offers, embedding_dim: int, seed: int) -> OfferEncoder:
        """Draw the vectors: cosines are about those of TF-IDF, hashes and vectors.

        Parameters
        ----------
        offers : Offers
            Offers that show how rare words and n-grams are, and which columns there
            are.
        embedding_dim : int
            Number of columns of each block.
        seed : int
            The seed.

        Returns
        -------
        encoder : OfferEncoder
            The encoder, a random projection.
        """
        rng = np.random.default_rng(seed)
        vectors = _draw(N_COLUMNS, embedding_dim, rng)
        return cls._projecting(offers, learn_rarity(offers.joined), vectors, rng)

    @classmethod
    def by_svd(cls, offers: Offers, embedding_dim: int, seed: int) -> OfferEncoder:
        """Take the singular vectors of the texts' TF-IDF for vectors.

        Parameters
        ----------
        offers : Offers
            As of `untrained`.
        embedding_dim : int
            Number of columns of each block, at most as many as offers.
        seed : int
            As of `untrained`.

        Returns
        -------
        encoder : OfferEncoder
            The encoder. Hashes and vectors are projected at random.
        """
        texts = offers.joined
        rarity = learn_rarity(texts)
        rows = hash_texts(texts, rarity)
        n_components = min(embedding_dim, len(texts))
        _, _, components = randomized_svd(rows, n_components, random_state=seed)
        return cls._projecting(
            offers,
            rarity,
            np.ascontiguousarray(components.T, np.float32),
            np.random.default_rng(seed),
        )

    @classmethod
    def _projecting(
        cls,
        offers: Offers,
        rarity: np.ndarray,
        text_vectors: np.ndarray,
        rng: np.random.Generator,
    ) -> OfferEncoder:
        """Project the hashes and vectors of offers at random, all of one weight."""
        rows = modalities(offers)
        n_columns = text_vectors.shape[1]
        projections = {k: _draw(v.shape[1], n_columns, rng) for k, v in rows.items()}
        return cls(rarity, text_vectors, projections, dict.fromkeys(rows, 1.0))

    def check_columns(self, columns: dict[str, str]) -> None:
        """Check that the encoder is one of offers with these columns.

        Parameters
        ----------
        columns : dict of str to str
            The kind of each column: "text", "number", "hash" or "vector".

        Raises
        ------
        InvalidFileError
            If it is not, or offers cannot have such columns.
        """
        check_kinds(columns)
        kinds = ("hash", "vector")
        names = {name for name, kind in columns.items() if kind in kinds}
        if names != self.projections.keys():
            raise InvalidFileError("columns_ has other hashes or vectors than encoder_")
        for name, weights in self.projections.items():
            if columns[name] == "hash" and len(weights) % BITS:
                raise InvalidFileError(
                    f"the hash {name!r} must have {BITS} bits a digit, but has "
                    f"{len(weights)} in all"
                )

    @property
    def n_features(self) -> int:
        """Number of columns of a vector."""
        return self.text_vectors.shape[1] * (1 + len(self.projections))

    def encode(self, offers: Offers) -> np.ndarray:
        """Give the vectors of offers.

        Parameters
        ----------
        offers : Offers
            The offers, with the columns that the encoder knows.

        Returns
        -------
        vectors : ndarray of float32, shape (n_offers, n_features)
            Vectors of norm 1; zeros for an offer without any value.

        Raises
        ------
        ValueError
            If a column of hashes or vectors has another number of values than in `fit`.
        """
        parts = [np.empty((0, self.n_features), np.float32)]
        for begin in range(0, len(offers), _CHUNK):
            rows = np.arange(begin, min(begin + _CHUNK, len(offers)))
            inputs = Inputs.of(offers.take(rows), self.rarity)
            parts.append(self.encode_inputs(inputs))
        return np.concatenate(parts)

    def encode_inputs(self, inputs: Inputs) -> np.ndarray:
        """Give the vectors of inputs that were read before, as `encode` does.

        Parameters
        ----------
        inputs : Inputs
            What was read of offers.

        Returns
        -------
        vectors : ndarray of float32, shape (n_offers, n_features)
            As `encode` gives them.
        """
        return join_parts(self.parts(inputs), self.weights)

    def parts(self, inputs: Inputs) -> list[np.ndarray]:
        """Give the blocks of vectors before they are joined; the first is the text's.

        Parameters
        ----------
        inputs : Inputs
            The inputs that were read from offers.

        Returns
        -------
        parts : list of ndarray of float32, each of shape (n_offers, embedding_dim)
            Rows of norm 1, or of zeros.

        Raises
        ------
        ValueError
            As `encode`.
        """
        parts = [unit_rows(inputs.texts @ self.text_vectors)]
        for name, rows in inputs.others.items():
            weights = self.projections[name]
            # A column without any value has no width; nothing is known of it here, or
            # nothing was learned of it.
            if not rows.shape[1] or not len(weights):
                rows, weights = rows[:, :0], weights[:0]
            if rows.shape[1] != len(weights):
                raise ValueError(
                    f"The column {name!r} must hold {len(weights)} numbers or bits an "
                    f"offer, as in fit, but holds {rows.shape[1]}."
                )
            parts.append(unit_rows(rows @ weights))
        return parts

    def weighted(self, weights: dict[str, float]) -> OfferEncoder:
        """Give the encoder with other weights.

        Parameters
        ----------
        weights : dict of str to float
            The weight of each block but the text, by the name of its column.

        Returns
        -------
        encoder : OfferEncoder
            A new encoder, which shares the tables of this one.
        """
        return OfferEncoder(self.rarity, self.text_vectors, self.projections, weights)


def join_parts(parts: list[np.ndarray], weights: dict[str, float]) -> np.ndarray:
    """Join the parts of vectors.

    Parameters
    ----------
    parts : list of ndarray of float32, each of shape (n_offers, embedding_dim)
        As `OfferEncoder.parts` gives them.
    weights : dict of str to float
        The weights of all parts but the first.

    Returns
    -------
    vectors : ndarray of float32, shape (n_offers, n_features)
        Rows of length 1. If two offers have all parts, their cosine is the weighted
        mean of those of the parts.
    """
    roots = np.sqrt([1.0, *weights.values()]).astype(np.float32)
    weighted = [part * root for part, root in zip(parts, roots, strict=True)]
    return unit_rows(np.concatenate(weighted, axis=1))


def _draw(n_rows: int, n_columns: int, rng: np.random.Generator) -> np.ndarray:
    """Draw a projection that keeps lengths and angles on average."""
    values = rng.standard_normal((n_rows, n_columns), np.float32)
    return values / np.float32(n_columns**0.5)
