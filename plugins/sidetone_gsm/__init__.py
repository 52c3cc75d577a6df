"""GSM modems over serial: the carrier that works when the internet does not.

A modem's port belongs to a process of its own (`process`, begun by `sidetone modem serve` or by the plugin itself), so
that what hangs can be killed. From the port to the daemon:

* `port.SerialPort` reads and writes; `engine.Engine` owns it: `run`, `ask`, `send`, `revive`.
* `at.dialogue.Dialogue` sorts its octets into answers, ends, prompts and unsolicited lines; `at.answers` and `at.ussd`
  read the lines, `at.causes` the errors, `at.deadlines` the times, `at.quirks` the makes.
* `startup.Startup` makes a modem ready after opening and after every reset; `draining.drain` empties a store.
* `modem.Modem` is its life: `standing` says how it is, `ladder` what brings it back, `pin` when a PIN is entered.
* `receiving.Receiving` makes texts and receipts of PDUs (`pdu`, `joining`, `sent.whose`), `sending.Sending` PDUs of
  texts (`sent.resending`, `outcomes`); both keep everything in `spool.Spool` before anybody hears of it.
* `station.Station` puts these together behind a Unix socket (`wire`); `link.Link` is the daemon's end of it,
  `supervising.OwnProcess` the process as the daemon's child, `carrier.GsmCarrier` the carrier.
"""

import serial  # noqa: F401 - so that its absence is told when the plugin is loaded, not by a child that dies

from sidetone.plugin import Context, hookimpl
from sidetone_gsm.carrier import GsmCarrier
from sidetone_gsm.settings import Settings

api = (1, 0)


@hookimpl
def sidetone_carrier(context: Context) -> GsmCarrier:
    """Build the carrier of one modem; raises BadConfig for settings that cannot work."""
    return GsmCarrier(context.settings(Settings), context)
