"""Float32 matrix products of a training step: MKL, oneDNN, and bfloat16 beside them.

python benchmarks/products.py
"""

import numpy as np
import torch
from side_by_side import describe, in_turn, machine, median_ratio, print_rows, save
from torch.nn import functional as F

from sklearn_prodemb._text_cnn.matmul import linear

# Of 4,096 pairs in sessions of 10: tokens by filters, then products by hidden units.
SHAPES = {
    "fold": (4160, 512, 1792),
    "hidden": (896, 512, 1024),
    "out": (896, 1024, 1500),
}
REPEAT = 10


def main():
    about = machine(torch.get_num_threads())
    print(describe(about))
    rows = []
    for name, (n, n_in, n_out) in SHAPES.items():
        x, weight = torch.randn(n, n_in), torch.randn(n_out, n_in)
        low, low_weight = x.bfloat16(), weight.bfloat16()

        def repeat(function, *arguments):
            return lambda: [function(*arguments) for _ in range(REPEAT)]

        seconds = in_turn(
            {
                "torch.nn.functional.linear": repeat(F.linear, x, weight),
                "ours": repeat(linear, x, weight),
                "bfloat16": repeat(F.linear, low, low_weight),
            }
        )
        operations = 2 * n * n_in * n_out * REPEAT
        rows += [
            {
                "product": f"{name}: {n:,} x {n_in:,} x {n_out:,}",
                "program": program,
                "GFLOP/s": operations / 1e9 / float(np.median(times)),
                "ours is faster by": median_ratio(seconds["ours"], times),
            }
            for program, times in seconds.items()
        ]
    print_rows(rows)
    save("products", about, rows)


if __name__ == "__main__":
    main()
