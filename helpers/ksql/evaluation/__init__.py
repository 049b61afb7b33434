"""Expressions: their types, their Java, and the values that go in and come out."""
