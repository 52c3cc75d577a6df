"""`sidetone plugins`: what is installed, and what the configuration uses of it."""

from pathlib import Path

import click

from sidetone.cli.settings import MAIN_FILE, load_settings, with_config_file
from sidetone.cli.words import as_json, listing


@click.command()
@as_json
@with_config_file
def plugins(file: Path, as_json: bool) -> None:
    """List the installed plugins.

    With the carriers of the configuration that use them, and why one cannot be used.
    """
    from sidetone.plugin.found import installed, view
    from sidetone.plugin.rehearsal import rehearse

    # Before the first configuration is written the listing says what it could name.
    carriers = {} if file == MAIN_FILE and not file.exists() else load_settings(file).carriers
    failures = rehearse(carriers, file.absolute().parent).failures
    rows = []
    for plugin in installed().values():
        row = view(plugin, {name: section.type for name, section in carriers.items()})
        own = {name: why for name, why in failures.items() if carriers[name].type == plugin.type}
        rows.append({**row, "state": "failed" if own else "ok" if row["carriers"] else "off", "failures": own})
    columns = ("type", "version", "package", "carriers", "state")
    listing(rows, columns, as_json=as_json, nothing="No plugin is installed: install Sidetone again.")
    if not as_json:
        for name, why in failures.items():
            click.echo(f"{name}: {why}")
