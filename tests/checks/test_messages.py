import re

import pytest

from helpers.checks.messages import Kind, Message


def test_both_forms_say_the_same() -> None:
    message = Message(Kind.RAISED, "ValueError: `x` is no number", "line 3 of your cell: int('x')\nin f('x')")
    bundle = message._repr_mimebundle_()
    assert bundle["text/plain"] == (
        "⚠ Error in your code: ValueError: `x` is no number\n    line 3 of your cell: int('x')\n    in f('x')"
    )
    assert "<strong>⚠ Error in your code:</strong> ValueError: <code>x</code> is no number" in bundle["text/html"]
    assert "<pre" in bundle["text/html"]


@pytest.mark.parametrize("kind", Kind)
def test_everything_from_elsewhere_is_escaped(kind: Kind) -> None:
    attack = "<script>alert(1)</script> `<img src=x onerror=alert(1)>` \" ' &"
    shown = Message(kind, attack, attack).html()
    assert set(re.findall(r"</?([a-z]+)", shown)) == {"div", "strong", "code", "pre"}
    assert "onerror=alert(1)&gt;" in shown
    assert "&quot; &#x27; &amp;" in shown


def test_no_two_kinds_differ_by_colour_alone() -> None:
    assert len({kind.label for kind in Kind}) == len(Kind)
    outcomes = [kind for kind in Kind if kind not in (Kind.HINT, Kind.SOLUTION)]
    assert len({kind.symbol for kind in outcomes}) == 5


@pytest.mark.parametrize("background", ["#ffffff", "#111111"], ids=["light", "dark"])
@pytest.mark.parametrize("kind", Kind)
def test_the_stripe_can_be_seen_in_both_themes(kind: Kind, background: str) -> None:
    assert _contrast(kind.colour, background) >= 3  # WCAG 2.2, 1.4.11: parts that are not text


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
