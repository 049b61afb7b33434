"""README.md, CONTRIBUTING.md and docs/: every link leads somewhere, every command exists, every table is complete."""

import argparse
import ast
import importlib.util
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from helpers import bootstrap, cli
from helpers.authoring import lessons, markdown
from helpers.services import compose, doctor
from helpers.services.doctor import packages, rounds

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
OTHERS_SAY = {  # a shell, Python, an installer; and what is no message
    "make: command not found",
    "lab: command not found",
    "No such file or directory",
    "certificate verify failed",
    "No module named 'helpers'",
    "NameError: name 'check' is not defined",
    "py",
    "python",
    "...",
    "NAME.new.ipynb",
}
PYTHON = r"(?:python3?|py|\S*/python)"


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def code(page: Path) -> Iterator[str]:
    """Each piece of code in a line, each line of a block."""

    def walk(tokens: list[Token]) -> Iterator[str]:
        for token in tokens:
            if token.type in ("code_inline", "code_block", "fence"):
                yield from token.content.splitlines()
            yield from walk(token.children or [])

    return (line.split("  #")[0].strip() for line in walk(MarkdownIt("commonmark").enable("table").parse(text(page))))


def commands(pattern: str) -> list[tuple[str, str]]:
    """(page, what follows) for each command that matches; those with … stand for several."""
    found = [
        (name, match[1])
        for name, page in zip(NAMES, PAGES, strict=True)
        for line in code(page)
        if (match := re.fullmatch(pattern, line)) and "…" not in line
    ]
    assert found, f"no page names a command like {pattern}"
    return sorted(set(found))


def slug(heading: str) -> str:
    """The fragment that code hosts give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    prose = markdown.read(text(page))
    for target in [*prose.links, *(source for _, source in prose.images)]:
        if re.match(r"https?:", target):
            continue
        path, _, fragment = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        assert there.is_relative_to(ROOT), target
        if fragment:
            assert fragment in {slug(heading) for _, heading in markdown.read(text(there)).headings}, target


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_pages_have_one_title_and_pictures_say_what_they_show(page: Path) -> None:
    prose = markdown.read(text(page))
    assert [level for level, _ in prose.headings].count(1) == 1
    assert all(len(alt) > 20 for alt, _ in prose.images)


@pytest.mark.parametrize(("page", "arguments"), commands(r"(?:\S*[/\\])?lab +([^\s=].*)"))
def test_every_lab_command_is_one(page: str, arguments: str) -> None:
    said = StringIO()
    try:
        with redirect_stderr(said):
            options: argparse.Namespace = cli._parser()[0].parse_args(shlex.split(arguments))
    except SystemExit:
        pytest.fail(f"{page}: lab {arguments}\n{said.getvalue()}")
    assert set(getattr(options, "profiles", ())) <= set(compose.PROFILES)


@pytest.mark.parametrize(("page", "arguments"), commands(r"make +(\S.*)"))
def test_every_make_target_is_one(page: str, arguments: str) -> None:
    makefile = text(ROOT / "Makefile")
    targets = set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]
    variables = set(re.findall(r"^(\w+) \?=", makefile, re.MULTILINE))
    for word in shlex.split(arguments):
        name, is_variable, _ = word.partition("=")
        assert name in (variables if is_variable else targets), page


@pytest.mark.parametrize(("page", "arguments"), commands(PYTHON + r"(?: -3\.\d+)? -m +(\S.*)"))
def test_every_module_that_is_run_exists(page: str, arguments: str) -> None:
    module, *rest = shlex.split(arguments)
    assert importlib.util.find_spec(module), page
    if module == "helpers.bootstrap":
        assert rest[0] in bootstrap.COMMANDS, page


def test_windows_gets_the_same_two_steps_without_make() -> None:
    lines = set(code(ROOT / "README.md"))
    for command in ("lab", "test"):
        assert {f"make {command}", f"py -m helpers.bootstrap {command}"} <= lines


def test_every_line_of_the_doctor_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    """TensorFlow's, which takes seconds, and that of a mistyped setting, which comes alone, are known."""
    quick = tuple(check for check in rounds.CHECKS if check is not packages.tensorflow)
    monkeypatch.setattr(rounds, "CHECKS", quick)
    subjects = {finding.subject for finding in doctor.examine().findings} | {"tensorflow", "settings"}
    table = text(ROOT / "docs/troubleshooting.md").partition("## What the doctor looks at")[2].partition("\n## ")[0]
    explained = {
        name for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    assert explained == subjects


def test_the_messages_that_troubleshooting_quotes_are_said() -> None:
    said = "\n".join(sentence for file in sorted((ROOT / "helpers").rglob("*.py")) for sentence in sentences(file))
    tables = text(ROOT / "docs/troubleshooting.md").partition("## What the doctor looks at")[0]
    cells = re.findall(r"^\| ([^|]+) \|", tables, re.MULTILINE)
    quoted = [span for cell in cells for span in re.findall(r"`([^`]+)`", cell) if span not in OTHERS_SAY]
    assert len(quoted) > 10
    for message in quoted:
        for piece in message.split("…"):
            assert piece.strip() in said, message


def sentences(file: Path) -> Iterator[str]:
    """Every string of a module, what is put into it as …"""
    for node in ast.walk(ast.parse(text(file))):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_the_glossary_has_each_term_once_in_order_and_names_lessons_that_exist() -> None:
    rows = re.findall(r"^\| (.+?) \| (.+) \| (\w+) \|$", text(ROOT / "docs/glossary.md"), re.MULTILINE)[1:]
    terms = [term.casefold() for term, _, _ in rows]
    assert len(terms) > 50
    assert terms == sorted(set(terms))
    assert {lesson for _, _, lesson in rows} <= {lesson.key for lesson in lessons.load()}


def test_a_term_stands_in_the_lesson_that_the_glossary_names() -> None:
    def plain(words: str) -> str:
        return " ".join(re.sub(r"[*_`#-]", " ", words.casefold()).split())

    rows = re.findall(r"^\| (.+?)(?: \(.+\))? \| .+ \| (\w+) \|$", text(ROOT / "docs/glossary.md"), re.MULTILINE)[1:]
    there = {
        lesson.key: plain(text(ROOT / lesson.source)) for lesson in lessons.load() if (ROOT / lesson.source).exists()
    }
    assert there
    assert [(term, key) for term, key in rows if key in there and plain(term) not in there[key]] == []


def test_the_picture_is_drawn_described_and_names_lessons_that_exist() -> None:
    picture = text(ROOT / "docs/pipeline.svg")
    tree = ElementTree.fromstring(picture)
    described = {child.tag.rpartition("}")[2]: child.text or "" for child in tree}
    assert described["title"]
    assert len(described["desc"]) > 100
    numbers = set(re.findall(r"lessons? (\d\d)", picture))
    assert numbers
    assert numbers <= {lesson.key for lesson in lessons.load()}
    assert "prefers-color-scheme: dark" in picture
    assert not re.search(r'(?:href|src)="(?!#)', picture), "it stands alone: code hosts load nothing for a picture"
