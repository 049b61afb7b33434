"""The house rules, each on sources that break it and it alone; the tiny sources themselves are clean."""

from collections.abc import Callable

import pytest

from helpers.authoring import Workbook, lint
from tests.authoring import tiny

Make = Callable[..., Workbook]
LESSON, LAB = "notebooks/01_count", "labs/lab1_practise"


def rules(workbook: Workbook, key: str = "01", *, warnings: bool = False) -> list[str]:
    return [fault.rule for fault in lint(workbook, [key]) if fault.warning is warnings]


@pytest.fixture
def workbook(make: Make) -> Workbook:
    return make(**{"notebooks/00_begin": tiny.SOURCES["notebooks/00_begin"], LESSON: tiny.LESSON, LAB: tiny.LAB})


def test_the_tiny_sources_are_clean(workbook: Workbook) -> None:
    assert rules(workbook, "01") == rules(workbook, "lab1") == []


CODE = "total += 1\nprint(total)"
BAD_CODE = {
    "endless_loop": [
        "while True:\n    pass",
        "while 1:\n    break",
        "import itertools\nfor i in itertools.count():\n    pass",
        "from kafka import KafkaConsumer\nc = KafkaConsumer('t')\nfor r in c:\n    print(r)",
        "import kafka\nc = kafka.KafkaConsumer('t')\nprint([r for r in c])",
        "with KafkaConsumer('t') as c:\n    first = next(c)",
    ],
    "input": ["name = input('who? ')", "import getpass\ngetpass.getpass()"],
    "shell": ["!ls", "files = !ls", "%pip install x", "%%bash\nls", "%system ls", "%cd .."],
    "sys_path": ["import sys\nsys.path.append('..')", "from sys import path"],
    "semicolon": ["total;", "a = 1; b = 2;", "print(1);  # hidden"],
    "nbval_comment": ["# NBVAL_IGNORE_OUTPUT\nprint(total)", "#NBVAL_SKIP\nprint(total)"],
    "long_cell": ["\n".join(f"a{i} = {i}" for i in range(21))],
    "wide_line": [f"total = {'1 + ' * 26}1"],
    "not_python": ["for x in", "a = = 1"],
}


@pytest.mark.parametrize(("rule", "code"), [(rule, code) for rule, codes in BAD_CODE.items() for code in codes])
def test_bad_code(make: Make, workbook: Workbook, rule: str, code: str) -> None:
    commented = "\n".join(f"# {line}" if line.startswith(("%", "!")) else line for line in code.splitlines())
    assert rules(make(**{LESSON: tiny.LESSON.replace(CODE, commented)})) == [rule]


@pytest.mark.parametrize(
    "code",
    [
        "while total < 3:\n    total += 1",
        "for r in KafkaConsumer('t', consumer_timeout_ms=1000):\n    print(r)",
        "c = KafkaConsumer('t', consumer_timeout_ms=1000)\nfor r in c:\n    print(r)",
        "c = KafkaConsumer('t', **settings)\nfor r in c:\n    print(r)",
        "c = KafkaConsumer('t')\nfor r in c.poll(1000).values():\n    print(r)",
        "# %%ksql\nSELECT * FROM orders EMIT CHANGES LIMIT 3;",
        "# %ksql SHOW TOPICS;",
        "print('while True: ; input() !')",
        "a = 1; b = 2",
        "\n".join(f"a{i} = {i}" for i in range(20)),
    ],
)
def test_good_code(make: Make, code: str) -> None:
    assert rules(make(**{"notebooks/00_begin": tiny.LESSON, LESSON: tiny.LESSON.replace(CODE, code)})) == []


BAD_PROSE = {
    "missing_alt_text": [("![three dots](", "![]("), ("![three dots](", "![dots.svg](")],
    "wrong_link": [
        ("(00_begin.ipynb)", "(00_bgin.ipynb)"),
        ("(00_begin.ipynb)", "(02_stop.ipynb)"),
        ("(00_begin.ipynb)", "(../labs/solutions/lab1.ipynb)"),
        ("(00_begin.ipynb)", "(../README.md)"),
        ("(00_begin.ipynb)", "(#nowhere)"),
        ("[the beginning](00_begin.ipynb)", '<a href="none.ipynb">x</a>'),
        ("images/dots.svg", "images/dot.svg"),
    ],
    "remote_image": [("images/dots.svg", "https://example.org/dots.svg")],
    "title": [("After the beginning", "# Again\n#\n# After")],
    "heading_order": [("# Which number", "# #### Which number")],
    "heading_inside": [("# Which number", "# ## Which number")],
    "needs_extension": [
        ("# Which number", "# > [!NOTE]\n# > Which number"),
        ("# Which number", "# :::{note}\n# Which\n# :::\n# number"),
        ("# Which number", "# ```{tip}\n# Which\n# ```\n# number"),
    ],
    "objectives": [("# - say why,\n", "# \n")],
    "recap": [("# ## Recap", "# ## The end"), ("# - Because.\n", "")],
    "section_marks": [('tags=["extra"] reading', "reading"), ('tags=["extra"]', 'tags=["core", "extra"]')],
    "minutes": [("reading=3", "reading=4"), ('tags=["extra"] reading', 'tags=["core"] reading')],
    "exercises": [('check("next_number", ...)', "total")],
    "stray_metadata": [("# %%\ntotal += 1", "# %% collapsed=true\ntotal += 1")],
    "unknown_tag": [("# %%\ntotal += 1", '# %% tags=["sometimes"]\ntotal += 1')],
    "no_reason": [(' reason="an address in memory"', ""), ('reason="an address in memory"', 'reason=" "')],
    "hidden_cell": [("# %%\ntotal += 1", '# %% jupyter={"source_hidden": true}\ntotal += 1')],
    "services": [("total = 0", 'services.ensure("kafka")')],
    "source": [("# %%\ntotal += 1", "# %%\ntotal += 1  # hole: ..."), ('tags=["core"] reading=3', "tags=[ reading=3")],
}


@pytest.mark.parametrize(
    ("rule", "before", "after"), [(rule, *pair) for rule, pairs in BAD_PROSE.items() for pair in pairs]
)
def test_bad_prose_and_shape(make: Make, rule: str, before: str, after: str) -> None:
    assert before in tiny.LESSON
    text = tiny.LESSON.replace(before, after, 1)
    found = rules(make(**{"notebooks/00_begin": tiny.SOURCES["notebooks/00_begin"], LESSON: text, LAB: tiny.LAB}))
    assert rule in found
    assert {*found} <= {rule, "minutes", "objectives", "recap"}  # one slip may break a sum or a mirror too


def test_html_pictures_need_words_too(make: Make, workbook: Workbook) -> None:
    picture = "![three dots](images/dots.svg)"
    assert rules(make(**{LESSON: tiny.LESSON.replace(picture, '<img src="images/dots.svg">')})) == ["missing_alt_text"]
    assert (
        rules(make(**{LESSON: tiny.LESSON.replace(picture, '<img src="images/dots.svg" alt="dots in a row">')})) == []
    )


def test_code_in_prose_is_no_markup(make: Make, workbook: Workbook) -> None:
    text = tiny.LESSON.replace(
        "# Which number", "# ```\n# # not a title ![](x) [a](b)\n# ```\n#\n# Which `![](x)` number"
    )
    assert rules(make(**{LESSON: text})) == []


def test_a_fault_says_where(make: Make, workbook: Workbook) -> None:
    [fault] = [f for f in lint(make(**{LESSON: tiny.LESSON.replace(CODE, "input()")}), ["01"]) if not f.warning]
    line = tiny.LESSON.splitlines().index("total += 1")
    assert fault.where == f"sources/notebooks/01_count.py:{line} cell 4"


def test_all_faults_are_gathered(make: Make, workbook: Workbook) -> None:
    text = tiny.LESSON.replace(CODE, "input();\nwhile True:\n    pass").replace("![three dots]", "![]")
    assert {*rules(make(**{LESSON: text}))} == {"input", "semicolon", "endless_loop", "missing_alt_text"}


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("not_python", "# hole: twice = ...", "# hole: twice = ="),
        ("source", "    # </solution>\n", ""),
    ],
)
def test_bad_labs(make: Make, workbook: Workbook, rule: str, before: str, after: str) -> None:
    assert rules(make(**{LAB: tiny.LAB.replace(before, after, 1)}), "lab1") == [rule]


def test_a_lab_without_holes(make: Make, workbook: Workbook) -> None:
    text = tiny.LAB.replace("  # hole: step = ...", "").replace('tags=["solution"]', "").replace("# hole:", "# was:")
    text = text.replace("# <solution>", "# start").replace("# </solution>", "# end")
    assert rules(make(**{LAB: text}), "lab1") == ["no_holes"]


def test_a_solution_given_away_elsewhere_is_a_warning(make: Make) -> None:
    text = tiny.LAB.replace("start = 20", "start = 20\nstep = 2")
    assert "solution_leaks" in rules(make(**{LESSON: tiny.LESSON, LAB: text}), "lab1", warnings=True)


def test_the_measures_of_a_lesson_are_warnings(workbook: Workbook) -> None:
    assert rules(workbook, "01", warnings=True) == ["measure", "measure"]
