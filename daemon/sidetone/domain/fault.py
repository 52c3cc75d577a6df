"""The base of every error that Sidetone raises on purpose."""

from typing import ClassVar


class SidetoneError(Exception):
    """Something that went wrong and can be told to a person.

    `code` is stable and part of the API; `status` is the HTTP status of its problem document (RFC 9457).
    The message says where and what; `hint` says what to do about it. Neither ever holds a message's text,
    a secret or a whole phone number of an outsider.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f" {self.hint}" if self.hint else ""
        return f"{place}{self.message}{remedy}"
