import _thread
import threading
import time

import pytest

from helpers.checks import limits


def test_what_the_work_raises_is_raised_here() -> None:
    with pytest.raises(KeyError, match="x"):
        limits.run(lambda: {}["x"], seconds=5)


def test_a_stopped_thread_is_gone_and_silent(capfd: pytest.CaptureFixture[str]) -> None:
    def endless() -> None:
        while True:
            pass

    before = threading.active_count()
    with pytest.raises(limits.TimeOver) as over:
        limits.run(endless, seconds=0.1)
    assert over.value.stopped
    assert threading.active_count() == before
    assert capfd.readouterr().err == ""


def test_a_loop_that_swallows_everything_once_is_stopped_all_the_same() -> None:
    def stubborn() -> None:
        swallowed = 0
        while True:
            try:
                while True:
                    pass
            except:  # noqa: E722
                swallowed += 1
                if swallowed == 3:
                    raise

    with pytest.raises(limits.TimeOver) as over:
        limits.run(stubborn, seconds=0.1)
    assert over.value.stopped


def test_an_interrupt_stops_the_work() -> None:
    steps = []

    def endless() -> None:
        while True:
            steps.append(len(steps))
            time.sleep(0.01)

    def wait() -> None:
        limits.run(endless, seconds=20)
        time.sleep(1)  # where the interrupt arrives if the wait could not be interrupted

    threading.Timer(0.2, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        wait()
    done = len(steps)
    time.sleep(0.1)
    assert len(steps) == done
