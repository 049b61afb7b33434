"""What `lab setup` has fetched and made, lent to another `.lab`: 120 MB that need no second copy."""

import shutil
from pathlib import Path


def lend(installed: Path, home: Path) -> None:
    """Let `home` use the jars and the class cache of `installed`, as far as they are there."""
    for name in ("jars", "kafka.aot"):
        source = installed / name
        if source.exists() and not (home / name).exists():
            try:
                (home / name).symlink_to(source, target_is_directory=source.is_dir())
            except OSError:  # Windows without the right to make links
                copy = shutil.copytree if source.is_dir() else shutil.copy
                copy(source, home / name)
