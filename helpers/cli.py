"""The `lab` command. Each subcommand is a small function here that calls the room it belongs to."""

import argparse
import difflib
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict

from helpers.errors import LabError

Run = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; an error meant for people is printed as its sentence. Returns the exit status.

    Without one it prints what there is. Raises SystemExit for what is no command line of ours, as argparse does.
    """
    try:  # around the imports too: Ctrl+C may come while they last, which is most of a short command
        return _main(arguments)
    except KeyboardInterrupt:
        return 130


def _main(arguments: Sequence[str] | None) -> int:
    from helpers.config import folders, home

    for stream in (sys.stdout, sys.stderr):  # a Windows console may speak a code page without · and ×
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    parser, names = _parser()
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words:
        parser.print_help()
        return 2
    if not words[0].startswith("-") and words[0] not in names:
        near = difflib.get_close_matches(words[0], names, n=1)
        parser.error(f"there is no command {words[0]}: {f'did you mean `lab {near[0]}`?' if near else 'see `lab -h`.'}")
    options = parser.parse_args(words)
    run: Run = options.run
    try:
        os.environ.update(folders(home()))  # for what is started from here too
        return run(options)
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # such as `lab logs kafka | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes it once more at its end
        return 0
    except OSError as error:
        if error.filename is None:
            raise
        print(f"{error.filename} cannot be used ({error.strerror}): see to that and try again.", file=sys.stderr)
        return 1


def _setup(options: argparse.Namespace) -> int:
    from helpers.authoring import work
    from helpers.config import settings
    from helpers.services import jars, kafka

    now = settings()
    jars.fetch_all()
    kafka.train_cache(now.home)
    for line in work.lay_out(now.root).lines():
        print(line)
    return 0


def _open(options: argparse.Namespace) -> int:
    from helpers.services import foreground

    return foreground.run(browser=options.browser)


def _up(options: argparse.Namespace) -> int:
    from helpers.services import running, standing_cluster, up
    from helpers.services.supervisor import EVERYTHING

    if options.brokers > 1:
        if options.services:
            raise LabError(
                f"`--brokers {options.brokers}` starts a cluster of its own and nothing else: "
                f"start {' and '.join(options.services)} with a second command."
            )
        print(f"A disposable cluster of {options.brokers} brokers runs at {standing_cluster(options.brokers)}")
        print("They run until `lab down`.")
        return 0
    missing = sorted({*(options.services or EVERYTHING)} - {record.name for record in running()})
    if missing:
        print(f"Waiting for {', '.join(missing)} …", file=sys.stderr, flush=True)
    lab = up(*options.services)
    print(lab)
    if any(not service.variable for service in lab.services.values()):
        print("They run until `lab down`.")
    return 0


def _down(options: argparse.Namespace) -> int:
    from helpers.services import down

    stopped = down()
    print(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")
    return 0


def _status(options: argparse.Namespace) -> int:
    from helpers.services import status

    found = status.services()
    if options.json:
        print(json.dumps([asdict(service) for service in found], indent=2))
    else:
        print(status.table(found))
    return 0 if all(service.running for service in found) else 1


def _logs(options: argparse.Namespace) -> int:
    from helpers.services import logs

    if options.lines < 1:
        raise LabError(f"The last {options.lines} lines are none: give 1 or more.")
    for line in logs.last(options.service, options.lines):
        print(line)
    return 0


def _reset(options: argparse.Namespace) -> int:
    from helpers.services import reset

    if options.topics and options.what != "topic":
        raise LabError(
            f"`lab reset {options.what}` takes no names: did you mean `lab reset topic {' '.join(options.topics)}`?"
        )
    print(reset.reset(options.what, options.topics, say=lambda step: print(step, flush=True)))
    return 0


def _compose(options: argparse.Namespace) -> int:
    from helpers.services import compose

    return compose.run(options)


def _score(options: argparse.Namespace) -> int:
    from helpers.scoring import command

    return command.run(options)


def _doctor(options: argparse.Namespace) -> int:
    from helpers.services.doctor import command

    return command.run(options)


def _ksql(options: argparse.Namespace) -> int:
    from helpers.ksql.prompt import command

    return command.main(options.arguments)


def _goto(options: argparse.Namespace) -> int:
    from helpers import stations

    print(stations.prepare(options.lesson))
    return 0


def _parser() -> tuple[argparse.ArgumentParser, list[str]]:
    """The parser, and the names of its commands."""
    parser = argparse.ArgumentParser(prog="lab", description="Services and tools of the workbook.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, text: str, run: Run) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    add("setup", "fetch Kafka, lay out work/: what `make lab` does before it opens", _setup)
    command = add("open", "run the services and JupyterLab until Ctrl+C", _open)
    command.add_argument("--no-browser", dest="browser", action="store_false", help="only print the address")
    command = add("up", "start services and leave them running until `lab down`", _up)
    command.add_argument("services", nargs="*", metavar="SERVICE", help="kafka, redis, ksql (default: all)")
    command.add_argument(
        "--brokers",
        type=int,
        choices=(1, 3),
        default=1,
        help="3: a second, disposable cluster with replication 3",
    )
    add("down", "stop everything this checkout runs", _down)
    command = add("status", "what runs, where, until when", _status)
    command.add_argument("--json", action="store_true", help="for programs")
    command = add("logs", "the last lines of a service's log", _logs)
    command.add_argument("service", nargs="?", help="kafka, redis, ksql, jupyter, keeper (default: names them)")
    command.add_argument("-n", "--lines", type=int, default=40, metavar="N", help="how many (default: 40)")
    command = add("reset", "forget what the lessons stored", _reset)
    command.add_argument("what", choices=("topic", "redis", "ksql", "all"), help="what to empty")
    command.add_argument("topics", nargs="*", metavar="TOPIC", help="with topic: which (default: all the lessons made)")
    _add_rooms(add)
    # what follows it is read by the room, options too: to this parser nothing begins like one
    text = "a prompt for KSQL, a server, a runner of test files: `lab ksql --help`"
    command = commands.add_parser("ksql", help=text, prefix_chars="\0", add_help=False)
    command.add_argument("arguments", nargs="*")
    command.set_defaults(run=_ksql)
    return parser, list(commands.choices)


def _add_rooms(add: Callable[[str, str, Run], argparse.ArgumentParser]) -> None:
    """Subcommands whose options the rooms define themselves."""
    from helpers.scoring import command as scoring
    from helpers.services import compose
    from helpers.services.doctor import command as doctor

    doctor.add_arguments(add("doctor", "check this machine: one line a finding, one remedy each", _doctor))
    compose.add_arguments(add("compose", "write the .env that docker-compose.yml needs", _compose))
    scoring.add_arguments(add("score", "score the stream: `images` in, `predictions` and Redis out", _score))
    command = add("goto", "rebuild what the lessons before this one leave behind", _goto)
    command.add_argument("lesson", help="such as 08 or lab2")


if __name__ == "__main__":
    sys.exit(main())
