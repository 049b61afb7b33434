"""What the room offers is what it says it offers."""

from helpers import scoring


def test_every_name_exists_and_they_are_sorted() -> None:
    assert scoring.__all__ == sorted(scoring.__all__, key=lambda name: (name.islower(), name))
    assert all(hasattr(scoring, name) for name in scoring.__all__)
