"""What embedders keep whose encoder is trained step by step."""

from __future__ import annotations

import hashlib
import os
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval

from ._base.embedder import Learned, SessionEmbedder
from ._base.progress import Progress, take_bars_off
from ._sessions.sessions import Sessions
from ._utils.description import ByName, Curve, Description, Labels, Whole
from ._utils.seeds import draw_seed
from ._utils.warn import warn
from .exceptions import InterruptedTrainingWarning

# Torch is imported when something is trained: an estimator alone is light.
if TYPE_CHECKING:
    from ._byol.checkpoint import Checkpoint


class TrainedEmbedder(SessionEmbedder):
    """Base class: an encoder trained by BYOL and cross entropy, that can go on.

    A subclass has the parameters `alpha`, `max_epochs`, `warm_start`, `device` and
    `checkpoint`, and a method `_train`. What it learns has `categories_`, `n_pairs_`,
    `loss_curve_` and `n_iter_`.
    """

    alpha: float
    max_epochs: int
    warm_start: bool
    device: str
    checkpoint: str | os.PathLike[str] | None

    _fitted: ClassVar[Description] = {
        "categories_": Labels("n_categories"),
        "n_pairs_": Whole(),
        "loss_curve_": ByName(Curve("n_iter")),
        "n_iter_": Whole(size="n_iter"),
    }

    _parameter_constraints: dict[str, Any] = {
        **SessionEmbedder._parameter_constraints,
        "alpha": [Interval(Real, 0, 1, closed="both")],
        "max_epochs": [Interval(Integral, 0, None, closed="left")],
        "warm_start": ["boolean"],
        "device": [str],
        "checkpoint": [str, os.PathLike, None],
    }

    _not_in_key = SessionEmbedder._not_in_key | {"checkpoint", "warm_start"}

    def _train(
        self,
        sessions: Sessions,
        seed: int,
        progress: Progress,
        *,
        start: Any,
        checkpoint: Checkpoint | None = None,
    ) -> Learned:
        """Train an encoder, from scratch or, if it is not None, from `start`."""
        raise NotImplementedError

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any = None) -> Self:
        """Go on training with further sessions.

        The first call trains from scratch, as `fit`. Later ones keep what is known of
        words and titles, and go on from the encoder; all that is not kept after
        training, such as heads and target network, begins anew, as do the schedules.

        Parameters
        ----------
        X : Sessions, or nested list of str or (str, category) pairs
            The further sessions.
        y : None
            Ignored, for a pipeline's sake.

        Returns
        -------
        self : estimator
            The fitted estimator; `n_iter_`, `n_pairs_` and `loss_curve_` go on from
            the call before, and `categories_` holds all categories so far.

        Raises
        ------
        TypeError, ValueError
            As `fit`; also if the parameters ask for another network than there is, or
            the categories are of another type. The estimator is then as it was before.
        """
        # scikit-learn validates the first call only; parameters may be set anew since.
        self._validate_params()
        sessions = self._find_sessions(X, None)
        fitted = self.__sklearn_is_fitted__()
        categories = sessions.categories
        if fitted:
            categories = _all_categories(self.categories_, categories)
        learned = self._train(
            sessions,
            draw_seed(self.random_state),
            Progress(self),
            start=self.encoder_ if fitted else None,
        )
        for warning in learned.warnings:
            warn(warning)
        attributes = learned.attributes
        if fitted:
            attributes.update(self._added_up(attributes), categories_=categories)
        self.__dict__.update(attributes)
        take_bars_off(self)
        return self

    def _added_up(self, attributes: dict[str, Any]) -> dict[str, Any]:
        """Give the attributes that go on from the call of `partial_fit` before."""
        return {
            "n_iter_": self.n_iter_ + attributes["n_iter_"],
            "n_pairs_": self.n_pairs_ + attributes["n_pairs_"],
            "loss_curve_": {
                name: np.append(self.loss_curve_[name], curve)
                for name, curve in attributes["loss_curve_"].items()
            },
        }

    def _key(self, sessions: Sessions, seed: int) -> dict[str, Any] | None:
        # What a warm start begins from is not part of the parameters.
        return None if self._start() is not None else super()._key(sessions, seed)

    def _start(self) -> Any:
        """Give the encoder that `fit` begins from; None to begin anew."""
        warm = self.warm_start and self.__sklearn_is_fitted__()
        return self.encoder_ if warm else None

    def _learn(self, sessions: Sessions, seed: int, progress: Progress) -> Learned:
        checkpoint = self._open_checkpoint(sessions, seed)
        if checkpoint is not None:
            # A training that goes on keeps the seed it began with.
            seed = checkpoint.read_seed(seed)
        return self._train(
            sessions, seed, progress, start=self._start(), checkpoint=checkpoint
        )

    def _open_checkpoint(self, sessions: Sessions, seed: int) -> Checkpoint | None:
        if self.checkpoint is None:
            return None
        key = self._key(sessions, seed)
        if key is None:
            return None
        from ._byol.checkpoint import Checkpoint

        return Checkpoint(self.checkpoint, _digest(key))


def check_categories(alpha: float, categories: np.ndarray) -> None:
    """Raise a ValueError if nothing can be learned from these codes; -1 is missing."""
    if alpha == 0 and (categories < 0).all():
        raise ValueError(
            "alpha=0 learns from categories alone, but no product of the sessions has "
            "one: name a category column, or set alpha above 0."
        )


def interrupted_warning(n_steps: int) -> InterruptedTrainingWarning:
    """Give the warning for a training that was stopped by the keyboard."""
    return InterruptedTrainingWarning(
        f"Training was interrupted after {n_steps} steps; the estimator holds what was "
        f"trained so far."
    )


def _all_categories(before: np.ndarray, further: np.ndarray) -> np.ndarray:
    if not len(before) or not len(further):
        return before if len(before) else further
    try:
        return np.union1d(before, further)
    except TypeError as error:
        raise TypeError(
            f"Categories must be all str or all numbers: the estimator was fitted on "
            f"{before.tolist()[0]!r} and others, the further sessions have "
            f"{further.tolist()[0]!r}."
        ) from error


def _digest(key: dict[str, Any]) -> str:
    return hashlib.blake2b(repr(key).encode(), digest_size=16).hexdigest()
