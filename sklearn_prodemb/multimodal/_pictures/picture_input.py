"""What estimators of pictures share: a backbone, and columns of pictures."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval

from ..._base.progress import Epoch, Progress
from ...exceptions import InvalidFileError
from .._mates.frame_embedder import Inputs
from .backbone import Backbone, digest_of, open_backbone
from .extraction import extract_features
from .reading import Place, check_pictures, present_cells

# No network gives a picture more; a damaged file may ask for all memory.
_MOST_FEATURES = 2**20
# Lines of progress that are printed.
_N_REPORTS = 20


class PictureInputMixin:
    """Run pictures through the backbone that `fit` knew."""

    backbone: Any
    pixel_mean: Sequence[float]
    pixel_std: Sequence[float]
    batch_size: int
    verbose: bool | int
    backbone_digest_: str | None
    n_backbone_features_: int

    _parameter_constraints: dict[str, Any] = {
        "backbone": [str, os.PathLike, callable],
        "pixel_mean": ["array-like"],
        "pixel_std": ["array-like"],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "verbose": ["verbose"],
    }

    def _pixel_scales(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Give mean and standard deviation of colours, checked."""
        triples = []
        for name in ("pixel_mean", "pixel_std"):
            numbers = [*getattr(self, name)]
            is_right = len(numbers) == 3 and all(isinstance(n, Real) for n in numbers)
            lowest = 0 if name == "pixel_std" else -np.inf
            if not is_right or not all(lowest < n < np.inf for n in numbers):
                above = " above 0" if name == "pixel_std" else ""
                raise ValueError(
                    f"{name} must be three numbers{above}, those of red, green and "
                    f"blue, but is {getattr(self, name)!r}."
                )
            triples.append(tuple(map(float, numbers)))
        mean, std = triples
        return mean, std

    def _open_backbone(self) -> Backbone:
        """Open the backbone; a file is opened once, as long as it stays the same."""
        triples = self._pixel_scales()
        if callable(self.backbone) or not os.path.isfile(self.backbone):
            return open_backbone(self.backbone, *triples)
        return _opened(*_state_of(self.backbone), *triples)

    def _check_backbone(self) -> None:
        """Check that the backbone is the one of `fit`."""
        if self.backbone_digest_ is None or callable(self.backbone):
            return
        if not os.path.isfile(self.backbone):
            raise FileNotFoundError(
                f"backbone={os.fspath(self.backbone)!r} is no file. If it was moved, "
                f"set_params(backbone=...) tells where it is."
            )
        if _digest(*_state_of(self.backbone)) != self.backbone_digest_:
            raise ValueError(
                f"The backbone {os.fspath(self.backbone)} is not the file that fit "
                f"used: bring that one back, or fit again."
            )

    def _has_data(self, data: Any) -> np.ndarray:
        """Tell which rows have a picture, bool (n_products,), without reading it."""
        cells, _ = _column(data)
        return present_cells(cells)

    def _check_together(self) -> None:
        """Raise an InvalidFileError if what is known of pixels or features is wrong."""
        if self.n_backbone_features_ > _MOST_FEATURES:
            raise InvalidFileError(
                f"{type(self).__name__}.n_backbone_features_ must be {_MOST_FEATURES} "
                f"or less, but is {self.n_backbone_features_}"
            )
        try:
            self._pixel_scales()
        except (TypeError, ValueError) as error:
            raise InvalidFileError(f"{type(self).__name__}.{error}") from error

    def _read_pictures(self, data: Any, progress: Progress) -> Inputs:
        """Read the pictures that `fit` learns from; a backbone that fails comes first.

        Parameters
        ----------
        data : narwhals DataFrame of n_products rows
            One column, of pictures.
        progress : Progress
            What is told of each batch.
        """
        cells, place = _column(data)
        backbone = self._open_backbone()
        digest = digest_of(self.backbone)
        present = check_pictures(cells, place)
        n_batches = -(-int(present.sum()) // self.batch_size)
        with progress.epoch(0, 1, n_batches) as told:
            features = self._extract(backbone, cells, present, place, None, told)
        attributes = {
            "backbone_digest_": digest,
            "n_backbone_features_": features.shape[1],
        }
        return Inputs(features, present, attributes)

    def _read_pictures_again(self, data: Any) -> Inputs:
        """Read the pictures of `transform`, as `_read_pictures`."""
        cells, place = _column(data)
        return self._extract_again(cells, place)

    def _extract_again(self, cells: Sequence[Any], place: Place) -> Inputs:
        """Give the features of pictures by the backbone of `fit`."""
        self._check_backbone()
        present = check_pictures(cells, place)
        n_features = self.n_backbone_features_
        if not present.any():
            return Inputs(np.zeros((len(cells), n_features), np.float32), present)
        backbone = self._open_backbone()
        features = self._extract(backbone, cells, present, place, n_features)
        return Inputs(features, present)

    def _extract(
        self,
        backbone: Backbone,
        cells: Sequence[Any],
        present: np.ndarray,
        place: Place,
        n_features: int | None,
        told: Epoch | None = None,
    ) -> np.ndarray:
        """Give the features of pictures, and tell how far it is."""
        progress, n_pictures = Progress(self), int(present.sum())
        every = max(1, n_pictures // _N_REPORTS)
        batches = extract_features(
            backbone,
            cells,
            present,
            place=place,
            batch_size=self.batch_size,
            n_features=n_features,
        )
        n_reported = n_done = 0
        features: np.ndarray | None = None
        for number, (rows, found) in enumerate(batches):
            if features is None:
                features = np.zeros((len(cells), found.shape[1]), np.float32)
            features[rows] = found
            n_done += len(rows)
            if n_done - n_reported >= every or n_done == n_pictures:
                n_reported = n_done
                filled = _N_REPORTS * n_done // n_pictures
                bar = "#" * filled + "." * (_N_REPORTS - filled)
                progress.report(f"[{bar}] {n_done:,} of {n_pictures:,} pictures")
            if told is not None:
                with told.step(number, lambda: None):
                    pass
        assert features is not None
        return features


def _column(data: Any) -> tuple[list[Any], Place]:
    """Give the cells of the only column, and what errors call its rows."""
    if len(data.columns) != 1:
        raise ValueError(
            f"X must have one column of pictures beside that of product ids, but has "
            f"{data.columns}: select two columns."
        )
    (name,) = data.columns

    def place(row: int) -> str:
        return f"Row {row} of column {name!r}"

    return data.get_column(name).to_list(), place


def _state_of(file: str | os.PathLike[str]) -> tuple[str, tuple[int, ...]]:
    """Give the path of a file, and what changes if the file does."""
    state = os.stat(file)
    return os.path.abspath(file), (state.st_mtime_ns, state.st_size, state.st_ino)


@lru_cache(maxsize=16)
def _digest(path: str, state: Any) -> str | None:
    return digest_of(path)


@lru_cache(maxsize=4)
def _opened(path: str, state: Any, *triples: tuple[float, ...]) -> Backbone:
    return open_backbone(path, *triples)
