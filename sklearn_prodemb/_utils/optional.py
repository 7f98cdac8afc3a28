"""Optional libraries: imported when used, with an error that says what to install."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def require(module: str, *, extra: str, what: str) -> Any:
    """Import an optional library.

    Parameters
    ----------
    module : str
        The module to import.
    extra : str
        The extra of this package that installs it.
    what : str
        What needs it, for the error message.

    Returns
    -------
    module : module
        The module.

    Raises
    ------
    ImportError
        If it is not installed; the error names the extra.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise ImportError(
            f"{what} needs {module.partition('.')[0]}, which is not installed: pip "
            f"install 'sklearn-prodemb[{extra}]'."
        ) from error
