"""The attendee's copies in work/: notebooks and labs with their outputs cleared, and nothing ever taken away.

What becomes of a copy when the workbook is laid out again:

    missing               written
    up to date            left alone, run or not
    as it was written     replaced by the new version
    run but not edited    put aside in work/earlier with its outputs, then replaced
    edited, or unreadable left alone; the new version lands beside it, once, as NAME.new.ipynb (then .new2, …)

Edited means: cells differ in source, kind, tags or attachments from every version laid out so far. What JupyterLab
writes by itself (outputs, counts, ids, other metadata) is no edit.
"""

import copy
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from filelock import FileLock
from ipykernel.ipkernel import IPythonKernel

from helpers.authoring import stored
from helpers.authoring.assemble import serialise
from helpers.authoring.errors import AuthoringError
from helpers.authoring.lessons import LABS, NOTEBOOKS, Workbook

MANIFEST = ".laid_out.json"
EARLIER = "earlier"
LOCK_SECONDS = 30


@dataclass
class Report:
    """What one laying out did, as paths inside work/; pairs are (the attendee's file, its new version or kept run)."""

    written: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    kept_run: list[tuple[str, str]] = field(default_factory=list)
    beside_edited: list[tuple[str, str]] = field(default_factory=list)
    beside_unreadable: list[tuple[str, str]] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report as sentences, one a line, about notebooks; pictures are not worth one."""
        written, replaced = (_notebooks(paths) for paths in (self.written, self.replaced))
        lines = [f"work/: {len(written)} notebook{'' if len(written) == 1 else 's'} laid out."] if written else []
        if replaced:
            lines.append(f"work/: new version of {', '.join(replaced)}.")
        lines += [f"work/{mine} had outputs: your run is kept as work/{kept}." for mine, kept in self.kept_run]
        lines += [
            f"work/{mine} has your edits and stays; the new version is work/{new}." for mine, new in self.beside_edited
        ]
        lines += [
            f"work/{mine} cannot be read and stays; a fresh copy is work/{new}." for mine, new in self.beside_unreadable
        ]
        return lines or ["work/ is up to date."]


def lay_out(root: Path) -> Report:
    """Bring `root`/work up to date with the built notebooks and labs of `root`; safe to call again and again.

    Raises AuthoringError if work/ cannot be written or a built notebook is damaged.
    """
    work = root / "work"
    report = Report()
    try:
        work.mkdir(exist_ok=True)
        with FileLock(work / f"{MANIFEST}.lock", timeout=LOCK_SECONDS):
            manifest = _Manifest.read(work / MANIFEST)
            shipped = dict(_shipped(root))
            for name, content in shipped.items():
                manifest.add(name, content)
            manifest.save()  # before any file: a copy whose version is unknown would count as edited
            for name, content in shipped.items():
                _Copy(work, name, content, manifest, report).bring_up_to_date()
            manifest.save()
    except (OSError, TimeoutError) as error:
        raise AuthoringError(f"work/ cannot be laid out ({error}): free it and try again.") from error
    return report


def copy_of(workbook: Workbook, key: str) -> Path:
    """The attendee's copy of a lesson, laid out if it is missing: what `lab goto NN` opens. Raises AuthoringError."""
    path = workbook.root / "work" / workbook.find(key).notebook
    if not path.exists():
        lay_out(workbook.root)
    if not path.exists():
        raise AuthoringError(f"{workbook.find(key).label} is not in this version of the workbook: choose another.")
    return path


@dataclass
class _Manifest:
    """Every version laid out so far and, for each file, the one last offered to the attendee."""

    path: Path
    versions: dict[str, list[str]]
    exact: dict[str, list[str]]
    offered: dict[str, str]

    @classmethod
    def read(cls, path: Path) -> "_Manifest":
        """From its file; a missing or damaged one is empty, which makes every other copy count as edited."""
        try:
            stored_as = json.loads(path.read_text(encoding="utf-8"))
            return cls(path, *(dict(stored_as[key]) for key in ("versions", "exact", "offered")))
        except (OSError, ValueError, KeyError, TypeError):
            return cls(path, {}, {}, {})

    def add(self, name: str, content: bytes) -> None:
        for table, digest in ((self.versions, _meaning(name, content)), (self.exact, _sha(content))):
            known = table.setdefault(name, [])
            if digest is not None and digest not in known:
                known.append(digest)

    def save(self) -> None:
        text = json.dumps({"versions": self.versions, "exact": self.exact, "offered": self.offered}, indent=1)
        _write(self.path, text.encode())


@dataclass
class _Copy:
    """One file of the workbook on its way into work/."""

    work: Path
    name: str
    content: bytes
    manifest: _Manifest
    report: Report

    def bring_up_to_date(self) -> None:
        """Do what the table at the top of the module says."""
        state = self._state(self.name)
        if state == "missing":
            self._put(self.name, self.report.written)
        elif state in ("untouched", "run"):
            self._replace(self.name, state, self.report.replaced)
        elif state != "current" and (state == "unreadable" or self.manifest.offered.get(self.name) != self._version):
            self._put_beside(self.report.beside_unreadable if state == "unreadable" else self.report.beside_edited)
        self.manifest.offered[self.name] = self._version

    @property
    def _version(self) -> str:
        return _meaning(self.name, self.content) or ""

    def _state(self, name: str) -> str:
        """missing, current, untouched, run, edited or unreadable."""
        path = self.work / name
        if not path.exists() and not path.is_symlink():
            return "missing"
        try:
            found = path.read_bytes()
        except OSError:
            return "unreadable"
        meaning = _meaning(name, found)
        if meaning is None:
            return "unreadable"
        if meaning == self._version:
            return "current"
        if meaning not in self.manifest.versions[self.name]:
            return "edited"
        return "untouched" if _sha(found) in self.manifest.exact[self.name] else "run"

    def _replace(self, name: str, state: str, told: list[str]) -> None:
        if state == "run":
            kept = next(self._free(f"{EARLIER}/{PurePosixPath(name).stem}{{}}{PurePosixPath(name).suffix}"))
            (self.work / EARLIER).mkdir(exist_ok=True)
            (self.work / name).replace(self.work / kept)
            self.report.kept_run.append((name, kept))
        self._put(name, told)

    def _put_beside(self, told: list[tuple[str, str]]) -> None:
        """Write the new version to the first name beside the attendee's file that holds nothing of the attendee's."""
        path = PurePosixPath(self.name)
        for name in self._numbered(str(path.with_name(f"{path.stem}.new{{}}{path.suffix}"))):
            state = self._state(name)
            if state == "current":
                return
            if state == "missing":
                self._put(name, [])
            elif state in ("untouched", "run"):
                self._replace(name, state, [])
            else:
                continue
            told.append((self.name, name))
            return

    def _put(self, name: str, told: list[str]) -> None:
        _write(self.work / name, self.content)
        told.append(name)

    def _free(self, pattern: str) -> Iterator[str]:
        return (name for name in self._numbered(pattern) if not (self.work / name).exists())

    @staticmethod
    def _numbered(pattern: str) -> Iterator[str]:
        """`x{}.ipynb` → x.ipynb, x2.ipynb, x3.ipynb, …"""
        return (pattern.format(number if number > 1 else "") for number in range(1, 10_000))


def _shipped(root: Path) -> Iterator[tuple[str, bytes]]:
    """What attendees get, as (path inside work/, content): no solutions, no instructor's notebooks, no outputs."""
    for folder in (NOTEBOOKS, LABS):
        for path in sorted((root / folder).glob("*.ipynb")):
            yield str(folder / path.name), _cleared(stored.read(path))
        for path in sorted((root / folder / "images").glob("*.*")):
            yield str(folder / "images" / path.name), path.read_bytes()


def _cleared(notebook: Any) -> bytes:
    cleared = copy.deepcopy(notebook)
    # what JupyterLab would write there as soon as the kernel runs, and then call the notebook unsaved
    cleared.metadata["language_info"] = IPythonKernel.language_info
    for _, cell in stored.code_cells(cleared):
        cell.outputs, cell.execution_count = [], None
    return serialise(cleared).encode()


def _meaning(name: str, content: bytes) -> str | None:
    """A digest of what an attendee can edit; None if a notebook cannot be read."""
    if not name.endswith(".ipynb"):
        return _sha(content)
    try:
        notebook = json.loads(content)
        cells = [
            [cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags", []), cell.get("attachments", {})]
            for cell in notebook["cells"]
            if notebook["nbformat"] == 4
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return _sha(json.dumps(cells, sort_keys=True).encode())


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    """All or nothing: a full disk or a lost battery leaves the file that was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _notebooks(paths: list[str]) -> list[str]:
    return [path for path in paths if path.endswith(".ipynb")]
