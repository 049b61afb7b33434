"""`lab goto NN` makes what earlier lessons leave behind."""

import pytest

from helpers import cli, services
from helpers.scoring import registry


@pytest.mark.services
def test_goto_11_puts_a_model_into_the_registry(lab: services.Lab, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["goto", "11"]) == 0
    said = capsys.readouterr().out
    assert "open work/notebooks/11_score_the_stream.ipynb" in said
    assert registry.current(bootstrap=lab.bootstrap) is not None
    assert (registry.current(bootstrap=lab.bootstrap) or "")[:12] in said


def test_a_lesson_nobody_knows_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["goto", "99"]) == 1
    assert "There is no lesson '99': choose from 00, 01" in capsys.readouterr().err
