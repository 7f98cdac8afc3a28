"""What importing the package brings along."""

import subprocess
import sys

import pytest

import sklearn_prodemb
from sklearn_prodemb import baselines


def test_importing_does_not_import_torch():
    code = (
        "import sys, sklearn_prodemb; "
        "from sklearn_prodemb import ProductEmbedder, Sessions, normalize_titles; "
        "ProductEmbedder(); Sessions.from_lists([['a', 'b']]); normalize_titles(['a']);"
        "assert 'torch' not in sys.modules; assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_public_names():
    assert set(sklearn_prodemb.__all__) <= set(dir(sklearn_prodemb))
    for name in sklearn_prodemb.__all__:
        assert getattr(sklearn_prodemb, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        sklearn_prodemb.nothing


def test_importing_baselines_imports_nothing_optional():
    code = (
        "import sys, sklearn_prodemb.baselines as b; "
        "[getattr(b, name)() for name in b.__all__]; "
        "assert not {'torch', 'transformers'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
    assert set(baselines.__all__) <= set(dir(baselines))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        baselines.nothing
