"""Optional libraries: there, or an error that says what to install."""

import sys

import pytest

from sklearn_prodemb._utils.optional import require


def test_an_installed_library():
    import sklearn.tree

    assert require("sklearn.tree", extra="plot", what="A test") is sklearn.tree


@pytest.mark.parametrize("module", ["matplotlib", "matplotlib.pyplot"])
def test_an_error_says_what_to_install(monkeypatch, module):
    for name in {"matplotlib", module}:
        monkeypatch.setitem(sys.modules, name, None)
    expected = (
        "A display needs matplotlib, which is not installed: "
        "pip install 'sklearn-prodemb[plot]'."
    )
    with pytest.raises(ImportError) as error:
        require(module, extra="plot", what="A display")
    assert str(error.value) == expected
    assert isinstance(error.value.__cause__, ImportError)
