"""The account of a run adds up and reads well."""

from helpers.scoring import Ledger


def test_it_adds_up() -> None:
    ledger = Ledger()
    ledger.add(scored=510, new=510, rejected=["no image", "no key"], batches=1)
    ledger.add(scored=512, new=500, rejected=[], batches=1)
    ledger.seconds = 0.5
    assert (ledger.read, ledger.scored, ledger.repeated, ledger.lost, ledger.batches) == (1024, 1022, 12, 0, 2)
    assert ledger.rate == 2048
    assert str(ledger).splitlines() == [
        "read 1,024: 1,022 scored (12 of them again: Redis had them), 2 dead letters, 0 lost",
        "2 batches of 512 in 0.50 s: 2,048 records/s",
        "dead letters in images.dlq: 1 × no image",
        "dead letters in images.dlq: 1 × no key",
    ]


def test_a_run_without_records_reads_well() -> None:
    said = "Nothing was read: there is nothing new for this group, or another of its members reads it."
    assert str(Ledger()) == said
