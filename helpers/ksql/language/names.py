"""Names as SQL reads them and as they are quoted."""


def identifier(text: str) -> str:
    """The name that a text writes: in capitals, unless it is in `backquotes`."""
    quoted = len(text) > 1 and text[0] == text[-1] == "`"
    return text[1:-1].replace("``", "`") if quoted else text.upper()


def backquoted(name: str) -> str:
    """The name in backquotes, which keep its letters."""
    return f"`{name.replace('`', '``')}`"
