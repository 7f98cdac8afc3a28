"""Small pictures, sessions of what they show, and backbones, for tests."""

import io

import numpy as np
import pandas as pd

from sklearn_prodemb import Sessions

N = 40
RNG = np.random.default_rng(0)
# Red products are seen with red ones, blue with blue.
IS_RED = np.arange(N) % 2 == 0
ARRAYS = RNG.integers(60, size=(N, 8, 8, 3), dtype=np.uint8)
ARRAYS[IS_RED, ..., 0] += 150
ARRAYS[~IS_RED, ..., 2] += 150
PRODUCTS = pd.DataFrame({"product_id": np.arange(N), "picture": [*ARRAYS]})
ATTRIBUTES = pd.DataFrame(
    {
        "product_id": np.arange(N),
        "colour": np.where(IS_RED, "red", "blue"),
        "size": RNG.choice(["s", "m", "l", None], N),
        "year": RNG.integers(2018, 2021, N),
    }
)


def log_of(lists):
    """Give a log of sessions of ids."""
    rows = [(n, i, f"product {i}") for n, session in enumerate(lists) for i in session]
    return pd.DataFrame(rows, columns=["visit", "product_id", "title"])


def sessions_of(lists, product="product_id"):
    """Give sessions of ids; `product=None` leaves the ids out."""
    return Sessions.from_frame(
        log_of(lists), session="visit", title="title", product=product
    )


SESSIONS = sessions_of([RNG.permutation(20)[:4] * 2 + n % 2 for n in range(60)])


def mean_colours(pictures):
    """Give the mean of red, green and blue of each picture."""
    return np.array([np.asarray(p).mean(axis=(0, 1)) for p in pictures])


class Counting:
    """Mean colours, and how many pictures came in each call."""

    def __init__(self, function=mean_colours):
        self.function = function
        self.calls = []

    def __call__(self, pictures):
        self.calls.append(len(pictures))
        return self.function(pictures)


def file_of(picture, kind="PNG", **params):
    """Give what a file of a PIL image holds."""
    file = io.BytesIO()
    picture.save(file, kind, **params)
    return file.getvalue()


def onnx_of(shape, *, dtype="float", axes=None, n_inputs=1):
    """Give an ONNX model that takes the mean over some axes; without, none are left.

    Parameters
    ----------
    shape : sequence of int, str or None, of length 4
        What it takes.
    dtype : {"float", "uint8", "float16"}, default="float"
        Of which type.
    axes : list of int or None, default=None
        The axes that are averaged: by default height and width; [] gives all back.
    n_inputs : int, default=1
        Number of inputs, which are added up.
    """
    import onnx
    from onnx import TensorProto, helper

    if axes is None:
        axes = [2, 3] if shape[1] == 3 else [1, 2]
    kind = getattr(TensorProto, dtype.upper())
    names = [f"pictures {i}" for i in range(n_inputs)]
    inputs = [helper.make_tensor_value_info(name, kind, shape) for name in names]
    nodes = [
        helper.make_node("Cast", [name], [f"float {i}"], to=TensorProto.FLOAT)
        for i, name in enumerate(names)
    ]
    added = [f"float {i}" for i in range(n_inputs)]
    given = [helper.make_tensor("axes", TensorProto.INT64, [len(axes)], axes)]
    nodes += [
        helper.make_node("Sum", added, ["sum"]),
        helper.make_node(
            "ReduceMean",
            ["sum", "axes"],
            ["features"],
            keepdims=0,
            noop_with_empty_axes=1,
        ),
    ]
    output = helper.make_tensor_value_info(
        "features", TensorProto.FLOAT, [None] * (4 - len(axes))
    )
    graph = helper.make_graph(nodes, "means", inputs, [output], given)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model.SerializeToString()
