"""What the factory raises when it cannot go on; what it merely finds wrong is a `faults.Fault`."""

from helpers.errors import LabError


class AuthoringError(LabError):
    """A source, the list of lessons or a built notebook cannot be used; the sentence says which and what to do."""
