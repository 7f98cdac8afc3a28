"""Objects built from archives: what skops gives for them."""

import subprocess
import sys

import numpy as np
import pytest
import skops.io
from damage import json_node, pack
from small import (
    ID_SESSIONS,
    SESSIONS,
    TITLES,
    small,
    small_product,
    spectral,
)

from sklearn_prodemb._base.archive import check_archive
from sklearn_prodemb._base.archive_objects import build_objects
from sklearn_prodemb._base.fitted import ESTIMATORS
from sklearn_prodemb._base.persistence import TRUSTED_TYPES
from sklearn_prodemb.baselines import Prod2Vec
from sklearn_prodemb.exceptions import InvalidFileError


def build(data):
    return build_objects(data, check_archive(data, "It", TRUSTED_TYPES, ESTIMATORS))


def parts_of(value, path=""):
    """Give all that an object holds, each with its type, by its path."""
    yield path, type(value)
    if isinstance(value, np.ndarray):
        yield path, (value.dtype, value.shape)
        values = value.tolist()
        yield path, values
        yield path, [type(item) for item in np.ravel(values).tolist()]
    elif isinstance(value, np.random.RandomState):
        yield from parts_of(value.get_state(legacy=False), path)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from parts_of(item, f"{path}.{name}")
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from parts_of(item, f"{path}[{i}]")
    elif hasattr(value, "__getstate__") and hasattr(value, "__dict__"):
        yield from parts_of(value.__getstate__(), path)
    else:
        yield path, value


def shared():
    """Give an estimator that holds one object in two places."""
    embedder = small_product(random_state=np.random.RandomState(0)).fit(SESSIONS)
    row = np.arange(3.0)
    embedder.n_components = np.int64(16)
    # Python has one 77, which is written first in the shape of an array of objects.
    embedder.categories_ = np.array([str(i) for i in range(77)], object)
    del embedder.n_iter_
    embedder.n_iter_ = 77
    embedder.loss_curve_ = dict.fromkeys(embedder.loss_curve_, row)
    return embedder


ESTIMATORS_TO_SAVE = {
    "spectral": lambda: spectral().fit(SESSIONS),
    "product": lambda: small_product().fit(SESSIONS),
    "shared": shared,
    "text CNN": lambda: small(random_state=np.random.RandomState(3)).fit(SESSIONS),
    "ids": lambda: Prod2Vec(random_state=0).fit(ID_SESSIONS),
}


@pytest.mark.parametrize("kind", ESTIMATORS_TO_SAVE)
def test_objects_are_those_that_skops_builds(kind):
    data = skops.io.dumps(ESTIMATORS_TO_SAVE[kind]())
    expected = list(parts_of(skops.io.loads(data, trusted=list(TRUSTED_TYPES))))
    assert list(parts_of(build(data))) == expected
    assert len(expected) > 30


def test_a_shared_object_stays_shared():
    curves = [*build(skops.io.dumps(shared())).loss_curve_.values()]
    assert len(curves) > 1
    assert all(curve is curves[0] for curve in curves)


def test_a_node_that_nobody_checked_is_not_built():
    # The second node of an id is not read: it may hold what the first must not.
    data = skops.io.dumps(shared())
    schema = check_archive(data, "It", TRUSTED_TYPES, ESTIMATORS)
    nodes = [schema]
    repeated = []
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            if node.get("__loader__") == "repeated":
                repeated.append(node)
            nodes.extend(node.values())
        elif isinstance(node, list):
            nodes.extend(node)
    assert repeated
    assert all(node.keys() == {"__id__", "__loader__"} for node in repeated)


def test_an_object_is_written_before_it_is_named():
    schema = {"__loader__": "ListNode", "content": [json_node("1") | {"__id__": 7}]}
    schema["content"].append({"__loader__": "repeated", "__id__": 7})
    assert build_objects(pack({}), schema) == [1, 1]
    schema["content"].append({"__loader__": "repeated", "__id__": 8})
    with pytest.raises(InvalidFileError, match="before it writes it"):
        build_objects(pack({}), schema)


def test_closed_forms_are_loaded_without_skops_and_torch(tmp_path):
    for embedder in (spectral(), small_product()):
        path = tmp_path / type(embedder).__name__
        embedder.fit(SESSIONS).save(path)
        code = (
            f"import sys, sklearn_prodemb; e = sklearn_prodemb.load({str(path)!r});"
            f"e.transform({TITLES[:3]!r} + ['zapatilla nueva']);"
            "assert not {'skops', 'torch', 'sentencepiece', 'duckdb'} & {*sys.modules}"
        )
        subprocess.run([sys.executable, "-c", code], check=True)
