"""The house rules as far as a machine can see them; each rule is a function from a page to its faults."""

from helpers.authoring.rules import code, prose, shape
from helpers.authoring.rules.page import Page, Rule

ALL: tuple[Rule, ...] = (*prose.RULES, *shape.RULES, *code.RULES)

__all__ = ["ALL", "Page", "Rule", "code", "prose", "shape"]
