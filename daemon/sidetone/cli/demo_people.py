"""The demo's users, numbers and contacts in the store."""

import os
from contextlib import suppress

from sidetone.cli.asking import alone, asked
from sidetone.cli.demo_files import CARRIER, CONTACTS, MADE_FILE, Person, roll, write_whole
from sidetone.config.shapes import Config
from sidetone.control.services import Services
from sidetone.directory.contacts import Contacts
from sidetone.errors import NotFound
from sidetone.people.numbers import NumberTaken
from sidetone.people.viewer import Viewer
from sidetone.store.acting import acting, at_the_command_line
from sidetone.views import NewContact, NewNumber, NewUser, UserChange, UserView


async def settle(config: Config) -> None:
    """Make the demo's people, once: what someone deletes later stays deleted. A half-made demo is completed."""
    made = config.folder / MADE_FILE
    if made.exists():
        return
    persons, fresh = roll(config.folder)
    who = at_the_command_line(os.getuid())
    async with alone(config) as services:
        for person in persons:
            with acting(who):
                await _settle(services, person, fresh=fresh, country=config.server.default_country)
    write_whole(made, "The demo's users are made. Without this file the next start completes them.\n")


async def _settle(services: Services, person: Person, *, fresh: bool, country: str) -> None:
    user = await _user(services, person, fresh=fresh)
    number = asked(NewNumber, number=person.number, carrier=CARRIER, label="Direct line", owner=f"user:{person.name}")
    with suppress(NumberTaken):  # a start before this one was cut short
        await services.numbers.add(number)
    viewer = Viewer(
        user_id=int(user.id),
        session_id=0,
        name=user.name,
        role=user.role,
        rights=frozenset(user.rights),
        country=country,
    )
    contacts = Contacts(services.store)
    have = {contact.name for contact in (await contacts.page(viewer, words="", after=None, limit=100)).items}
    for name, phone in CONTACTS:
        if name not in have:
            await contacts.add(viewer, asked(NewContact, name=name, numbers=[{"number": phone}]), None)


async def _user(services: Services, person: Person, *, fresh: bool) -> UserView:
    """The person's user; if the list of passwords was lost before the demo was made, the new one counts."""
    try:
        user = await services.users.find(person.name)
    except NotFound:
        return await services.users.add(new_user(person))
    if fresh:
        return await services.users.change(int(user.id), asked(UserChange, password=person.password))
    return user


def new_user(person: Person) -> NewUser:
    """The person as a user to add; everyone in the demo may hold the virtual phones."""
    return asked(
        NewUser,
        name=person.name,
        password=person.password,
        display_name=person.display_name,
        role=person.role,
        rights=["handset"],
    )
