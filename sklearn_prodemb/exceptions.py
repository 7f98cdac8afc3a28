"""The warnings and errors of the package."""

__all__ = [
    "CheckpointWarning",
    "CollapseWarning",
    "InterruptedTrainingWarning",
    "InvalidFileError",
]


class CheckpointWarning(UserWarning):
    """The checkpoint of a training cannot be written or deleted; training continues."""


class CollapseWarning(UserWarning):
    """The representation has collapsed: all titles have nearly the same vector."""


class InterruptedTrainingWarning(UserWarning):
    """Training was interrupted; the estimator holds what was trained so far."""


class InvalidFileError(ValueError):
    """A file is damaged, foreign, or holds types that are not trusted."""
