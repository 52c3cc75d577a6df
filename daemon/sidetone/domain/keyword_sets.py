"""The words by which people refuse texts, ask for them again and ask for help: by language, and by country.

All are written as `keywords.compact` makes them: small letters without marks, blanks and punctuation. United States:
47 CFR 64.1200(a)(10) names stop, quit, end, revoke, opt out, cancel and unsubscribe; carriers there add the rest.
"""

from typing import NamedTuple


class Words(NamedTuple):
    """What stands alone in a text and acts at once."""

    stop: frozenset[str]
    start: frozenset[str] = frozenset()
    help: frozenset[str] = frozenset()


def _words(stop: str, start: str = "", help_: str = "") -> Words:
    return Words(frozenset(stop.split()), frozenset(start.split()), frozenset(help_.split()))


# Understood on every phone, whatever the language.
EVERYWHERE = _words("stop stopall unsubscribe", "start unstop", "help")

LANGUAGES = {
    "american": _words("end cancel quit revoke optout", "yes", "info"),
    "en": _words("end quit optout unsub"),
    "de": _words(
        "stopp stoppen abmelden abmeldung abbestellen austragen widerruf widerrufe",
        "starten anmelden wiederanmelden",
        "hilfe",
    ),
    "fr": _words(
        "arret arreter arretez stopper desabonner desabonnement desinscrire desinscription",
        "reprendre reabonner reinscrire",
        "aide",
    ),
    "es": _words("alto baja parar detener cancelar bajar", "alta iniciar reanudar", "ayuda"),
    "it": _words("disiscrivi disiscrivimi disiscrizione cancellami annulla rimuovi", "inizia riprendi", "aiuto"),
    "nl": _words("stoppen afmelden uitschrijven", "aanmelden hervatten", "hulp"),
    "pt": _words("parar pare sair cancelar", "iniciar retomar", "ajuda"),
    "pl": _words("wypisz rezygnuje anuluj", "wznow zapisz", "pomoc"),
    "sv": _words("stopp avsluta avregistrera", "starta", "hjalp"),
    "no": _words("stopp avslutt avmeld", "", "hjelp"),
    "da": _words("stop afmeld frameld", "tilmeld", "hjælp hjaelp"),
    "fi": _words("lopeta peruuta poista", "aloita", "ohje"),
    "cs": _words("odhlasit zrusit", "prihlasit", "pomoc"),
}

# ISO 3166 → whose words count there. A country that is not named knows those of EVERYWHERE.
COUNTRIES: dict[str, tuple[str, ...]] = {
    "US": ("american", "es"),
    "PR": ("american", "es"),
    "CA": ("american", "fr"),
    **dict.fromkeys(("GB", "IE", "AU", "NZ", "ZA", "IN", "SG", "MT", "GG", "JE", "IM", "GI"), ("en",)),
    **dict.fromkeys(("DE", "AT", "LI"), ("de",)),
    "CH": ("de", "fr", "it"),
    "LU": ("fr", "de"),
    "BE": ("nl", "fr", "de"),
    **dict.fromkeys(("FR", "MC", "GP", "MQ", "GF", "RE", "YT"), ("fr",)),
    **dict.fromkeys(("ES", "MX", "AR", "CL", "CO", "PE", "UY", "EC", "VE", "CR", "GT", "PA", "DO"), ("es",)),
    **dict.fromkeys(("IT", "SM", "VA"), ("it",)),
    "NL": ("nl",),
    **dict.fromkeys(("PT", "BR"), ("pt",)),
    "PL": ("pl",),
    "SE": ("sv",),
    "FI": ("fi", "sv"),
    "NO": ("no",),
    "DK": ("da",),
    **dict.fromkeys(("CZ", "SK"), ("cs",)),
}

# What may stand beside a stop word without making it another sentence.
_COURTESIES = """
    a all already and any at aus bitte danke dankeschon das den der die diese diesen doch et favor for from gracias
    grazie hello hi i il it jetzt les los me mehr merci message messages messaggi mensajes mir mit moi nachricht
    nachrichten no now nu of ok okay plait please pls plz por prego right s sending sie sms sofort svp tack tak texting
    texts thank thanks that the them these this thx to ty und vielen von vous with you your
"""
COURTESIES = frozenset(_COURTESIES.split())

# Parts of a sentence that ask for the same in other words, each as `keywords.plain_words` writes it.
PHRASES = tuple(
    phrase.strip()
    for phrase in """
    stop texting, stop messaging, stop sending, stop contacting, stop writing, stop bothering, stop spamming
    stop the texts, stop these texts, stop the messages, stop these messages, stop all texts, stop all messages
    quit texting, quit messaging, no more texts, no more messages, no more sms, remove me, remove my number
    delete my number, lose my number, take me off, off your list, off this list, off the list, unsubscribe
    opt out, opt me out, opting out, opted out, dont text me, do not text, dont message me, do not message me
    dont contact me, do not contact, dont send me, do not send me, leave me alone, never text me
    i revoke, revoke my consent, withdraw my consent
    keine sms mehr, keine nachrichten mehr, keine nachricht mehr, keine weiteren nachrichten, keine weiteren sms
    nicht mehr schreiben, nicht mehr anschreiben, nicht mehr kontaktieren, nicht mehr texten, nichts mehr schicken
    schreiben sie mir nicht, schreibt mir nicht, schreib mir nicht, abmelden, abbestellen, austragen
    horen sie auf, hoeren sie auf, hort auf, hoert auf, lassen sie mich in ruhe, lasst mich in ruhe
    loschen sie meine nummer, loeschen sie meine nummer, meine nummer loschen, meine nummer loeschen
    ich widerrufe, meine einwilligung, streichen sie mich
    ne plus recevoir, plus de sms, plus de messages, ne menvoyez plus, nenvoyez plus, ne mecrivez plus
    ne me contactez plus, retirez moi, me desabonner, me desinscrire, supprimez mon numero, laissez moi tranquille
    arretez de
    no mas mensajes, no mas sms, no me escriba, no me escriban, no me mande, no me manden, no me envie, no me envien
    dejen de, deje de, darme de baja, deme de baja, quitenme, quiteme, borrenme, borre mi numero, borren mi numero
    no quiero recibir
    non scrivetemi, non mi scrivete, non scrivermi, non mandatemi, non inviatemi, non voglio piu, cancellatemi
    cancellate il mio numero, toglietemi, basta messaggi, basta sms, disiscrivetemi, disiscrivermi
    geen sms meer, geen berichten meer, stop met, afmelden, uitschrijven, niet meer sturen
    nao quero receber, pare de, parem de, nao me envie, nao envie mais, remova meu numero, descadastrar
    wypisz mnie, prosze nie pisac, usun moj numer
    """.replace("\n", ",").split(",")
    if phrase.strip()
)
