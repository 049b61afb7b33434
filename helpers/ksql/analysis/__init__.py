"""What a statement means, checked before anything runs: names, types, keys, joins, groups."""

from helpers.ksql.analysis.query import Analysis, Result, analyse
from helpers.ksql.analysis.sinks import sink, target

__all__ = ["Analysis", "Result", "analyse", "sink", "target"]
