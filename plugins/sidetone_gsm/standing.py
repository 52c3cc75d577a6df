"""How a modem is, in words for whoever looks after it: by what happens to texts, not by whether it answers."""

from dataclasses import dataclass, field

from sidetone_gsm.at.answers import Filling, Signal, Stat
from sidetone_gsm.wire import Standing

ALMOST_FULL = 0.8
_WEAK = 5
_FAIR = 10


@dataclass(slots=True)
class Condition:
    """What is known of a modem. `down`: in words why it cannot be used, empty if it is ready. Times in ms."""

    down: str = "The modem is being opened."
    starting: bool = True
    registrations: dict[str, Stat] = field(default_factory=dict)
    unregistered_since: int | None = None
    operator: str = ""
    signal: Signal | None = None
    fillings: dict[str, Filling] = field(default_factory=dict)
    undeleted: int = 0
    vanished: list[int] = field(default_factory=list)
    power: bool = False
    service_centre: str | None = None
    roaming_allowed: bool = False
    balance: float | None = None
    balance_is_low: bool = False

    @property
    def stat(self) -> Stat:
        """The best of what the networks say."""
        able = [stat for stat in self.registrations.values() if stat.can_send]
        return able[0] if able else next(iter(self.registrations.values()), Stat.UNKNOWN)

    def cannot_send(self) -> str:
        """In words why no text can leave now; empty if one can."""
        if self.down:
            return self.down
        stat = self.stat
        if self.registrations and not stat.can_send:
            return _UNREGISTERED.get(stat, "The SIM is not registered with a network.")
        if stat.is_roaming and not self.roaming_allowed:
            return "The SIM is in a foreign network, and `roaming` forbids sending there."
        if self.service_centre is None:
            return "The SIM names no SMS centre: set `service_centre`."
        return ""

    def standing(self, now: int) -> Standing:
        """The state and the sentence for the daemon."""
        if self.starting and self.down:
            return Standing(state="starting", sentence=self.down[:300])
        if why := self.cannot_send():
            return Standing(state="failed", sentence=f"{why}{self._trouble(now)}"[:300])
        trouble = self._trouble(now)
        return Standing(state="degraded" if trouble else "ok", sentence=f"{self._well()}{trouble}"[:300])

    def _well(self) -> str:
        where = f" with {self.operator}" if self.operator else ""
        signal = ""
        if self.signal and self.signal.dbm is not None:
            grade = "good" if self.signal.raw >= _FAIR else "fair" if self.signal.raw >= _WEAK else "weak"
            signal = f", signal {grade} ({self.signal.dbm} dBm)"
        balance = f" Balance: {self.balance:.2f}." if self.balance is not None and not self.balance_is_low else ""
        return f"Registered{where}{signal}.{balance}"

    def _trouble(self, now: int) -> str:
        found: list[str] = []
        for store, filling in self.fillings.items():
            if filling.total and filling.used >= ALMOST_FULL * filling.total:
                found.append(f"Store {store} is almost full ({filling.used} of {filling.total}); reception may stop.")
        if self.balance is not None and self.balance_is_low:
            found.append(f"The SIM's balance is low: {self.balance:.2f}.")
        if self.undeleted:
            found.append(f"{self.undeleted} texts cannot be deleted from the modem.")
        if self.signal and self.signal.raw < _WEAK:
            found.append("The signal is too weak for sending to be sure.")
        if len([at for at in self.vanished if now - at < 3_600_000]) > 3:
            found.append("The modem vanishes again and again: look at its power supply and cable.")
        elif self.power:
            found.append("The modem says that its supply voltage is out of bounds.")
        return "".join(f" {sentence}" for sentence in found)


_UNREGISTERED = {
    Stat.NOT_SEARCHING: "The SIM is not registered and the modem does not search: is its network switched off here?",
    Stat.SEARCHING: "The modem is searching for a network: look at its antenna.",
    Stat.DENIED: "The network refuses the SIM: is it blocked, or is its network switched off here?",
    Stat.EMERGENCY_ONLY: "The network lets the SIM make emergency calls only.",
}
