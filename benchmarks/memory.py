"""Do the workers stay the same size? `python -m benchmarks.memory`: resident memory after 100 and 10,000 requests."""

import argparse
import sys
from itertools import chain, islice

from benchmarks import load, pages
from benchmarks.server import serving

DATABASE = "kopa_bench_memory"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default=pages.MAINTENANCE, help="a server where databases may be made")
    parser.add_argument("--requests", type=int, default=10_000)
    options = parser.parse_args()
    settings = pages.prepare(options.postgres, DATABASE)
    from benchmarks.crowd import Crowd

    crowd = Crowd()
    kinds = [crowd.lesson(), crowd.my_learning(), crowd.autosave(), crowd.coverage(), crowd.verification()]
    mixed = chain.from_iterable(zip(*kinds, strict=False))
    with serving(settings, maintenance_url=options.postgres, database=DATABASE) as server:
        sizes = []
        for requests in (100, options.requests - 100):
            load.run(server.address, islice(mixed, requests), clients=pages.CLIENTS, seconds=1800, most=requests)
            sizes.append(server.memory_bytes())
            print(f"{sizes[-1] / 2**20:.0f} MiB in two workers", flush=True)
    print(f"{sizes[1] / sizes[0]:.2f} times")


if __name__ == "__main__":
    sys.exit(main())
