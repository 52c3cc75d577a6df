"""The settings of one account."""

from dataclasses import dataclass

from sidetone.plugin import Secret, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`[carriers.NAME]` with `type = "example"`."""

    base_url: str = setting("https://api.telecom.invalid", pattern=r"https?://[^/?#]+", help="where the API answers")
    token: Secret = setting(help="the account's token")
    signing_key: Secret = setting(pattern=".{16,}", help="the key that call-backs are signed with, from 16 characters")
    rate: float = setting(10.0, minimum=0.1, maximum=1000, help="messages a second")
    deadline: float = setting(30.0, minimum=0.1, maximum=300, help="seconds until a silent server has lost a request")
