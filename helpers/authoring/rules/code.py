"""Rules for code cells: nothing runs for ever, waits for a keyboard or leaves Python and its environment."""

import ast
import tokenize
from collections.abc import Iterator
from functools import lru_cache
from io import StringIO
from itertools import pairwise

from IPython.core.inputtransformer2 import TransformerManager

from helpers.authoring.faults import Fault
from helpers.authoring.rules.page import Page, Rule
from helpers.authoring.source import Cell

MOST_LINES = 20
WIDEST = 112  # letters: what a cell of JupyterLab shows on a screen 1,366 pixels wide
_SHELL_LINE_MAGICS = {"pip", "conda", "mamba", "uv", "system", "sx", "sc", "cd"}
_SHELL_CELL_MAGICS = {"bash", "sh", "script", "cmd", "system", "sx", "!"}
_ENDLESS = {"count", "cycle", "repeat"}
_DRAINS = {"next", "list", "tuple", "set", "sorted", "enumerate", "islice", "zip"}


def valid(page: Page) -> Iterator[Fault]:
    """Every code cell is Python once its magics are translated."""
    for index, cell in page.code:
        if _tree(cell.text) is None:
            yield page.fault("not_python", "The cell cannot be parsed: mend it, or what its hole leaves.", index)


def short(page: Page) -> Iterator[Fault]:
    """No code cell is longer than a glance."""
    for index, cell in page.code:
        lines = len(cell.text.splitlines())
        if lines > MOST_LINES:
            yield page.fault("long_cell", f"The cell has {lines} lines, at most {MOST_LINES}: split it.", index)


def narrow(page: Page) -> Iterator[Fault]:
    """No line of code is wider than its cell on a small laptop: it would need a scroll bar."""
    for index, cell in page.code:
        widest = max((len(line) for line in cell.text.splitlines()), default=0)
        if widest > WIDEST:
            yield page.fault("wide_line", f"A line has {widest} letters, at most {WIDEST}: break it.", index)


def bounded(page: Page) -> Iterator[Fault]:
    """No loop without an end of its own: a reader who interrupts nothing must come through."""
    consumers: set[str] = set()
    for index, cell in page.code:
        tree = _tree(cell.text) or ast.Module([], [])
        consumers |= _open_ended_consumers(tree)
        for node in ast.walk(tree):
            if what := _endless(node, consumers):
                yield page.fault("endless_loop", f"{what}: give it a record limit and a time limit.", index)


def no_keyboard(page: Page) -> Iterator[Fault]:
    """`input()` stops a run of all cells and raises in CI."""
    for index, _, call in _calls(page):
        if _name(call.func) in ("input", "getpass", "getpass.getpass"):
            yield page.fault("input", f"{_name(call.func)}() waits for a keyboard: give the value in code.", index)


def no_shell(page: Page) -> Iterator[Fault]:
    """Shell escapes differ by system, and `%pip` changes the locked environment."""
    for index, _, call in _calls(page):
        function, first = _name(call.func), _text(call.args[0]) if call.args else ""
        used = {
            "get_ipython().system": "!",
            "get_ipython().getoutput": "!",
            "get_ipython().run_line_magic": f"%{first}" if first in _SHELL_LINE_MAGICS else "",
            "get_ipython().run_cell_magic": f"%%{first}" if first in _SHELL_CELL_MAGICS else "",
        }.get(function, "")
        if used:
            yield page.fault("shell", f"{used!r} leaves Python: call a function of helpers instead.", index)


def no_path_edits(page: Page) -> Iterator[Fault]:
    """`helpers` is installed; editing `sys.path` hides when it is not."""
    for index, tree in _trees(page):
        for node in ast.walk(tree):
            imported = (
                isinstance(node, ast.ImportFrom) and node.module == "sys" and any(a.name == "path" for a in node.names)
            )
            if imported or (isinstance(node, ast.Attribute) and _name(node) == "sys.path"):
                yield page.fault("sys_path", "sys.path is touched: helpers is installed, import it.", index)


def no_semicolon(page: Page) -> Iterator[Fault]:
    """A trailing `;` hides a value in JupyterLab and nowhere else; use `ax` methods or assign the value."""
    for index, cell in page.code:
        if not cell.text.startswith("%%") and any(_trailing_semicolons(cell)):
            yield page.fault("semicolon", "A line ends in ';': assign the value instead.", index)


def no_comment_markers(page: Page) -> Iterator[Fault]:
    """nbval's comment markers override tags and carry no reason."""
    for index, cell in page.code:
        if any(line.lstrip("# ").startswith("NBVAL_") for line in cell.text.splitlines() if line.startswith("#")):
            yield page.fault("nbval_comment", "nbval is told by a comment: use a tag with a reason.", index)


def hidden_says_what(page: Page) -> Iterator[Fault]:
    """JupyterLab shows the first line of a collapsed cell, so that line tells what is inside."""
    for index, cell in page.code:
        hidden = cell.metadata.get("jupyter", {}).get("source_hidden")
        if hidden and not cell.text.startswith("# "):
            yield page.fault("hidden_cell", "A collapsed cell starts with code: start it with a comment.", index)


RULES: tuple[Rule, ...] = (
    valid,
    short,
    narrow,
    bounded,
    no_keyboard,
    no_shell,
    no_path_edits,
    no_semicolon,
    no_comment_markers,
    hidden_says_what,
)


@lru_cache(maxsize=1024)
def _tree(text: str) -> ast.Module | None:
    try:
        return ast.parse(TransformerManager().transform_cell(text))  # type: ignore[no-untyped-call]
    except SyntaxError:
        return None


def _trees(page: Page) -> Iterator[tuple[int, ast.Module]]:
    for index, cell in page.code:
        if tree := _tree(cell.text):
            yield index, tree


def _calls(page: Page) -> Iterator[tuple[int, ast.Module, ast.Call]]:
    for index, tree in _trees(page):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield index, tree, node


def _name(node: ast.AST) -> str:
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _endless(node: ast.AST, consumers: set[str]) -> str:
    """What is endless about a node, or nothing."""
    if isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and node.test.value:
        return f"while {ast.unparse(node.test)} has no end"
    if isinstance(node, ast.For | ast.comprehension):
        if isinstance(node.iter, ast.Call) and _name(node.iter.func).rpartition(".")[2] in _ENDLESS:
            return f"{ast.unparse(node.iter)} has no end"
        if _name(node.iter) in consumers:
            return f"iterating over {_name(node.iter)} waits for records for ever without consumer_timeout_ms"
    if isinstance(node, ast.Call) and _name(node.func).rpartition(".")[2] in _DRAINS:
        for argument in node.args:
            if _name(argument) in consumers:
                return f"{ast.unparse(node)} waits for records for ever without consumer_timeout_ms"
    return ""


def _open_ended_consumers(tree: ast.Module) -> set[str]:
    """Names bound to a KafkaConsumer that was given no `consumer_timeout_ms`."""
    names = set()
    for node in ast.walk(tree):
        pairs: list[tuple[ast.expr, ast.expr | None]] = []
        if isinstance(node, ast.Assign):
            pairs = [(node.value, target) for target in node.targets]
        elif isinstance(node, ast.NamedExpr):
            pairs = [(node.value, node.target)]
        elif isinstance(node, ast.With):
            pairs = [(item.context_expr, item.optional_vars) for item in node.items]
        names |= {_name(target) for value, target in pairs if target is not None and _waits_for_ever(value)}
    return names


def _waits_for_ever(value: ast.expr) -> bool:
    if not isinstance(value, ast.Call) or _name(value.func).rpartition(".")[2] != "KafkaConsumer":
        return False
    # a ** may carry the limit: give it the benefit of the doubt
    return not any(keyword.arg in ("consumer_timeout_ms", None) for keyword in value.keywords)


def _trailing_semicolons(cell: Cell) -> Iterator[bool]:
    lines = [line for line in cell.text.splitlines() if not line.lstrip().startswith(("%", "!"))]
    try:
        tokens = list(tokenize.generate_tokens(StringIO("\n".join(lines) + "\n").readline))
    except (tokenize.TokenError, SyntaxError):
        return
    meaning = [token for token in tokens if token.type != tokenize.COMMENT]
    for token, after in pairwise(meaning):
        yield token.string == ";" and after.type in (tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER)
