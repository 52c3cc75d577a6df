// @ts-check
// Deutsch: die Zeilen im Verlauf einer Nachricht.

/** @type {Record<keyof typeof import("./en-history.js").default, import("../lib/words.js").Words>} */
const words = {
    "history.stored": "Gespeichert und eingereiht.",
    "history.for_later": "Gespeichert, um später gesendet zu werden.",
    "history.time_came": "Früher für diesen Zeitpunkt geschrieben, jetzt eingereiht.",
    "history.again": "Von Hand noch einmal gesendet.",
    "history.received": "Über den Netzzugang „{carrier}“ empfangen und gespeichert.",
    "history.attempt.under_way": "Wird dem Netzzugang „{carrier}“ übergeben.",
    "history.attempt.accepted": "Der Netzzugang „{carrier}“ hat sie angenommen.",
    "history.attempt.rejected": "Der Netzzugang „{carrier}“ hat sie abgelehnt.",
    "history.attempt.deferred": "Der Netzzugang „{carrier}“ konnte sie noch nicht annehmen.",
    "history.attempt.unknown": "Der Netzzugang „{carrier}“ gab keine sichere Antwort.",
    "history.receipt.sent": "Der Netzzugang „{carrier}“ hat sie weitergereicht.",
    "history.receipt.delivered": "Der Netzzugang „{carrier}“ hat sie zugestellt.",
    "history.receipt.undelivered": "Der Netzzugang „{carrier}“ konnte sie nicht zustellen.",
    "history.receipt.failed": "Der Netzzugang „{carrier}“ konnte sie nicht senden.",
    "history.receipt.expired": "Der Netzzugang „{carrier}“ hat die Zustellung aufgegeben.",
    "history.receipt.other": "Der Netzzugang „{carrier}“ sagte etwas, das Sidetone nicht kennt.",
    "history.flag.possibly_received_twice": "Dieselben Worte kamen kurz zuvor; vielleicht ist es dieselbe SMS noch einmal.",
    "history.flag.other_carrier": "Sie kam über einen anderen Netzzugang als den der Nummer.",
    "history.flag.shortened": "Sie war länger, als eine SMS sein kann; im Ganzen liegt sie für die Verwaltung bereit.",
    "history.flag.repeated": "Sie wurde von Hand noch einmal gesendet und ist vielleicht zweimal angekommen.",
    "history.flag.opt_out": "Damit wurde gebeten, von dieser Nummer keine SMS mehr zu senden.",
    "history.flag.opt_in": "Damit wurde gebeten, von dieser Nummer wieder SMS zu senden.",
    "history.flag.maybe_opt_out": "Sie heißt vielleicht, dass keine SMS mehr kommen sollen; jemand sollte das entscheiden.",
    "history.flag.word_reply": "Von selbst gesendet, als Antwort auf STOP, START oder HELP.",
    "history.now": "Jetzt: {status}",
    "history.wait.retry": "Es wird von selbst noch einmal versucht.",
    "history.wait.earlier": "Sie wartet auf die SMS vor ihr.",
    "history.wait.carrier": "Sie wartet auf den Netzzugang „{carrier}“, der gerade nicht arbeitet.",
    "history.said": "(Von dort: {said})",
    "history.state": "({said})",
    "history.code": "Code {code}",
    "history.times": "{times}-mal",
    "history.next_try": "Nächster Versuch: {time}.",
};

export default words;
