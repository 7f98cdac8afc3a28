"""What embedders tell of how well they know titles."""

from __future__ import annotations

from typing import Any

from sklearn.utils.validation import check_is_fitted

from .._titles.check import check_titles
from .._titles.coverage import Coverage


class CoverageMixin:
    """The method `coverage` of an embedder whose encoder knows words and titles."""

    encoder_: Any

    def coverage(self, X: Any) -> Coverage:
        """Tell what the embedder knows of titles.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame of str, of length n_titles
            The titles.

        Returns
        -------
        coverage : Coverage
            Words known and misspelt, titles seen, and how sure predictions are. A title
            that occurs again counts again.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError, ValueError
            As `transform`.
        """
        check_is_fitted(self)
        return self.encoder_.coverage(check_titles(X))
