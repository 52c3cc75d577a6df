"""What we answer to STOP, START and HELP where no text is configured: one segment each, in the number's language."""

from typing import NamedTuple

from sidetone.domain.keyword_sets import COUNTRIES
from sidetone.domain.keywords import Keyword


class Texts(NamedTuple):
    """A language's three answers. STOP and START are understood in every country."""

    stop: str
    start: str
    help: str


ENGLISH = Texts(
    "You will get no more texts from this number. Reply START to get them again.",
    "You will get texts from this number again. Reply STOP to end them.",
    "To talk to a person, call this number. Reply STOP to get no more texts.",
)
# Spellings keep to the default alphabet of GSM, where people who text do so too.
LANGUAGES = {
    "de": Texts(
        "Sie erhalten von dieser Nummer keine Nachrichten mehr. Mit START bekommen Sie wieder welche.",
        "Sie erhalten wieder Nachrichten von dieser Nummer. Mit STOP bestellen Sie sie ab.",
        "Rufen Sie diese Nummer an, um mit jemandem zu sprechen. Mit STOP erhalten Sie keine Nachrichten mehr.",
    ),
    "fr": Texts(
        "Vous ne recevrez plus de messages de ce numéro. Répondez START pour en recevoir à nouveau.",
        "Vous recevrez à nouveau des messages de ce numéro. Répondez STOP pour ne plus en recevoir.",
        "Appelez ce numéro pour parler à quelqu'un. Répondez STOP pour ne plus recevoir de messages.",
    ),
    "es": Texts(
        "Ya no enviaremos mensajes desde este teléfono. Responda START para volver a recibirlos.",
        "Enviaremos mensajes de nuevo desde este teléfono. Responda STOP para no recibirlos.",
        "Para hablar con una persona, llame a este teléfono. Responda STOP para no recibir mensajes.",
    ),
    "it": Texts(
        "Non riceverà più messaggi da questo numero. Risponda START per riceverne ancora.",
        "Riceverà di nuovo messaggi da questo numero. Risponda STOP per non riceverne più.",
        "Per parlare con una persona chiami questo numero. Risponda STOP per non ricevere messaggi.",
    ),
    "nl": Texts(
        "U ontvangt geen berichten meer van dit nummer. Antwoord START om ze weer te ontvangen.",
        "U ontvangt weer berichten van dit nummer. Antwoord STOP om ze te stoppen.",
        "Bel dit nummer om iemand te spreken. Antwoord STOP om geen berichten meer te ontvangen.",
    ),
    "pt": Texts(
        "Mensagens canceladas. Responda START para voltar a receber.",
        "Mensagens ativadas de novo. Responda STOP para cancelar.",
        "Para falar com uma pessoa, ligue para este telefone. Responda STOP para cancelar as mensagens.",
    ),
    "pl": Texts(
        "Nie dostaniesz juz SMS-ow z tego numeru. Odpisz START, aby znow je dostawac.",
        "Znow dostajesz SMS-y z tego numeru. Odpisz STOP, aby je zatrzymac.",
        "Aby porozmawiac, zadzwon na ten numer. Odpisz STOP, aby nie dostawac SMS-ow.",
    ),
    "sv": Texts(
        "Du får inga fler sms från det här numret. Svara START för att få dem igen.",
        "Du får sms från det här numret igen. Svara STOP för att slippa dem.",
        "Ring det här numret för att prata med någon. Svara STOP för att slippa sms.",
    ),
    "no": Texts(
        "Du får ikke flere SMS fra dette nummeret. Svar START for å få dem igjen.",
        "Du får SMS fra dette nummeret igjen. Svar STOP for å slippe dem.",
        "Ring dette nummeret for å snakke med noen. Svar STOP for å slippe SMS.",
    ),
    "da": Texts(
        "Du får ikke flere sms'er fra dette nummer. Svar START for at få dem igen.",
        "Du får sms'er fra dette nummer igen. Svar STOP for at slippe.",
        "Ring til dette nummer for at tale med nogen. Svar STOP for at slippe sms'er.",
    ),
    "fi": Texts(
        "Et saa enää viestejä tästä numerosta. Vastaa START, niin saat niitä taas.",
        "Saat taas viestejä tästä numerosta. Vastaa STOP, niin ne loppuvat.",
        "Soita tähän numeroon, jos haluat puhua. Vastaa STOP, jos et halua viestejä.",
    ),
    "cs": Texts(
        "Zpravy z tohoto cisla uz nedostanete. Odpovezte START a dostanete je znovu.",
        "Zpravy z tohoto cisla dostanete znovu. Odpovezte STOP a skonci.",
        "Chcete-li mluvit s clovekem, zavolejte sem. Odpovezte STOP a zpravy skonci.",
    ),
}


def confirmation(what: Keyword, country: str | None, company: str = "") -> str:
    """The answer to a word, in the first language of `country`, else in English; `company` goes before it."""
    spoken = COUNTRIES.get(country or "", ())
    words: str = getattr(LANGUAGES.get(spoken[0], ENGLISH) if spoken else ENGLISH, what.value)
    return f"{company}: {words}" if company else words
