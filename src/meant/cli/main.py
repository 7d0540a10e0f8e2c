"""`meant <command>`: parse, import the one command, run it, and turn errors into exit codes.

Exit codes: 0 fine, 1 a gate or a finding failed, 2 the user's mistake, 3 ours, 130 stopped by Ctrl-C.
"""

import os
import sys
import traceback
from importlib import import_module

import click

from meant import __version__
from meant.core.errors import ConfigError, MeantError, MissingExtra, PluginError, did_you_mean

COMMANDS = {
    "demo": "Measure a small real model, bare and with a policy, and write the report.",
    "init": "Write a policy, a system and a suite to start from.",
    "check": "Check policy, system and suite files; tell all faults at once.",
    "policy": "Show a policy: for people, as a system prompt, as a judge's rubric.",
    "cases": "Draft cases from a policy, review them into a suite, see what is covered.",
    "model": "Fetch, list and remove local models.",
    "eval": "Ask systems the cases of suites and measure them against a policy.",
    "compare": "Compare two systems, paired on the same cases.",
    "plan": "Say before a run how many cases it takes, and what those that there are can show.",
    "choose": "Choose between models, prompts and variants: front, ranking, price, or how many more cases.",
    "card": "Write a system's card: what is known of it, and what is not.",
    "prompt": "See what a system prompt's parts earn and cost; search for a better prompt.",
    "gate": "Decide on gate cases whether a candidate may take the baseline's place.",
    "judge": "Measure judges against people's labels; list their calibration cards.",
    "rejudge": "Judge the stored transcripts of a run again; nothing is asked.",
    "guard": "Try guards on a text, see what each of them does, fit a classifier on your own examples.",
    "approvals": "Answer what guards and tool rules leave to a person.",
    "label": "Label replies blind, so that figures can be put right by people.",
    "labels": "Write labelling tasks for other tools, read their labels, show what people said.",
    "runs": "List what was measured; draw a report again.",
    "import": "Turn a table or a public data set into a suite, another tool's log into a run.",
    "export": "Write a run or a suite for another tool.",
    "serve": "Serve systems, guards between, to OpenAI's and Anthropic's clients.",
    "exchanges": "See what live systems were asked, what was stopped, and why.",
    "switch": "Switch a system, a tool or a tenant of a running gateway off, and on again.",
}
"""Name and one line; the module is `meant.cli.<name>`, imported when called, with its command as `command`."""

FINE, FOUND, MISTAKE, OURS, STOPPED = 0, 1, 2, 3, 130


class Lazy(click.Group):
    """A group whose commands are imported when they are called, and not for `--help`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of a first week's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command's module."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"meant.cli.{cmd_name}_" if cmd_name == "import" else f"meant.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or fail with the one that was probably meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"No such command {args[0]!r}; {did_you_mean(args[0], COMMANDS)}see: meant --help")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table above."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="meant")
def command() -> None:
    """Measure how far an LLM system is from what you meant, by one written policy."""


def main(argv: list[str] | None = None) -> int:
    """Run one command line; the exit code."""
    try:
        result = command.main(argv, prog_name="meant", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return MISTAKE
    except (click.Abort, KeyboardInterrupt):
        click.secho("stopped; what was done is saved, and the same command goes on from there", err=True)
        return STOPPED
    except (ConfigError, PluginError, MissingExtra) as error:
        return _failed(str(error), MISTAKE)
    except OSError as error:
        return _failed(f"{error.filename or 'the system'}: {error.strerror or error}", MISTAKE)
    except MeantError as error:
        return _failed(str(error), OURS)
    except Exception:  # noqa: BLE001 - the outermost boundary
        traceback.print_exc()
        return _failed("this is a bug in meant; please report the lines above", OURS)
    return result if isinstance(result, int) else FINE


def _failed(message: str, code: int) -> int:
    click.secho(f"error: {message}", fg=None if os.environ.get("NO_COLOR") else "red", err=True)
    return code


def entry() -> None:
    """The console script."""
    sys.exit(main())
