"""Exercises of lesson 00."""

import json

from helpers.checks import Exercise, expect, need, stored, text
from helpers.checks.outcomes import Wrong

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
        "another product": f"That is not what Redis has under {PRODUCT}: look at the id again.",
    }

    def check(self, answer):
        from helpers.datasets import CLOTHES, fashion_mnist

        kept = self._kept(PRODUCT)
        need(kept is not None, "Redis has no answer for this product: run the cell with the camera, then check again.")
        prediction = json.loads(kept)
        expect(answer not in (prediction, kept, kept.encode()), "whole answer")
        label = text(answer)
        really = CLOTHES[fashion_mnist().test_labels[int(PRODUCT[-4:])]]
        expect(label == prediction["label"] or label != really, "what it is")
        before = json.loads(self._kept(BEFORE_IT) or "{}").get("label")
        expect(label == prediction["label"] or label != before, "the one before")
        expect(label == prediction["label"], "another product")

    def _kept(self, product):
        try:
            return stored("scores:latest").get(product)
        except Wrong:
            return None
