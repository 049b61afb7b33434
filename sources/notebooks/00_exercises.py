"""Exercises of lesson 00."""

import json

from helpers.checks import Exercise, expect, need, stored, text
from helpers.checks.outcomes import Wrong
from helpers.checks.showing import brief

PRODUCT, BEFORE_IT = "product-0023", "product-0022"


class Label(Exercise):
    services = ("redis",)
    hints = (
        f'`redis.hget("scores:latest", "{PRODUCT}")` fetches the answer, as bytes of JSON.',
        '`json.loads(...)` turns it into a dictionary; the label is its entry "label".',
    )
    solution = f"""label = json.loads(redis.hget("scores:latest", "{PRODUCT}"))["label"]"""
    right = "One key, one answer, wherever the question comes from: that is what Redis does in this pipeline."
    misconceptions = {
        "what it is": "That is what the picture really shows; the pipeline says something else about it. Ask Redis.",
        "whole answer": "That is the whole answer: take its label.",
        "the one before": f"That is the answer about {BEFORE_IT}, the picture before yours: the wall counts from 0, as ids do.",
        "spelt otherwise": "{got} is the right word, spelt otherwise: capitals, blanks and quotation marks count.",
        "no label": "{got} is none of the ten kinds of clothes: take what the answer has under `label`.",
        "another product": f"{{got}} is not what Redis has under {PRODUCT}: look at the id again.",
    }

    def check(self, answer):
        from helpers.datasets import CLOTHES, fashion_mnist

        kept = self._kept(PRODUCT)
        need(kept is not None, "Redis has no answer for this product: run the cell with the camera, then check again.")
        told = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
        expect(not isinstance(told, str | dict) or "confidence" not in told, "whole answer")
        label, said = text(answer), json.loads(kept)["label"]
        if label == said:
            return
        meant = label.strip(" \n\"'").casefold()
        expect(meant != said.casefold(), "spelt otherwise", got=brief(answer))
        expect(meant in map(str.casefold, CLOTHES), "no label", got=brief(answer))
        really = CLOTHES[fashion_mnist().test_labels[int(PRODUCT[-4:])]]
        expect(meant != really.casefold(), "what it is")
        before = json.loads(self._kept(BEFORE_IT) or "{}").get("label", "")
        expect(meant != before.casefold(), "the one before")
        expect(False, "another product", got=brief(answer))

    def _kept(self, product):
        try:
            return stored("scores:latest").get(product)
        except Wrong:
            return None
