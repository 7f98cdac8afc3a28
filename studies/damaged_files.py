"""Damage many files of estimators, load each, and count what came of it.

    python studies/damaged_files.py [N_FILES]

Files are loaded and used in another process, which may take 60 s a file and 4 GiB: what
ends a process is counted, and does not end the script. The damage is that of
`tests/damage.py`. Writes `studies/results/damaged_files.json`, which `render.py` shows
in `docs/reliability.md`, and prints it; files that broke a promise are kept in
`damaged_files/`.
"""

import json
import os
import resource
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "studies" / "results" / "damaged_files.json"
KEPT = ROOT / "damaged_files"
MAX_SECONDS, MAX_BYTES = 60, 4 << 30
# What `docs/reliability.md` promises of a file that is refused.
PROMISED_SECONDS, PROMISED_MB = 5, 1000
FOUND = ["refused", "accepted, same output", "accepted, other output", "broken"]


def try_files(name, path, numbers):
    """Try files in another process, and in a further one if one ended it.

    Yields
    ------
    number : int
        Number of a file.
    kinds, found : str
        What was done to it, and what came of it.
    seconds, megabytes : float
        What it took.
    """
    left = list(numbers)
    while left:
        begin, end = os.pipe()
        process = os.fork()
        if process == 0:
            report(name, path, left, end)
        os.close(end)
        with os.fdopen(begin) as pipe:
            for line in pipe:
                yield left.pop(0), *json.loads(line)
        _, status = os.waitpid(process, 0)
        if left:
            found = f"broken: ended by {os.waitstatus_to_exitcode(status)}"
            yield left.pop(0), "", found, 0, 0


def report(name, path, numbers, pipe):
    from damage import fitted, outcome, some_damage

    import sklearn_prodemb

    # Messages of libraries in C++ would fill the screen.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    limit = memory("VmSize") * 1_000_000 + MAX_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (int(limit), int(limit)))
    _, data, expected = fitted(name)
    for kinds, damaged in some_damage(data, name, numbers):
        path.write_bytes(damaged)
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        signal.alarm(MAX_SECONDS)
        before, start = memory("VmRSS"), time.perf_counter()
        try:
            found = outcome(path, sklearn_prodemb.load, expected)
        except AssertionError as error:
            found = f"broken: {error}"
        except BaseException as error:
            found = f"broken: load raises {type(error).__name__}"
        seconds, megabytes = time.perf_counter() - start, memory("VmHWM") - before
        if seconds > PROMISED_SECONDS or megabytes > PROMISED_MB:
            found = f"broken: {found} after {seconds:.1f} s and {megabytes:.0f} MB"
        line = json.dumps([kinds, found, seconds, megabytes]) + "\n"
        os.write(pipe, line.encode())
    os._exit(0)


def memory(name):
    """Give a figure of this process in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(x for x in lines if x.startswith(name)).split()[1]) / 1024


def describe_machine():
    from sklearn_prodemb._utils.show_versions import machine

    about = machine(("numpy", "scikit-learn", "sentencepiece", "skops", "torch"))
    versions = ", ".join(
        f"{name} {number}" for name, number in about["versions"].items()
    )
    return f"{about['cpu']}, {versions}"


def main():
    sys.path.insert(0, str(ROOT / "tests"))
    from damage import FITTED, fitted

    n_files = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    share = -(-n_files // len(FITTED))
    counts, broken, slowest, largest = {}, [], 0.0, 0.0
    start = time.perf_counter()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        for name in FITTED:
            fitted(name)  # for all processes
            found_of = counts[name] = Counter()
            for number, kinds, found, *cost in try_files(name, path, range(share)):
                slowest, largest = max(slowest, cost[0]), max(largest, cost[1])
                found_of[found.partition(":")[0]] += 1
                if found.startswith("broken"):
                    broken.append(f"{name} {number}, {kinds}, {found}")
                    KEPT.mkdir(exist_ok=True)
                    (KEPT / f"{name} {number}").write_bytes(path.read_bytes())
            print(name, dict(found_of), flush=True)
    print("\n".join(broken))
    result = {
        "machine": describe_machine(),
        "minutes": round((time.perf_counter() - start) / 60, 1),
        "slowest, s": round(slowest, 2),
        "most memory, MB": round(largest),
        "counts": counts,
        "broken": broken,
    }
    RESULTS.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(table())


def table():
    """Give the counts as a table, and the machine below it."""
    result = json.loads(RESULTS.read_text(encoding="utf-8"))
    lines = [
        f"| estimator | files | {' | '.join(FOUND)} |",
        "| --- |" + " --- |" * (1 + len(FOUND)),
    ]
    total = Counter()
    for counts in result["counts"].values():
        total.update(counts)
    for name, counts in [*result["counts"].items(), ("all", total)]:
        numbers = [sum(counts.values()), *(counts.get(found, 0) for found in FOUND)]
        lines.append(f"| {name} | {' | '.join(f'{n:,}' for n in numbers)} |")
    lines += [
        "",
        f"The slowest file took {result['slowest, s']} s. The largest memory was "
        f"{result['most memory, MB']} MB more than before. All files took "
        f"{result['minutes']} minutes on one core: {result['machine']}.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
