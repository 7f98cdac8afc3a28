"""Embedders that project features onto what products have and are seen with."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ..._base.progress import Progress
from ..._sessions.by_id import SessionsById
from ..._utils.description import Description, Part, Whole
from .frame_embedder import FrameEmbedder, Inputs
from .projection import learn_projection
from .session_vectors import learn_session_vectors


class ProjectionEmbedder(FrameEmbedder):
    """Base class: features and sessions in, a `SessionProjection` out."""

    n_components: int
    alpha: float

    # Norms of the two blocks. They are below the norm of a title's vector: titles say
    # more about a product.
    _lengths: ClassVar[tuple[float, float]]

    _fitted: ClassVar[Description] = {
        "encoder_": Part("SessionProjection", n_features_in="n_features"),
        "n_linked_": Whole(1),
    }

    _parameter_constraints: dict[str, Any] = {
        **FrameEmbedder._parameter_constraints,
        "n_components": [Interval(Integral, 2, None, closed="left")],
        "alpha": [Interval(Real, 0, None, closed="neither")],
    }

    @property
    def _n_tasks(self) -> int:
        # The features, two of the sessions' vectors, and the projection.
        return 4

    def _learn(
        self,
        inputs: Inputs,
        codes: np.ndarray,
        by_id: SessionsById,
        seed: int,
        progress: Progress,
    ) -> dict[str, Any]:
        half = self.n_components // 2
        rng = np.random.RandomState(seed)
        targets = learn_session_vectors(
            by_id, half, self.max_session_length, rng, progress.stage
        )
        with progress.stage("projection"):
            codes = codes[inputs.present]
            linked = np.flatnonzero(codes >= 0)
            encoder = learn_projection(
                inputs.features[inputs.present],
                linked,
                targets[codes[linked]],
                n_components=self.n_components - half,
                alpha=self.alpha,
                lengths=self._lengths,
                seed=seed,
            )
        return {"encoder_": encoder}
