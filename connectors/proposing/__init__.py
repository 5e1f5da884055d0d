"""A first manifest from a description: everything exposed, for a person to delete and rename from."""

from connectors.proposing.kinds import Proposed, propose
from connectors.proposing.proposal import Input, Proposal, ProposedOperation
from connectors.proposing.refusing import Undescribed

__all__ = ["Input", "Proposal", "Proposed", "ProposedOperation", "Undescribed", "propose"]
