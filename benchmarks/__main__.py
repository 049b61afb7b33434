"""`python -m benchmarks [NAME …] [options]`, also `make bench`: run the benchmarks one after another.

Options go to each of them, such as `--json`; without a name all run.
"""

import importlib
import sys

BENCHMARKS = ("scoring",)


def main(arguments: list[str]) -> int:
    """Run those named, or all; the highest exit status."""
    options = [each for each in arguments if each.startswith("-")]
    names = [each for each in arguments if not each.startswith("-")] or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}: choose from {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    return max(int(importlib.import_module(f"benchmarks.{name}").main(options)) for name in names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
