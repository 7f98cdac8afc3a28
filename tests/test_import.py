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
        "from sklearn_prodemb.baselines import FastTextClassifier, TextCNNClassifier;"
        "FastTextClassifier(); TextCNNClassifier();"
        "ProductEmbedder(); Sessions.from_lists([['a', 'b']]); normalize_titles(['a']);"
        "assert 'torch' not in sys.modules; assert 'matplotlib' not in sys.modules;"
        "assert 'fasttext' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


@pytest.mark.parametrize("package", [sklearn_prodemb, sklearn_prodemb.baselines])
def test_public_names(package):
    assert set(package.__all__) <= set(dir(package))
    assert package.__all__ == sorted(package.__all__)
    for name in package.__all__:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        package.nothing
