"""Keeps matters up to date by asking their departments, gently.

Must never: ask more than a few at a time, hammer a silent department, or let one failure stop the round.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from schema.matter_log import MatterLog
from schema.matter_record import MatterRecord
from schema.states import MatterState
from tongban.clock import Clock

_LOG = logging.getLogger(__name__)

Ask = Callable[[MatterRecord], Awaitable[str | None]]
"""Asks the matter's department; one of the five states of its manifest, or None if it has no news."""


class MatterRefresh:
    """Rounds of asking."""

    def __init__(
        self,
        matters: MatterLog,
        ask: Ask,
        clock: Clock,
        *,
        at_a_time: int = 8,
        per_round: int = 50,
        ask_within_s: float = 10.0,
    ) -> None:
        self._matters = matters
        self._ask = ask
        self._clock = clock
        self._places = asyncio.Semaphore(at_a_time)
        self._per_round = per_round
        self._ask_within_s = ask_within_s

    async def refresh_due(self) -> int:
        """One round; how many matters moved on."""
        now_s = self._clock.epoch_s()
        await self._matters.tidy(now_s)
        due = await self._matters.due_for_refresh(now_s, self._per_round)
        return sum(await asyncio.gather(*(self._refresh(record) for record in due)))

    async def run(self, interval_s: float = 5.0) -> None:
        """Rounds until cancelled."""
        while True:
            try:
                await self.refresh_due()
            except Exception as failure:  # the store may be away; the next round will see
                _LOG.warning("matters not refreshed: %s", type(failure).__name__)
            await asyncio.sleep(interval_s)

    async def _refresh(self, record: MatterRecord) -> bool:
        async with self._places:
            state = await self._asked(record)
        if state is not None and await self._matters.set_state(record.id, state):
            return True
        await self._matters.no_news(record)
        return False

    async def _asked(self, record: MatterRecord) -> MatterState | None:
        """A department's failure or nonsense is no news."""
        try:
            answer = await asyncio.wait_for(self._ask(record), self._ask_within_s)
            return None if answer is None else MatterState(answer)
        except Exception as failure:
            _LOG.info("no news from %s of a matter: %s", record.department, type(failure).__name__)
            return None
