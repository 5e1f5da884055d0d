"""*review*: whose words a revision needs, and who may give which. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from auth import Account
from connectors.manifest import Manifest
from connectors.revisions import Approval, Revision
from connectors.snapshot import service_entries
from tongban.caller import Role

OWNER, PLATFORM, STEWARD = "owner", "platform", "steward"
WORDS = {
    OWNER: "an owner of the department (role connector_owner)",
    PLATFORM: "the platform (role operator)",
    STEWARD: "a data steward (role data_steward)",
}
"""What a need is called for people."""


def words_of(account: Account, department: str) -> tuple[str, ...]:
    """The needs that an account can meet."""
    found = []
    if Role.CONNECTOR_OWNER in account.roles and account.department == department:
        found.append(OWNER)
    if Role.OPERATOR in account.roles:
        found.append(PLATFORM)
    if Role.DATA_STEWARD in account.roles:
        found.append(STEWARD)
    return tuple(found)


def needs_of(manifest: Manifest, submitter: Account, *, first: bool, governance: bool) -> tuple[str, ...]:
    """``first``: nothing of this connector is served; then the steward is asked for what is not public. An owner of the
    department who submits has given the owner's word by it."""
    found = [PLATFORM]
    if OWNER not in words_of(submitter, manifest.department):
        found.insert(0, OWNER)
    classes = {manifest.governance.classification, *(e.classification for e in service_entries(manifest))}
    if governance or (first and classes != {"L1"}):
        found.append(STEWARD)
    return tuple(found)


def missing(revision: Revision, given: Iterable[Approval]) -> tuple[str, ...]:
    """Needs that nobody has met."""
    met = {approval.need for approval in given}
    return tuple(need for need in revision.needs if need not in met)


def objection(revision: Revision, account: Account, open_needs: tuple[str, ...]) -> tuple[str, str]:
    """Which need this account's word is for, or why it may give none: one of the two is empty."""
    if account.account_id == revision.submitter_id:
        return "", "whoever submitted it cannot approve it (four eyes)"
    can = words_of(account, revision.department)
    if not can:
        asked = " or ".join(WORDS[need] for need in open_needs)
        return "", f"{account.login} has no role for it; it needs {asked or 'nothing more'}"
    return next((need for need in open_needs if need in can), can[0]), ""
