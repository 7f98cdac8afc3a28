"""Embed pictures, more and more of them: pictures a second, and memory.

    python benchmarks/pictures.py

Pictures of H&M by the MobileNet that lies beside them. Each size runs in a process of
its own, which tells its peak memory. The peer is the plain loop over the network with
pillow and LiteRT, without checks, and with all pictures decoded before.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import time

import numpy as np
import pandas as pd
from data import SHARED
from side_by_side import describe, machine, peak_gib, print_rows, save

from sklearn_prodemb.multimodal import ImageFeatures

N_PICTURES = (1_000, 12_000)
MODEL = SHARED / "mobilenet_v1" / "embedding_extractor.tflite"


def ours(pictures):
    return ImageFeatures(MODEL).fit_transform(pictures)


def plain_loop(pictures):
    from ai_edge_litert.interpreter import Interpreter
    from PIL import Image

    network = Interpreter(str(MODEL), num_threads=os.cpu_count())
    network.allocate_tensors()
    (given,), (got,) = network.get_input_details(), network.get_output_details()
    decoded = [
        np.asarray(Image.open(io.BytesIO(p)).resize((224, 224), 2)) for p in pictures
    ]
    features = []
    for pixels in decoded:
        network.set_tensor(given["index"], pixels[None])
        network.invoke()
        features.append(network.get_tensor(got["index"]).ravel())
    scale, zero = got["quantization"]
    return scale * (np.stack(features).astype(np.float32) - zero)


PROGRAMS = {"ImageFeatures": ours, "plain loop": plain_loop}


def measure(name, n_pictures):
    pictures = pd.read_parquet(SHARED / "hm" / "images.parquet")["image"].tolist()
    start = time.perf_counter()
    features = PROGRAMS[name](pictures[:n_pictures])
    return {
        "program": name,
        "pictures": n_pictures,
        "seconds": time.perf_counter() - start,
        "GiB at peak": peak_gib(),
        "mean": float(features.mean()),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--one", nargs=2, metavar=("PROGRAM", "PICTURES"))
    one = parser.parse_args().one
    if one is not None:
        print(json.dumps(measure(one[0], int(one[1]))))
        return
    about = machine(None)
    print(describe(about))
    rows = []
    for n_pictures in N_PICTURES:
        for name in PROGRAMS:
            run = subprocess.run(
                [sys.executable, __file__, "--one", name, str(n_pictures)],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
            rows.append(json.loads(run.stdout.splitlines()[-1]))
        pair = rows[-2:]
        # Both do the same.
        assert abs(pair[0].pop("mean") - pair[1].pop("mean")) < 1e-4
        for row in pair:
            row["pictures/s"] = n_pictures / row["seconds"]
            row["plain loop's time / this"] = pair[1]["seconds"] / row["seconds"]
        print_rows(pair)
    save("pictures", about, rows)


if __name__ == "__main__":
    main()
