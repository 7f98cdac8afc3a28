"""What a figure, or a report of an error, belongs to: machine and versions."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import joblib

from .._public import public
from .._version import __version__

PACKAGES = (
    "torch",
    "sentencepiece",
    "scikit-learn",
    "numpy",
    "skops",
    "narwhals",
    "fasttext-community",
    "transformers",
)


def machine(packages: tuple[str, ...] = PACKAGES) -> dict[str, Any]:
    """Tell processor, cores and versions.

    Parameters
    ----------
    packages : tuple of str
        Which other packages; those that are not installed are left out.

    Returns
    -------
    machine : dict of str to object
        "cpu" (str), "cores" (int) and "versions", a dict of str to str.
    """
    cpu = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            names = [x.split(":")[1].strip() for x in lines if "model name" in x]
        cpu = names[0] if names else cpu
    versions = {"Python": platform.python_version(), "sklearn-prodemb": __version__}
    for package in packages:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {"cpu": cpu, "cores": joblib.cpu_count(), "versions": versions}


@public
def show_versions() -> None:
    """Print the machine, and the versions of this package and its dependencies.

    Examples
    --------
    >>> import sklearn_prodemb
    >>> sklearn_prodemb.show_versions()
    Processor: ..., ... cores
    Python: 3...
    sklearn-prodemb: ...
    torch: ...
    """
    about = machine()
    print(f"Processor: {about['cpu']}, {about['cores']} cores")
    for name, number in about["versions"].items():
        print(f"{name}: {number}")
