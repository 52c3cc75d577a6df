"""People, sessions and numbers without a web around them; hashing is as cheap as libsodium allows."""

from sidetone.people.numbers import Numbers
from sidetone.people.passwords import Passwords
from sidetone.people.sessions import Opened, Sessions
from sidetone.people.sign_in import SignInDesk
from sidetone.people.users import Users
from sidetone.store.connection import Store
from sidetone.store.journal import Entry
from sidetone.testing.clock import FakeClock
from sidetone.views import NewUser, Role, UserView

PASSWORD = "three quiet words"
CARRIERS = ("main", "demo")


class Town:
    """The rooms, and short ways to people them."""

    def __init__(self, store: Store, clock: FakeClock) -> None:
        self.store = store
        self.clock = clock
        self.passwords = Passwords(passes=1, memory=8192)
        self.sessions = Sessions(store, clock, "DE")
        self.users = Users(store, self.passwords, self.sessions, "DE")
        self.numbers = Numbers(store, lambda: CARRIERS, "DE")
        self.desk = SignInDesk(store, self.passwords, self.sessions, clock)
        self.heard: list[Entry] = []
        store.listen(self.heard.extend)

    async def close(self) -> None:
        await self.sessions.close()
        self.passwords.close()

    async def add(self, name: str, role: Role = "user") -> UserView:
        return await self.users.add(NewUser(name=name, password=PASSWORD, role=role))

    async def sign_in(self, name: str, password: str = PASSWORD, address: str = "192.0.2.1") -> Opened:
        return await self.desk.sign_in(name, password, address=address, token=False)

    def reopened(self) -> Sessions:
        """Sessions as a daemon that was started anew has them."""
        return Sessions(self.store, self.clock, "DE")
