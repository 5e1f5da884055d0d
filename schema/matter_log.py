"""Every transaction started through the gateway, written down before the department is called.

So a crash, a lost answer or an impatient finger never sends anything twice: the same key gets the same answer
for a day, and what may or may not have taken effect is kept as unconfirmed and not repeated silently.
Must never: hold a case number, an answer or a citizen's words unsealed, or log any of them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import RowMapping

from schema.matter_record import Begun, MatterRecord, Replayed
from schema.states import FINISHED, STILL_ASKED, UNCONFIRMED, Failure, MatterState, before, shown
from schema.tables import MATTERS
from storage.database import Database
from tongban.caller import Caller
from tongban.clock import Clock
from tongban.errors import CallerFault, ErrorCode
from tongban.ids import new_id

RESULT_KEPT_S = 24 * 3600
"""How long a repeated key is answered with the first answer."""

ANSWER_WITHIN_S = 60
"""A call that began longer ago has ended somehow: the process died, or its end was lost."""

LONGEST_RATING_TEXT = 1_000

_NUMBER, _RESULT, _RATING_TEXT = "matters.number", "matters.result", "matters.rating_text"


class Sealer(Protocol):
    """Seals personal columns (storage.Sealed)."""

    def seal(self, column: str, value: str) -> str: ...

    def unseal(self, column: str, token: str) -> str: ...


@dataclass(frozen=True, slots=True)
class BackOff:
    """When a department is asked again: soon after a change, then ever more rarely."""

    first_s: float = 5.0
    factor: float = 2.0
    longest_s: float = 3_600.0

    def wait_s(self, attempts: int) -> float:
        """``attempts``: how often it was asked since the last change."""
        return min(self.longest_s, self.first_s * self.factor ** min(attempts, 60))


class MatterLog:
    """Begin, finish, fail, look up, move on, rate."""

    def __init__(
        self, database: Database, sealer: Sealer, clock: Clock, back_off: BackOff = BackOff()
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock
        self._back_off = back_off

    async def begin(
        self,
        caller: Caller,
        service: str,
        department: str,
        idempotency_key: str | None,
        fingerprint: str,
        promised_minutes: int | None,
        responsible_unit: str,
        *,
        repeatable: bool = False,
    ) -> Begun | Replayed:
        """Write the matter down, or find that it was begun before.

        ``fingerprint`` is a digest of what is asked (operation and variables). ``repeatable``: the department
        takes idempotency keys, so a call of unknown outcome may be sent again under the same matter id if the
        client asks for it.
        Raises: CallerFault UNAUTHENTICATED, or CONFLICT (other request under this key; still running; outcome
        unknown; done, and its answer no longer kept).
        """
        if caller.is_anonymous:
            raise CallerFault(ErrorCode.UNAUTHENTICATED)
        now_s = self._clock.epoch_s()
        matter_id = new_id(now_s)
        key = sha256((idempotency_key or matter_id).encode()).hexdigest()
        row = {
            "id": matter_id,
            "subject": caller.subject,
            "person_id": caller.person.person_id if caller.person else None,
            "department": department,
            "service": service,
            "idempotency_key": key,
            "fingerprint": sha256(fingerprint.encode()).hexdigest(),
            "state": MatterState.SUBMITTING.value,
            "responsible_unit": responsible_unit[:200],
            "promised_minutes": promised_minutes,
            "opened_at": now_s,
            "updated_at": now_s,
            "due_at": None if promised_minutes is None else now_s + 60 * promised_minutes,
        }
        async with self._database.write() as connection:
            inserted = await connection.execute(self._insert().values(row).on_conflict_do_nothing())
            if inserted.rowcount == 1:
                return Begun(matter_id)
            same_key = (MATTERS.c.subject == caller.subject, MATTERS.c.service == service)
            found = await connection.execute(
                select(MATTERS).where(*same_key, MATTERS.c.idempotency_key == key).with_for_update()
            )
            earlier = found.mappings().one_or_none()
            if earlier is None:  # refused and removed in between
                raise CallerFault(ErrorCode.CONFLICT, _STILL_RUNNING, retry_after_s=1)
            met = self._met(earlier, str(row["fingerprint"]), now_s, repeatable)
            if isinstance(met, Begun):
                await connection.execute(
                    update(MATTERS)
                    .where(MATTERS.c.id == met.matter_id)
                    .values(state=MatterState.REPEATING.value, updated_at=now_s)
                )
            return met

    def _met(self, earlier: RowMapping, fingerprint: str, now_s: float, repeatable: bool) -> Begun | Replayed:
        """What a second request under one key meets."""
        if earlier["fingerprint"] != fingerprint:
            raise CallerFault(ErrorCode.CONFLICT, _OTHER_REQUEST)
        state = MatterState(earlier["state"])
        if state in UNCONFIRMED:
            left_s = earlier["updated_at"] + ANSWER_WITHIN_S - now_s
            if state is not MatterState.UNKNOWN and left_s > 0:
                raise CallerFault(ErrorCode.CONFLICT, _STILL_RUNNING, retry_after_s=min(5.0, left_s))
            if not repeatable:
                raise CallerFault(ErrorCode.CONFLICT, _OUTCOME_UNKNOWN)
            return Begun(earlier["id"], is_repeat=True)
        if earlier["result_sealed"] is None or earlier["result_until"] <= now_s:
            raise CallerFault(ErrorCode.CONFLICT, _ALREADY_DONE)
        return Replayed(earlier["id"], self._sealer.unseal(_RESULT, earlier["result_sealed"]))

    async def finish(self, matter_id: str, number: str | None, result_json: str) -> None:
        """The department has taken it and gave its number; the answer is kept for a day."""
        now_s = self._clock.epoch_s()
        async with self._database.write() as connection:
            await connection.execute(
                update(MATTERS)
                .where(MATTERS.c.id == matter_id, _in(before(MatterState.SUBMITTED)))
                .values(
                    state=MatterState.SUBMITTED.value,
                    updated_at=now_s,
                    confirmed_at=now_s,
                    number_sealed=None if number is None else self._sealer.seal(_NUMBER, number),
                    result_sealed=self._sealer.seal(_RESULT, result_json),
                    result_until=now_s + RESULT_KEPT_S,
                    next_refresh_at=None if number is None else now_s + self._back_off.wait_s(0),
                )
            )

    async def fail(self, matter_id: str, failure: Failure) -> None:
        """A first call that took no effect leaves nothing behind, and its key is free again; anything else
        stays unconfirmed.
        """
        async with self._database.write() as connection:
            if failure is not Failure.UNKNOWN:
                first_call = MATTERS.c.state == MatterState.SUBMITTING.value
                await connection.execute(delete(MATTERS).where(MATTERS.c.id == matter_id, first_call))
            await connection.execute(
                update(MATTERS)
                .where(MATTERS.c.id == matter_id, _in(before(MatterState.UNKNOWN)))
                .values(state=MatterState.UNKNOWN.value, updated_at=self._clock.epoch_s())
            )

    async def get(self, matter_id: str) -> MatterRecord | None:
        return (await self.get_many([matter_id])).get(matter_id)

    async def get_many(self, matter_ids: Collection[str]) -> dict[str, MatterRecord]:
        """By id; unknown ones are missing."""
        async with self._database.read() as connection:
            found = await connection.execute(select(MATTERS).where(MATTERS.c.id.in_(list(matter_ids))))
            return {row["id"]: self._record(row) for row in found.mappings()}

    async def of_person(
        self, person_id: str, first: int = 20, state: MatterState | None = None
    ) -> list[MatterRecord]:
        """The latest first. ``state`` is as shown: SUBMITTED includes what is not confirmed yet."""
        wanted = select(MATTERS).where(MATTERS.c.person_id == person_id)
        if state is not None:
            wanted = wanted.where(_in({each for each in MatterState if shown(each) is shown(state)}))
        wanted = wanted.order_by(MATTERS.c.opened_at.desc(), MATTERS.c.id.desc()).limit(first)
        async with self._database.read() as connection:
            found = await connection.execute(wanted)
            return [self._record(row) for row in found.mappings()]

    async def set_state(self, matter_id: str, state: MatterState) -> bool:
        """Move a confirmed matter on, as the state table allows; False if it does not."""
        now_s = self._clock.epoch_s()
        asked_again_s = now_s + self._back_off.wait_s(0) if state in STILL_ASKED else None
        async with self._database.write() as connection:
            moved = await connection.execute(
                update(MATTERS)
                .where(MATTERS.c.id == matter_id, _in(before(state) - UNCONFIRMED))
                .values(
                    state=state.value, updated_at=now_s, refresh_attempts=0, next_refresh_at=asked_again_s
                )
            )
            return moved.rowcount == 1

    async def due_for_refresh(
        self, now_s: float, limit: int = 50, lease_s: float = 60.0
    ) -> list[MatterRecord]:
        """Matters whose department is to be asked now, claimed for ``lease_s`` so that no other worker asks
        too.
        """
        due = MATTERS.c.next_refresh_at
        async with self._database.read() as connection:
            found = await connection.execute(
                select(MATTERS)
                .where(due <= now_s, _in(STILL_ASKED), MATTERS.c.number_sealed.is_not(None))
                .order_by(due)
                .limit(limit)
            )
            rows = found.mappings().all()
        claimed: list[RowMapping] = []
        if rows:
            async with self._database.write() as connection:
                for row in sorted(rows, key=lambda each: str(each["id"])):
                    mine = await connection.execute(
                        update(MATTERS)
                        .where(MATTERS.c.id == row["id"], due == row["next_refresh_at"])
                        .values(next_refresh_at=now_s + lease_s)
                    )
                    if mine.rowcount == 1:
                        claimed.append(row)
        return [self._record(row) for row in claimed]

    async def no_news(self, record: MatterRecord) -> None:
        """The department said nothing new, or nothing at all: wait longer before asking again."""
        attempts = record.refresh_attempts + 1
        async with self._database.write() as connection:
            await connection.execute(
                update(MATTERS)
                .where(MATTERS.c.id == record.id, MATTERS.c.state == record.state.value)
                .values(
                    refresh_attempts=attempts,
                    next_refresh_at=self._clock.epoch_s() + self._back_off.wait_s(attempts),
                )
            )

    async def tidy(self, now_s: float) -> None:
        """Forget answers after their day; call unknown what was begun and never ended."""
        running = {MatterState.SUBMITTING, MatterState.REPEATING}
        async with self._database.write() as connection:
            await connection.execute(
                update(MATTERS)
                .where(MATTERS.c.result_until <= now_s)
                .values(result_sealed=None, result_until=None)
            )
            await connection.execute(
                update(MATTERS)
                .where(_in(running), MATTERS.c.updated_at <= now_s - ANSWER_WITHIN_S)
                .values(state=MatterState.UNKNOWN.value, updated_at=now_s)
            )

    async def rate(self, matter_id: str, caller: Caller, grade: int, text: str | None = None) -> MatterRecord:
        """One rating in five grades, by the owner, once it is finished.

        Raises: CallerFault BAD_USER_INPUT, UNAUTHENTICATED, FORBIDDEN (also for a matter that does not
        exist), CONFLICT.
        """
        if caller.is_anonymous:
            raise CallerFault(ErrorCode.UNAUTHENTICATED)
        if not 1 <= grade <= 5:
            raise CallerFault(ErrorCode.BAD_USER_INPUT, "grade must be 1 to 5.")
        if text is not None and len(text) > LONGEST_RATING_TEXT:
            raise CallerFault(
                ErrorCode.BAD_USER_INPUT, f"text must not be longer than {LONGEST_RATING_TEXT} characters."
            )
        record = await self.get(matter_id)
        if record is None or not record.belongs_to(caller):
            raise CallerFault(ErrorCode.FORBIDDEN)
        if record.state not in FINISHED:
            raise CallerFault(ErrorCode.CONFLICT, "A matter can be rated once it is finished.")
        async with self._database.write() as connection:
            rated = await connection.execute(
                update(MATTERS)
                .where(MATTERS.c.id == matter_id, MATTERS.c.rating.is_(None))
                .values(
                    rating=grade,
                    rating_text_sealed=self._sealer.seal(_RATING_TEXT, text) if text else None,
                    rated_at=self._clock.epoch_s(),
                )
            )
        if rated.rowcount != 1:
            raise CallerFault(ErrorCode.CONFLICT, "This matter has been rated already.")
        after = await self.get(matter_id)
        assert after is not None
        return after

    def _record(self, row: RowMapping) -> MatterRecord:
        sealed = row["number_sealed"]
        return MatterRecord(
            id=row["id"],
            subject=row["subject"],
            person_id=row["person_id"],
            department=row["department"],
            service=row["service"],
            state=MatterState(row["state"]),
            responsible_unit=row["responsible_unit"],
            opened_at_s=row["opened_at"],
            updated_at_s=row["updated_at"],
            due_at_s=row["due_at"],
            confirmed_at_s=row["confirmed_at"],
            number=None if sealed is None else self._sealer.unseal(_NUMBER, sealed),
            rating=row["rating"],
            refresh_attempts=row["refresh_attempts"],
        )

    def _insert(self) -> Any:
        """``INSERT … ON CONFLICT`` is spelled alike in both dialects, but lives in each."""
        return sqlite.insert(MATTERS) if self._database.is_sqlite else postgresql.insert(MATTERS)


_OTHER_REQUEST = "This idempotency key was used for a different request; use a new key."
_STILL_RUNNING = "This request is still being carried out; ask again shortly."
_OUTCOME_UNKNOWN = (
    "The department's answer to this request is not known, so it is not sent again; "
    "look at your matters first."
)
_ALREADY_DONE = "This request was carried out before and its answer is no longer kept; look at your matters."


def _in(states: Collection[MatterState]) -> Any:
    return MATTERS.c.state.in_(sorted(state.value for state in states))
