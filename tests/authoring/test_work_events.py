"""Whatever happens to a copy, in whatever order: what the attendee made is still there."""

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.authoring import work
from tests.authoring.copies import LESSON, NEW, change, run, ship

ACTIONS = st.lists(
    st.sampled_from(["ship", "edit", "run", "edit new", "corrupt", "lay out", "lose manifest"]), max_size=14
)


@settings(max_examples=60, deadline=None)
@given(ACTIONS)
def test_no_sequence_of_events_loses_what_the_attendee_made(actions: list[str]) -> None:
    with TemporaryDirectory() as folder:
        root, made, number = Path(folder), [], 1
        ship(root)
        work.lay_out(root)
        for step, action in enumerate(actions):
            name = NEW if action == "edit new" else LESSON
            path = root / "work" / name
            if action == "ship":
                number += 1
                ship(root, number)
            elif action == "lay out":
                work.lay_out(root)
            elif action == "lose manifest":
                (root / "work" / work.MANIFEST).unlink()
                work.lay_out(root)
            elif path.exists():
                made = [content for content in made if content != path.read_bytes()]  # the attendee's own overwriting
                made.append(_act(root, name, action, step))
        work.lay_out(root)
        left = [path.read_bytes() for path in (root / "work").rglob("*.ipynb")]
        assert all(content in left for content in made)
        offered = [
            json.loads(content) for content in left if content.strip().startswith(b"{") and content.endswith(b"}\n")
        ]
        assert any(f"print({number})" in json.dumps(notebook) for notebook in offered)
        shutil.rmtree(root / "work")


def _act(root: Path, name: str, action: str, step: int) -> bytes:
    path = root / "work" / name
    if action == "corrupt":
        path.write_bytes(f"broken {step}".encode())
        return path.read_bytes()
    try:
        return change(root, run if action == "run" else lambda nb: nb.cells[1].update(source=f"answer = {step}"), name)
    except Exception:  # a corrupted notebook cannot be opened: JupyterLab leaves it
        return path.read_bytes()
