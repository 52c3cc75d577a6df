"""`sidetone retention …`: how long things are kept, what goes, and what must be kept longer."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from sidetone.cli.asking import ask, asked
from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import Sentence, as_json, dump, listing

if TYPE_CHECKING:
    from sidetone.views import RetentionRun

RUNS = ("started_at", "dry_run", "outcome", "asked_by", "messages", "attempts", "raw", "held")
HOLDS = ("id", "party", "conversation_id", "reason", "made_by", "created_at", "lifted_at")


@click.group()
def retention() -> None:
    """Keep, let go and hold what people wrote."""


@retention.command()
@as_json
@with_config_file
def show(file: Path, as_json: bool) -> None:
    """Show the periods, which of them wait, and what the last runs did."""
    from sidetone.control.retention import RetentionViewAsk
    from sidetone.views import RetentionView

    found = ask(load_settings(file), "retention.show", RetentionViewAsk(), RetentionView)
    if as_json:
        dump(found)
        return
    policy = found.policy
    periods = {
        "texts": policy.sms_days,
        "attempts": policy.attempts_days,
        "raw": policy.raw_days,
        "audit": policy.audit_days,
    }
    click.echo(f"Kept: {', '.join(f'{what} {_days(days)}' for what, days in periods.items())}.")
    for each in policy.own:
        click.echo(f"Texts of {each.number}: {_days(each.sms_days)}.")
    for words in found.waiting:
        click.echo(words)
    if not found.clock_is_sure:
        click.echo("Nothing goes: the clock cannot be trusted. Correct it, or: sidetone retention run --clock-is-right")
    if found.running:
        click.echo("A clean-up is under way.")
    rows = [{**_row(run), **msgspec.to_builtins(run.report)} for run in found.runs]
    listing(rows, RUNS, as_json=False, nothing="No run has had anything to tell yet.")


@retention.command("dry-run")
@as_json
@with_config_file
def dry_run(file: Path, as_json: bool) -> None:
    """Say what a run would let go now, and change nothing."""
    _run(file, dry=True, clock_is_right=False, as_json=as_json)


@retention.command()
@click.option("--clock-is-right", is_flag=True, help="Vouch for this machine's clock after it has jumped.")
@as_json
@with_config_file
def run(file: Path, clock_is_right: bool, as_json: bool) -> None:
    """Let go what is due now, by the configured periods and without grace."""
    _run(file, dry=False, clock_is_right=clock_is_right, as_json=as_json)


@retention.command()
@click.option("--all", "every", is_flag=True, help="Also those that were lifted.")
@as_json
@with_config_file
def holds(file: Path, every: bool, as_json: bool) -> None:
    """List what is held whatever the periods say."""
    from sidetone.control.retention import HoldsAsk
    from sidetone.views import HoldView, Page

    wanted = HoldsAsk(state="all" if every else "in_force")
    found = ask(load_settings(file), "retention.holds", wanted, Page[HoldView])
    rows = [
        {
            **msgspec.to_builtins(item),
            "party": item.party.value if item.party else None,
            "made_by": item.made_by.name if item.made_by else None,
        }
        for item in found.items
    ]
    listing(rows, HOLDS, as_json=as_json, nothing="Nothing is held.")


@retention.command()
@click.argument("party", required=False, metavar="[NUMBER]")
@click.option("--conversation", default=None, metavar="ID", help="Hold this one conversation instead of a party.")
@click.option("--reason", required=True, metavar="TEXT", help="Why, for whoever lifts it one day.")
@as_json
@with_config_file
def hold(file: Path, party: str | None, conversation: str | None, reason: str, as_json: bool) -> None:
    """Hold everything with NUMBER, or one conversation, until the hold is lifted."""
    from sidetone.views import HoldView, NewHold

    new = asked(NewHold, party=party, conversation_id=conversation, reason=reason)
    made = ask(load_settings(file), "retention.hold", new, HoldView)
    if as_json:
        dump(made)
        return
    click.echo(f"Held. To end it: sidetone retention lift {made.id}")


@retention.command()
@click.argument("key", metavar="ID", type=click.IntRange(1))
@with_config_file
def lift(file: Path, key: int) -> None:
    """End the hold ID: what is due goes with the next clean-up."""
    from sidetone.control.retention import LiftAsk, Lifted

    ask(load_settings(file), "retention.lift", asked(LiftAsk, id=key), Lifted)
    click.echo("Lifted.")


def _run(file: Path, *, dry: bool, clock_is_right: bool, as_json: bool) -> None:
    from sidetone.views import RetentionAnswer, RetentionAsk

    wanted = RetentionAsk(dry_run=dry, clock_is_right=clock_is_right)
    done = ask(load_settings(file), "retention.run", wanted, RetentionAnswer).run
    if as_json:
        dump(done)
    elif done is None:
        click.echo("It takes a while and goes on. What it did: sidetone retention show")
    else:
        _tell(done)
    if done is not None and done.outcome == "refused":
        raise Sentence("Nothing went. If this machine's clock is right: sidetone retention run --clock-is-right")


def _tell(done: "RetentionRun") -> None:
    found = done.report
    for words in found.words:
        click.echo(words)
    verb = "Would go" if done.dry_run else "Gone"
    counts = {
        "messages": found.messages,
        "conversations": found.conversations,
        "attempts": found.attempts,
        "receipts": found.receipts,
        "call-backs nobody could read": found.raw,
        "rows of the audit": found.audit,
    }
    click.echo(f"{verb}: {', '.join(f'{count} {what}' for what, count in counts.items())}.")
    if found.held:
        click.echo(f"Kept by legal holds: {found.held} messages.")


def _row(run: "RetentionRun") -> dict[str, object]:
    asked_by = run.asked_by.name if run.asked_by else None
    return {"started_at": run.started_at, "dry_run": run.dry_run, "outcome": run.outcome, "asked_by": asked_by}


def _days(days: int) -> str:
    return f"{days} days" if days else "for ever"
