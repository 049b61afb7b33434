"""`python -m tests`: every layer of the suite, each in its own process, with a line on how each went.

`--long` adds what takes many seeds or minutes. Layer names as arguments run only those: `python -m tests static labs`.
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = (sys.executable, "-m", "pytest", "-q")
TESTS_FAILED = 1  # pytest's exit status
LIMIT_SECONDS = 45 * 60  # a layer takes minutes; when a worker of xdist dies badly, its master can wait for ever
# Most of the suite's time is waiting for services: two workers, each with services of its own, take half of it.
TWO = ("-n", "2", "--dist", "loadfile")
AUTHORING = (sys.executable, "-m", "helpers.authoring")

LAYERS: dict[str, list[tuple[str, ...]]] = {
    "static": [
        (sys.executable, "-m", "ruff", "check", "--quiet"),
        (sys.executable, "-m", "ruff", "format", "--check", "--quiet"),
        (sys.executable, "-m", "mypy"),
    ],
    "sources": [(*AUTHORING, "lint"), (*AUTHORING, "check"), (*AUTHORING, "report")],
    "tests": [(*PYTEST, "-m", "not browser and not long", *TWO)],
    "notebooks": [(*PYTEST, "-c", "tests/notebooks/nbval.ini", "--rootdir", ".")],
    "browser": [(*PYTEST, "-m", "browser")],
}
LONG: dict[str, list[tuple[str, ...]]] = {"long": [(*PYTEST, "-m", "long")]}


def main(arguments: list[str]) -> int:
    """Run the layers and print what each came to. Returns 0 when all passed."""
    layers = LAYERS | LONG if "--long" in arguments else LAYERS
    chosen = [name for name in arguments if name != "--long"] or list(layers)
    unknown = [name for name in chosen if name not in layers]
    if unknown:
        print(f"There is no layer {unknown[0]!r}: choose from {', '.join(layers)}.", file=sys.stderr)
        return 2
    verdicts = []
    for name in chosen:
        print(f"\n──── {name}", flush=True)
        started = time.monotonic()
        codes = [run(command, None if name in LONG else LIMIT_SECONDS) for command in layers[name]]
        if name == "tests" and codes == [TESTS_FAILED]:
            print("\n──── what failed, once more and alone: if it passes now, there is a race to be found", flush=True)
            codes = [run((*PYTEST, "-m", "not browser and not long", "--last-failed"))]
        verdicts.append((name, max(map(abs, codes)), time.monotonic() - started))
    print("\n──── summary")
    for name, code, seconds in verdicts:
        print(f"{name:10} {'passed' if code == 0 else 'FAILED':7} {seconds:6.0f} s")
    return max(code for _, code, _ in verdicts)


def run(command: tuple[str, ...], seconds: float | None = LIMIT_SECONDS) -> int:
    """Run a command in the checkout's root; its exit status, 124 when it stood still until it was ended."""
    try:
        return subprocess.run(command, cwd=ROOT, check=False, timeout=seconds).returncode
    except subprocess.TimeoutExpired:
        print(f"\n{' '.join(command[1:])} was ended: it took more than {LIMIT_SECONDS // 60} minutes.", file=sys.stderr)
        return 124


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
