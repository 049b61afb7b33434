"""The interactive prompt: `ksql> `, further lines behind `> ` until the semicolon, history, completion."""

import contextlib
from collections.abc import Iterable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import ThreadedCompleter
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import FileHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from helpers.ksql.client.dialogue import is_complete
from helpers.ksql.errors import KsqlError
from helpers.ksql.prompt.completion import Known, KsqlCompleter
from helpers.ksql.prompt.own import command
from helpers.ksql.prompt.shell import Shell

PROMPT, CONTINUATION = "ksql> ", "> "


class Remembered(FileHistory):
    """What was typed, also before; where the file cannot be read or written, what was typed since the start.

    prompt_toolkit itself shows a traceback and waits for Enter.
    """

    def load_history_strings(self) -> Iterable[str]:
        """From the file, the newest first."""
        try:
            return super().load_history_strings()
        except OSError:
            return []

    def store_string(self, string: str) -> None:
        """At the end of the file."""
        with contextlib.suppress(OSError):
            super().store_string(string)


def converse(shell: Shell, history: Path) -> None:
    """Read and answer until the person leaves. history: the file that keeps what was typed. Raises NoServer."""
    _greet(shell)
    known = Known(shell.dialogue.client)
    session: PromptSession[str] = PromptSession(
        history=Remembered(str(history)),
        completer=ThreadedCompleter(KsqlCompleter(known)),  # it asks the server, and typing goes on
        complete_while_typing=False,
        multiline=True,
        prompt_continuation=lambda width, number, wrapped: CONTINUATION.rjust(width),
        key_bindings=_keys(),
    )
    while not shell.leaving:
        try:
            typed = session.prompt(PROMPT)
        except KeyboardInterrupt:
            continue  # what was begun is given up
        except EOFError:
            break
        shell.screen.spool_line(f"{PROMPT}{typed}")
        answer(shell, typed)
        known.forget(shell.dialogue.client)


def answer(shell: Shell, typed: str) -> None:
    """Carry out what was typed; an error is shown, and the prompt goes on."""
    try:
        shell.feed(typed)
    except KsqlError as error:
        shell.screen.line(str(error))
    except KeyboardInterrupt:
        shell.screen.line("Interrupted.")
    finally:
        shell.pending = ""


def _greet(shell: Shell) -> None:
    info = shell.dialogue.client.info()
    shell.screen.line(f"KSQL, server {info.get('version', '?')} at {shell.dialogue.client.url}")
    shell.screen.line(f"Server Status: {info.get('serverStatus', 'unknown')}")
    shell.screen.line("Type 'help' for what can be typed here; statements end with a semicolon.\n")


def _keys() -> KeyBindings:
    """Enter ends what is complete, and else begins another line."""
    bindings = KeyBindings()

    @bindings.add("enter", filter=Condition(_done))
    def accept(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    return bindings


def _done() -> bool:
    from prompt_toolkit.application import get_app

    typed = get_app().current_buffer.text
    return command(typed) is not None or is_complete(typed)
