// @ts-check
// Deutsch: der Tag von jemandem, der schreibt und antwortet.

export default {
    "list.favourites": "Favoriten",
    "list.none_scheduled": "Nichts geplant",
    "list.none_scheduled_text": "Die Uhr neben einem Text plant ihn für später.",
    "list.no_favourites": "Keine Favoriten",
    "list.no_favourites_text": "Markieren Sie die Unterhaltungen, die Sie am meisten brauchen.",
    "link.phone": "{number} schreiben",
    "link.copy": "{what} kopieren",
    "link.copied": "Kopiert.",
    "link.not_copied": "Dieser Browser lässt die Seite nicht kopieren. Markieren Sie den Text.",

    smileys: "Smileys",
    "time.tomorrow": "Morgen",

    "later.title": "Später senden",
    "later.change": "Geplante Nachricht ändern",
    "later.usual": "Übliche Zeiten",
    "later.hour": "In einer Stunde",
    "later.tomorrow": "Morgen früh",
    "later.monday": "Montag früh",
    "later.time": "Tag und Uhrzeit",
    "later.time_hint": "Nach der Uhr dieses Computers.",
    "later.words": "Text",
    "later.over": "Wählen Sie eine Zeit, die noch kommt.",
    "later.no_words": "Schreiben Sie zuerst einen Text.",
    "later.do": "Planen",
    "later.edit": "Bearbeiten",
    "later.now": "Jetzt senden",
    "later.take_back": "Zurücknehmen",
    "later.take_back_text": "Die Nachricht an {name} wird nicht gesendet, sondern gelöscht.",
    "later.chip": "Geplant",

    "reason.number_moved": "die Nummer, von der sie ausgehen sollte, gehört jetzt jemand anderem",
    "reason.late": "Sidetone lief zu ihrer Zeit nicht, und jetzt ist es zu spät",
    "reason.restored": "eine Sicherung wurde zurückgespielt, in der sie noch wartete",
    "problem.not-scheduled": "Diese Nachricht wartet nicht mehr: Ihre Zeit ist gekommen.",
};
