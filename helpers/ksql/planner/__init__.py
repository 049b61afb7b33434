"""From an Analysis to a topology of Kafka Streams. Every step is an operator of Kafka Streams' own DSL."""

from helpers.ksql.planner.flow import Flow, Query
from helpers.ksql.planner.query import Transient, plan, plan_transient

__all__ = ["Flow", "Query", "Transient", "plan", "plan_transient"]
