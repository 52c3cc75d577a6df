"""GSM modems over serial: the carrier that works when the internet does not.

What there is so far stops short of the port itself; whoever builds on it needs these names and no others:

* `pdu.reading.read_pdu` turns what a modem lists into a `Deliver`, `Submit` or `StatusReport` (`pdu.messages`), or raises
  `pdu.fault.PduError`: then the digits are kept raw, shown to the admin and deleted from the SIM all the same.
* `pdu.kinds.kind_of` says how a `Deliver` is treated, `pdu.kinds.replaces` which it stands for, `pdu.push.picture_waiting`
  what a picture message announces.
* `pdu.writing.submits` and `write_submit` turn a text into what `AT+CMGS` is given.
* `pdu.fates.fate`, `receipt_status` and `in_words` read TP-ST.
* `joining.piece_of` and `join` put received parts together: pure functions of what is kept.
* `sent.whose` finds the part a report is about; `sent.resending` says what a second try sends.
* `at.dialogue.Dialogue` sorts a port's octets into answers, ends, prompts and unsolicited lines; `at.answers` and
  `at.ussd` read the lines, `at.causes` the errors, `at.deadlines` the times, `at.quirks` the makes.
* `engine.Engine` owns an open `Port`: `run`, `ask`, `send`, `revive`.
* `startup.Startup` makes a modem ready after opening and after every reset; `draining.drain` empties a store. What a
  failed deletion leaves behind comes again, so that keeping must be idempotent.
"""
