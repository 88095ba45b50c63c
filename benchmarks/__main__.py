"""``python -m benchmarks``: builds the data, serves it as in production, measures each case, prints a table."""

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from app import create_app
from benchmarks import data, floor
from benchmarks.cases import Case, anonymous_hello, cases
from benchmarks.load import eight_clients, one_client
from benchmarks.servers import Server, serve

ROW = "{:28} {:>9} {:>9} {:>9} {:>6} {:>8} {:>7} {:>7}"


def main() -> None:
    """Measure everything, or the cases whose names contain one of the given words."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("words", nargs="*", help="only cases whose names contain one of these")
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--opportunities", type=int, default=1_000)
    parser.add_argument("--times", type=int, default=50, help="operations of one client; eight do four times as many")
    parser.add_argument("--folder", type=Path, help="keep the data here, and use it again when it is there")
    options = parser.parse_args()
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
        measure(options.folder.absolute(), options)
    else:
        with tempfile.TemporaryDirectory(prefix="qiao-bench-") as folder:
            measure(Path(folder), options)


def measure(folder: Path, options: argparse.Namespace) -> None:
    """Build if needed, then time all cases against the bare view."""
    os.environ.update(QIAO_INSTANCE=str(folder), QIAO_LOG_LEVEL="ERROR")
    app = create_app()
    if not (folder / "ready").exists():
        print(f"building {options.customers:,} customers and {options.opportunities:,} open sales …", flush=True)
        with app.app_context():
            upgrade()
            data.build(options.customers, options.opportunities)
        (folder / "ready").touch()
    environment = {"QIAO_INSTANCE": str(folder), "QIAO_LOG_LEVEL": "ERROR"}
    with serve("benchmarks.hello:app", {}) as bare, serve("wsgi:app", environment) as product:
        print(ROW.format("case", "median ms", "p95 ms", "ops/s ×8", "SQL", "MB", "cost", "floor"))
        hello = [(anonymous_hello(bare.port),)]
        times = one_client(bare.port, hello * options.times, (b"200",))

        def yardstick() -> float:
            return eight_clients(bare.port, hello * options.times * 20, (b"200",)).per_second

        print(ROW.format("hello", *_times(times), f"{yardstick():.0f}", 0, f"{bare.memory():.0f}", "1.0", ""))
        for case in cases(product.port, data.prepared(app), options.times):
            if not options.words or any(word in case.name for word in options.words):
                line(app, case, product, yardstick)


def line(app: Flask, case: Case, product: Server, yardstick: Callable[[], float]) -> None:
    """Measure one case and print its line; the bare view is measured before and after it, for machines have their moods."""
    times = one_client(product.port, case.one[1:], case.expected)
    before = yardstick()
    rate = eight_clients(product.port, case.eight[1:], case.expected)
    bare = (before + yardstick()) / 2
    floor.operation(app, case.one[0][0])()  # once for what a worker keeps
    copy = floor.snapshot(app, Path(app.instance_path) / "floor.db")
    recorded = floor.record(app, floor.operation(app, case.eight[0][0]))
    lowest = floor.floor(app, recorded, copy, 20)
    copy.close()
    note = f"  ({rate.refused} refused)" if rate.refused else ""
    print(
        ROW.format(
            case.name,
            *_times(times),
            f"{rate.per_second:.1f}",
            floor.count(recorded),
            f"{product.memory():.0f}",
            f"{bare / rate.per_second:.1f}",
            f"{recorded.milliseconds / lowest:.1f}",
        )
        + note,
        flush=True,
    )


def _times(times: Sequence[float]) -> tuple[str, str]:
    ordered = sorted(times)
    return f"{statistics.median(ordered):.1f}", f"{ordered[int(len(ordered) * 0.95) - 1]:.1f}"


if __name__ == "__main__":
    main()
