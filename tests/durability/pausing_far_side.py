"""A carrier's far side that can be made to think."""

import asyncio
from collections.abc import Mapping

from sidetone.clock import SystemClock
from sidetone.testing.restcomm_far_side import RestcommFarSide
from sidetone.testing.restcomm_pages import Sms


class PausingFarSide(RestcommFarSide):
    """Takes every text, `taken` tells; answers while `may_answer` is set, which it is."""

    def __init__(self) -> None:
        super().__init__(SystemClock())
        self.taken = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def _take(self, form: Mapping[str, str]) -> Sms:
        sms = await super()._take(form)
        self.taken.set()
        await self.may_answer.wait()
        return sms

    async def __aexit__(self, *exception: object) -> None:
        self.may_answer.set()
        await super().__aexit__(*exception)
