"""Who stands at one of the two doors, and whose connectors are open to them.

The department is asked here whatever the policy of review is. Must never: tell somebody of another department that a connector
exists.
"""

from __future__ import annotations

from dataclasses import dataclass

from auth import Account
from connectors.manifest import ManifestRejected, parse_manifest
from connectors.revisions import UnknownConnector
from gateway.docking.actors import NotAllowed
from gateway.docking.submitting import Request
from tongban.caller import Role

_EVERYWHERE = frozenset({Role.OPERATOR, Role.DATA_STEWARD})


@dataclass(frozen=True, slots=True)
class Visitor:
    """``roles``: the account's, and no more than the token's where there is one."""

    account: Account
    roles: frozenset[Role]

    @property
    def login(self) -> str:
        return self.account.login

    @property
    def everywhere(self) -> bool:
        """Operators, and data stewards: their word is asked for connectors of every department."""
        return bool(self.roles & _EVERYWHERE)

    @property
    def department(self) -> str:
        """The department that they are an owner for, or empty."""
        owns = Role.CONNECTOR_OWNER in self.roles
        return (self.account.department or "") if owns else ""

    @property
    def welcome(self) -> bool:
        return self.everywhere or bool(self.department)

    def sees(self, department: str) -> bool:
        return self.everywhere or (bool(department) and self.department == department)

    def keeps(self, department: str) -> bool:
        """May submit for it, publish, roll back, disable and retire."""
        return Role.OPERATOR in self.roles or (bool(department) and self.department == department)


def require_seen(visitor: Visitor, connector_id: str, department: str) -> None:
    """Raises: UnknownConnector, as if there were none."""
    if not visitor.sees(department):
        raise UnknownConnector(connector_id)


def require_kept(visitor: Visitor, department: str) -> None:
    """Raises: NotAllowed."""
    if not visitor.keeps(department):
        raise NotAllowed(f"{visitor.login} may not: it takes an owner of {department} or an operator")


def require_submits(visitor: Visitor, request: Request) -> None:
    """A manifest that cannot be read belongs to nobody and is let through: it is refused with its findings.

    Raises: NotAllowed.
    """
    try:
        manifest = parse_manifest(request.text, base=request.files)
    except ManifestRejected:
        return
    require_kept(visitor, manifest.department)
