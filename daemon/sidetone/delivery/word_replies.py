"""What a text that came in asks for, and the confirmation that is ours to send."""

from collections.abc import Callable
from typing import Literal, Protocol

from sidetone.config.shapes import CarrierSection, MessagingSettings
from sidetone.domain.consent_texts import confirmation
from sidetone.domain.keywords import Keyword, keyword, may_be_stop
from sidetone.domain.phone import country_of
from sidetone.domain.segments import segment
from sidetone.store.consent import Reply, Wish

Answering = Literal["us", "carrier"]


class Answers(Protocol):
    """A carrier of the host's that knows who answers."""

    opt_out_reply: Answering


class WordReplies:
    """`answers` says of a carrier, by its name, who confirms STOP, START and HELP: we do, or it does by itself."""

    def __init__(self, terms: MessagingSettings, answers: Callable[[str], Answering]) -> None:
        self._terms = terms
        self._answers = answers

    @property
    def drop_blocked(self) -> bool:
        """Whether texts from a blocked party are not even stored."""
        return self._terms.blocked == "drop"

    def adopt(self, terms: MessagingSettings) -> None:
        """Hold to these terms from now on."""
        self._terms = terms

    def wish(self, carrier: str, recipient: str, body: str, says: object = None) -> Wish:
        """What a text to a number of ours (E.164) asks for, by the words of that number's country.

        `says`: what the carrier took it for; it acts by that, and has answered.
        """
        country = country_of(recipient)
        if isinstance(says, Keyword):
            return Wish(word=says, wording=body.strip())
        word = keyword(body, country)
        if word is None:
            return Wish(maybe_stop=may_be_stop(body, country))
        return Wish(word=word, wording=body.strip(), reply=self._reply(carrier, word, country))

    def _reply(self, carrier: str, word: Keyword, country: str | None) -> Reply | None:
        if self._answers(carrier) == "carrier":
            return None
        own = {
            Keyword.STOP: self._terms.stop_text,
            Keyword.START: self._terms.start_text,
            Keyword.HELP: self._terms.help_text,
        }
        body = own[word].strip() or confirmation(word, country, self._terms.company.strip())
        cut = segment(body)
        return Reply(body=body, encoding=cut.encoding, segments=len(cut.parts))


def answering(section: CarrierSection | None, carrier: Answers | None) -> Answering:
    """Who confirms what comes through a carrier: what its section says, else its plugin, else we do."""
    if section is not None and section.opt_out_reply:
        return section.opt_out_reply
    return "us" if carrier is None else carrier.opt_out_reply


def nobody_answers() -> WordReplies:
    """Words are heeded, and confirmed by no one of ours."""
    return WordReplies(MessagingSettings(), lambda _: "carrier")
