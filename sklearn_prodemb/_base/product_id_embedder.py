"""What embedders keep that know products by their ids as well as by titles."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from .._titles.with_ids import check_titles_and_ids
from .._utils.warn import warn
from .embedder import SessionEmbedder
from .encoder import encode_distinct
from .session_routes import resolve_sessions

_UNKNOWN = (
    "X has two columns, titles and product ids, but {}: name their column with "
    "Sessions.from_frame(..., product=...) or from_events(..., product=...), or give "
    "titles alone."
)
# Whether columns were changed over is asked of so many products.
_LOOKED_AT = 100


class ProductIdEmbedder(SessionEmbedder):
    """Base class: `transform` takes titles, or titles and product ids.

    `encoder_` has `ids`, what is known of the ids of the sessions, and `encode` takes
    them.
    """

    def transform(self, X: Any) -> np.ndarray:
        """Embed titles, alone or with product ids.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame of str, of length n_titles; or \
frame or ndarray of two columns, shape (n_titles, 2)
            The titles. A title that is empty after normalisation gets the vector of a
            title without words. Of two columns, the first holds titles and the second
            product ids, whatever the columns are named. A known id chooses the products
            block of the vector, also if the title was edited. The title chooses the
            other blocks. If an id is missing or not known, the title alone is looked
            up. Ids are compared as text: 7, 7.0 and "7" are one id.

        Returns
        -------
        vectors : ndarray of float32, shape (n_titles, n_features_out)
            One row for each title, whatever the other titles are.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If a title is no str, or an id is neither a str, a number nor missing; the
            error names its position.
        ValueError
            If `X` is one bare str or has more columns, if it has ids and the sessions
            had none, or if ids are floats of 2 ** 53 or above.

        Examples
        --------
        >>> import pandas as pd
        >>> from sklearn_prodemb import Sessions, SpectralEmbedder
        >>> log = pd.DataFrame({
        ...     "visit": [1, 1, 2, 2],
        ...     "title": ["Mate imperial", "Bombilla", "Termo 1 L", "Yerba"],
        ...     "id": ["MLA1", "MLA2", "MLA3", "MLA4"],
        ... })
        >>> sessions = Sessions.from_frame(
        ...     log, session="visit", title="title", product="id"
        ... )
        >>> embedder = SpectralEmbedder(n_components=8, random_state=0).fit(sessions)
        >>> edited = pd.DataFrame({"title": ["Mate nuevo, oferta"], "id": ["MLA1"]})
        >>> block = embedder.encoder_.blocks["products"]
        >>> before = embedder.transform(["Mate imperial"])[:, block]
        >>> bool((embedder.transform(edited)[:, block] == before).all())
        True
        >>> bool((embedder.transform(edited["title"])[:, block] == before).all())
        False
        """
        if not self.__sklearn_is_fitted__():  # `check_is_fitted` itself takes 2 us
            check_is_fitted(self)
        titles, ids = check_titles_and_ids(X)
        encoder = self.encoder_
        if ids is None:
            return encode_distinct(titles, encoder.encode)
        if encoder.ids is None:
            name = type(self).__name__
            raise ValueError(
                _UNKNOWN.format(f"{name} was fitted on sessions that have no ids")
            )
        self._warn_if_changed_over(titles, ids)

        def encode(products: list[tuple[str, Any]]) -> np.ndarray:
            return encoder.encode([t for t, _ in products], [i for _, i in products])

        return encode_distinct(list(zip(titles, ids, strict=True)), encode)

    def _find_sessions(self, X: Any, sessions: Any) -> Any:
        with_ids: list[bool] = []

        def check(X: Any) -> None:
            with_ids.append(check_titles_and_ids(X)[1] is not None)

        found = resolve_sessions(
            X,
            sessions,
            self.sessions,
            type(self).__name__,
            accepted=self._learns_from,
            check=check,
        )
        # Counts on disk have no ids.
        if any(with_ids) and getattr(found, "by_id", None) is None:
            raise ValueError(
                _UNKNOWN.format(f"the {type(found).__name__} to learn from have no ids")
            )
        return found

    def _warn_if_changed_over(self, titles: list[str], ids: list[Any]) -> None:
        """Warn if titles are known as ids, and no id is: all would be new products."""
        known = self.encoder_.ids.knows
        few = known(titles[:_LOOKED_AT])
        if few.sum() > len(few) / 2 and not known(ids[:_LOOKED_AT]).any():
            warn(
                UserWarning(
                    "No id is known, but the first column of X holds ids: titles come "
                    "first, then ids, whatever the columns are named."
                )
            )

    def _fingerprint(self, sessions: Any) -> str:
        by_id = getattr(sessions, "by_id", None)
        ids = "" if by_id is None else by_id.fingerprint
        return super()._fingerprint(sessions) + ids
