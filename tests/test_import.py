"""What importing the package brings along."""

import subprocess
import sys

import pytest

import sklearn_prodemb
import sklearn_prodemb.baselines


def test_importing_does_not_import_torch():
    code = (
        "import sys, sklearn_prodemb; "
        "from sklearn_prodemb import ProductEmbedder, Sessions, normalize_titles; "
        "ProductEmbedder(); Sessions.from_lists([['a', 'b']]); normalize_titles(['a']);"
        "import sklearn_prodemb.baselines;"
        "assert 'torch' not in sys.modules; assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


@pytest.mark.parametrize("module", [sklearn_prodemb, sklearn_prodemb.baselines])
def test_public_names(module):
    assert set(module.__all__) <= set(dir(module))
    for name in module.__all__:
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        module.nothing
