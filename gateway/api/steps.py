"""The steps that a person takes with a connector, by their names at both doors. What a step means is the dock's to say."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from connectors.judging import Draft, lint
from connectors.manifest import ManifestRejected
from connectors.manifest.model import Words
from connectors.revisions import UnknownConnector
from gateway.api.visitor import Visitor, require_kept, require_seen, require_submits
from gateway.docking.actors import Actor, NotAllowed
from gateway.docking.auditing import Step as Entry
from gateway.docking.auditing import audited
from gateway.docking.dock import Dock, Standing
from gateway.docking.notice import notice_of
from gateway.docking.submitting import Request
from gateway.rooms import Rooms

Said = Mapping[str, str]
"""What the person says beside the step: ``notice`` (or ``notice_zh``, ``notice_en``), ``to``; empty where nothing."""
Step = Callable[[Dock, str, str, Said], Awaitable[Standing]]


async def _approve(dock: Dock, connector_id: str, by: str, _said: Said) -> Standing:
    return await dock.approve(connector_id, by)


async def _promote(dock: Dock, connector_id: str, by: str, _said: Said) -> Standing:
    return await dock.promote(connector_id, by)


async def _rollback(dock: Dock, connector_id: str, by: str, said: Said) -> Standing:
    return await dock.rollback(connector_id, by, said.get("to") or None)


async def _disable(dock: Dock, connector_id: str, by: str, said: Said) -> Standing:
    zh, en = said.get("notice_zh", "").strip(), said.get("notice_en", "").strip()
    notice = Words(zh, en) if zh or en else notice_of(said.get("notice", "").strip())
    return await dock.disable(connector_id, notice, by)


async def _enable(dock: Dock, connector_id: str, by: str, _said: Said) -> Standing:
    return await dock.enable(connector_id, by)


async def _retire(dock: Dock, connector_id: str, by: str, _said: Said) -> Standing:
    return await dock.retire(connector_id, by)


STEPS: Mapping[str, tuple[str, Step]] = MappingProxyType(
    {
        "approve": ("approved", _approve),
        "promote": ("promoted", _promote),
        "rollback": ("rolled_back", _rollback),
        "disable": ("disabled", _disable),
        "enable": ("enabled", _enable),
        "retire": ("retired", _retire),
    }
)
"""Name → the audit log's word for it, and the step."""


async def take(rooms: Rooms, visitor: Visitor, name: str, connector_id: str, said: Said) -> Standing:
    """One step. An approval is a reviewer's: the dock knows whose word counts; the others are the keepers'.

    Raises: UnknownConnector (another department's, too), MoveRefused, ManifestRejected.
    """
    action, step = STEPS[name]
    department = await rooms.registry.department_of(connector_id)
    try:
        require_seen(visitor, connector_id, department)
        if name != "approve":
            require_kept(visitor, department)
    except (NotAllowed, UnknownConnector) as refused:
        await _note(rooms, visitor, action, connector_id, department, refused)
    return await step(await Dock.open(rooms), connector_id, visitor.login, said)


async def submit(rooms: Rooms, visitor: Visitor, request: Request) -> Standing:
    """Raises: ManifestRejected, MoveRefused."""
    try:
        require_submits(visitor, request)
    except NotAllowed as refused:
        await _note(rooms, visitor, "submitted", "", "", refused)
    try:
        return await (await Dock.open(rooms)).submit(request, visitor.login)
    except ManifestRejected:
        judged = await asyncio.to_thread(lint, Draft(request.text, request.files, request.endpoint))
        raise ManifestRejected(judged.findings) from None  # all of them, each with its fix


async def _note(
    rooms: Rooms, visitor: Visitor, action: str, connector_id: str, department: str, refused: Exception
) -> None:
    """A refusal at the door is in the audit log as the dock's are. Raises ``refused``."""
    entry = Entry(action, Actor(visitor.login, visitor.account), connector_id, department)
    async with audited(rooms.audit, entry):
        raise refused
