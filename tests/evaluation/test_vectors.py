import numpy as np
import pytest
from scipy.sparse import coo_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from sklearn_prodemb.evaluation._vectors import product_vectors


def test_rows_can_be_chosen_whatever_the_container():
    X = np.arange(6.0).reshape(3, 2)
    expected = StandardScaler().fit_transform(X)[[2, 0]]
    framed = StandardScaler().set_output(transform="pandas").fit(X)
    assert np.array_equal(product_vectors(framed, X, 3)[[2, 0]], expected)
    sparse = FunctionTransformer(coo_matrix)
    found = product_vectors(sparse, X, 3)[[2, 0]]
    assert np.array_equal(found.toarray(), X[[2, 0]])
    words = TfidfVectorizer().fit(["a mate", "a termo"])
    assert product_vectors(words, ["mate"], 1).shape == (1, 2)


@pytest.mark.parametrize("rows", [np.zeros((2, 3)), np.zeros(3)])
def test_a_row_a_product(rows):
    other = FunctionTransformer(lambda X: rows)
    with pytest.raises(ValueError, match=r"a row for each of the 3 products, got shap"):
        product_vectors(other, [[1], [2], [3]], 3)
