"""Who moves a revision, and whether they may.

Must never: take somebody's word for a login that is disabled or not there.
"""

from __future__ import annotations

from dataclasses import dataclass

from auth import Account, Accounts
from connectors.revisions import MoveRefused
from gateway.docking.policy import Policy
from tongban.caller import Role


class NotAllowed(MoveRefused):
    """This person may not do that; the message says who may."""


@dataclass(frozen=True, slots=True)
class Actor:
    """``account`` None: a name that is only written down, where no review is asked for."""

    name: str
    account: Account | None = None

    @property
    def subject(self) -> str:
        """For the audit log: the account, else the name as it was given."""
        return self.account.account_id if self.account is not None else self.name[:64]

    @property
    def account_id(self) -> str:
        return self.account.account_id if self.account is not None else ""


async def actor_of(name: str, accounts: Accounts) -> Actor:
    """A disabled account is nobody's."""
    account = await accounts.by_login(name)
    return Actor(name, None if account is None or account.disabled else account)


def require_account(actor: Actor, policy: Policy) -> None:
    """Raises: NotAllowed, where a review is asked for and the name is no login."""
    if policy.review and actor.account is None:
        raise NotAllowed(f"{actor.name!r} is no login here; say who you are with --as LOGIN")


def require_keeper(actor: Actor, department: str, policy: Policy) -> None:
    """An owner of the department, or an operator. Raises: NotAllowed."""
    require_account(actor, policy)
    if not policy.review or actor.account is None:
        return
    roles = actor.account.roles
    owns = Role.CONNECTOR_OWNER in roles and actor.account.department == department
    if not owns and Role.OPERATOR not in roles:
        raise NotAllowed(f"{actor.name} may not: it takes an owner of {department} or an operator")


def require_operator(actor: Actor, policy: Policy) -> None:
    """Raises: NotAllowed."""
    require_account(actor, policy)
    if policy.review and actor.account is not None and Role.OPERATOR not in actor.account.roles:
        raise NotAllowed(f"{actor.name} may not: it takes an operator")
