"""What importing the package brings along."""

import pickle
import subprocess
import sys

import pytest
from small import SESSIONS

import sklearn_prodemb
from sklearn_prodemb import ProductEmbedder, baselines, datasets, evaluation


def test_importing_does_not_import_torch():
    code = (
        "import sys, sklearn_prodemb; "
        "from sklearn_prodemb import ProductEmbedder, Sessions, normalize_titles; "
        "from sklearn_prodemb.baselines import FastTextClassifier, TextCNNClassifier;"
        "FastTextClassifier(); TextCNNClassifier();"
        "ProductEmbedder(); Sessions.from_lists([['a', 'b']]); normalize_titles(['a']);"
        "assert 'torch' not in sys.modules; assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


@pytest.mark.parametrize(
    "embedder", ["SpectralEmbedder()", "ProductEmbedder(max_epochs=0)"]
)
def test_the_closed_form_does_not_import_torch(embedder):
    code = (
        "import pickle, sys; from sklearn_prodemb import ProductEmbedder, "
        f"SpectralEmbedder; embedder = {embedder}; "
        "vectors = embedder.fit([['mesa', 'silla']]).transform(['mesa']); "
        "again = pickle.loads(pickle.dumps(embedder)).transform(['mesa']); "
        "assert (again == vectors).all() and vectors.any(); "
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_a_trained_embedder_is_served_without_torch(tmp_path):
    path = tmp_path / "embedder.pkl"
    embedder = ProductEmbedder(n_components=16, random_state=0).fit(SESSIONS)
    path.write_bytes(pickle.dumps(embedder))
    code = (
        f"import pickle, sys; embedder = pickle.load(open({str(path)!r}, 'rb')); "
        "assert embedder.encoder_.network is not None; "
        "assert embedder.transform(['mesa silla 99', 'mesaa']).any(axis=1).all(); "
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("module", [sklearn_prodemb, baselines, datasets, evaluation])
def test_public_names(module):
    assert set(module.__all__) <= set(dir(module))
    assert module.__all__ == sorted(module.__all__)
    for name in module.__all__:
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        module.nothing


def test_importing_more_imports_nothing_optional():
    code = (
        "import sys, sklearn_prodemb.baselines as b, sklearn_prodemb.evaluation as e; "
        "import sklearn_prodemb.multimodal as m; [getattr(m, n) for n in m.__all__]; "
        "m.ImageFeatures('a.onnx'); m.SiameseImageEmbedder('a.onnx'); "
        "[getattr(b, name)() for name in b.__all__]; "
        "[getattr(e, name) for name in e.__all__]; "
        "import sklearn_prodemb.neighbors as n; [getattr(n, x) for x in n.__all__]; "
        "n.SimilarProducts(b.Prod2Vec()); n.ApproximateNeighbors(); "
        "optional = {'torch', 'transformers', 'fasttext', 'matplotlib', 'PIL'}; "
        "optional |= {'onnxruntime', 'ai_edge_litert', 'usearch'}; "
        "assert not optional & sys.modules.keys(), optional & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
