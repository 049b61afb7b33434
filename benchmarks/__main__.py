"""`python -m benchmarks [NAME …] [--option=value …]`, also `make bench`: run the benchmarks one after another.

Options go to each of them, such as `--rounds=5` or `--json`; without a name all run.
"""

import importlib
import sys
from pathlib import Path

# a module with an underscore in its name belongs to the benchmark it begins with
BENCHMARKS = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if "_" not in path.stem)


def main(arguments: list[str]) -> int:
    """Run those named, or all; the highest exit status."""
    options = [each for each in arguments if each.startswith("-")]
    names = [each for each in arguments if not each.startswith("-")] or BENCHMARKS
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}: choose from {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    return max(int(importlib.import_module(f"benchmarks.{name}").main(options)) for name in names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
