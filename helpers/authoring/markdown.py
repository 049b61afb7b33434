"""What a markdown cell holds, read with a real parser: headings, pictures, links, lists and words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable("table")


@dataclass
class Prose:
    """headings: (level, text). images: (alt, target). links: targets. words: prose outside code.

    bullets: how many items each list has, by the text before it. text: all that is not code, for rules about syntax.
    """

    headings: list[tuple[int, str]] = field(default_factory=list)
    images: list[tuple[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    bullets: dict[str, int] = field(default_factory=dict)
    words: int = 0
    text: str = ""


def read(source: str) -> Prose:
    """Everything the rules ask about one markdown cell."""
    prose = Prose()
    tokens = _PARSER.parse(source)
    before = ""
    for place, token in enumerate(tokens):
        if token.type == "inline":
            before = _inline(token, prose)
            if place and tokens[place - 1].type == "heading_open":
                prose.headings.append((int(tokens[place - 1].tag[1]), before))
        elif token.type == "html_block":
            _html(token.content, prose)
        elif token.type == "bullet_list_open" and token.level == 0:
            prose.bullets[before] = _items(tokens, place)
    return prose


def _inline(token: Token, prose: Prose) -> str:
    """Take in one run of text; its plain words."""
    words = []
    for child in token.children or []:
        if child.type == "image":
            prose.images.append((child.content, str(child.attrs.get("src", ""))))
        elif child.type == "link_open":
            prose.links.append(str(child.attrs.get("href", "")))
        elif child.type == "html_inline":
            _html(child.content, prose)
        elif child.type == "softbreak":
            words.append("\n")
        elif child.type == "text":
            words.append(child.content)
        elif child.type == "code_inline":
            words.append(f"`{child.content}`")
    plain = "".join(words)
    prose.words += len(plain.split())
    prose.text += plain + "\n"
    return plain


def _items(tokens: list[Token], start: int) -> int:
    """How many items the list that opens at `start` has, not counting lists inside it."""
    items = 0
    for token in tokens[start:]:
        if token.type == "list_item_open" and token.level == tokens[start].level + 1:
            items += 1
        if token.type == "bullet_list_close" and token.level == tokens[start].level:
            break
    return items


def _html(source: str, prose: Prose) -> None:
    reader = _Html()
    reader.feed(source)
    prose.images += reader.images
    prose.links += reader.links
    prose.words += len(reader.text.split())


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.images: list[tuple[str, str]] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "img":
            self.images.append((given.get("alt") or "", given.get("src") or ""))
        elif tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def anchors(prose: Prose) -> Iterator[str]:
    """The fragment that JupyterLab gives each heading."""
    for _, text in prose.headings:
        yield text.replace("`", "").replace(" ", "-")
