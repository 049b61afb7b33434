"""What to do when a service stops answering: say so once, try again for a while, say when it is back."""

import time

from helpers.scoring.errors import ScoringError
from helpers.scoring.transports import Say

NO_BROKER = "no broker can be reached"
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0


class Outage:
    """The outages of one service. name: as people know it; patience: seconds until it is given up."""

    def __init__(self, name: str, patience: float, say: Say) -> None:
        self._name = name
        self._patience = patience
        self._say = say
        self._since: float | None = None
        self._pause = FIRST_PAUSE

    def persists(self, reason: object) -> None:
        """It did not answer: wait a little, twice as long each time up to 2 s. Raises ScoringError after `patience`.

        reason: no sentence, as it stands within one.
        """
        now = time.monotonic()
        if self._since is None:
            self._since = now
            self._say(
                f"{self._name} does not answer ({reason}): trying again for up to {self._patience:g} s, nothing is "
                "committed meanwhile."
            )
        if now - self._since >= self._patience:
            raise ScoringError(
                f"{self._name} has not answered for {now - self._since:.0f} s ({reason}): see `lab status`, then score "
                "again; what was not committed is read again, so nothing is lost."
            )
        time.sleep(self._pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def ended(self) -> None:
        """It answered."""
        if self._since is not None:
            self._say(f"{self._name} answers again after {time.monotonic() - self._since:.1f} s; nothing was lost.")
            self._since, self._pause = None, FIRST_PAUSE
