"""A file of Python functions that cannot be loaded: one sentence, with the line of the file."""

import pytest

from helpers.ksql.errors import KsqlError
from helpers.ksql.server.functions import load_functions


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def f():\n    return nobody\n\nf()\n", "line 2: NameError: name 'nobody' is not defined."),
        ("def broken(:\n", "SyntaxError: invalid syntax (functions.py, line 1)."),
        ("import sys\nsys.exit(3)\n", "line 2: SystemExit: 3."),
        (
            "from helpers import ksql\n\n@ksql.function('ABS(INT) -> INT')\ndef f(n):\n    'It.'\n    return n\n",
            "line 3: ABS is a function of the language: give yours another name.",
        ),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(tmp_path, text, told):
    file = tmp_path / "functions.py"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(KsqlError) as refused:
        load_functions(file)
    assert str(refused.value) == f"The functions in {file} could not be loaded: {told}"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(KsqlError, match="cannot be read"):
        load_functions(tmp_path / "functions.py")
