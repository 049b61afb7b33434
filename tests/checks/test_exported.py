from helpers import checks


def test_what_authors_and_attendees_import_is_there_and_sorted() -> None:
    assert sorted(checks.__all__) == checks.__all__
    assert all(hasattr(checks, name) for name in checks.__all__)
