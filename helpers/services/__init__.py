"""The services behind the lessons: found or started, watched, stopped.

A notebook calls `ensure("kafka", "redis")`; a terminal uses the `lab` command; a lesson that breaks things takes a
`cluster(3)` of its own.
"""

from helpers.services.disposable import Cluster, cluster, standing_cluster
from helpers.services.process import ServiceError
from helpers.services.supervisor import Lab, down, ensure, running, up

__all__ = ["Cluster", "Lab", "ServiceError", "cluster", "down", "ensure", "running", "standing_cluster", "up"]
