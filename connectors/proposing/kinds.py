"""Which kind of description a file is, and who proposes a manifest from it: an explicit table.

Must never: fetch anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connectors.openapi import DescriptionRefused
from connectors.proposing.openapi import propose_openapi
from connectors.proposing.proposal import Proposal
from connectors.soap import WsdlRefused
from connectors.soap.drafting import propose_wsdl


class Undescribed(ValueError):
    """No manifest can be made from it. Says why."""


@dataclass(frozen=True, slots=True)
class Kind:
    """``fits`` looks at the file's first bytes, without a byte order mark and leading space."""

    name: str
    fits: Callable[[bytes], bool]
    propose: Callable[[Mapping[str, bytes], str], Proposal]


def _is_openapi(head: bytes) -> bool:
    return not head.startswith(b"<")


def _is_xml(head: bytes) -> bool:
    return head.startswith(b"<")


KINDS: tuple[Kind, ...] = (
    Kind("OpenAPI", _is_openapi, propose_openapi),
    Kind("WSDL", _is_xml, propose_wsdl),
)
"""Asked in this order."""


@dataclass(frozen=True, slots=True)
class Proposed:
    kind: str
    proposal: Proposal


def propose(files: Mapping[str, bytes], path: str) -> Proposed:
    """``files`` hold the description ``path`` and those beside it, by path.

    Raises: Undescribed.
    """
    head = files[path][:4096].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    for kind in KINDS:
        if kind.fits(head):
            try:
                proposal = kind.propose(files, path)
            except (DescriptionRefused, WsdlRefused) as refused:
                raise Undescribed(str(refused)) from None
            if not proposal.operations:
                raise Undescribed(f"{path} describes no operation")
            return Proposed(kind.name, proposal)
    raise Undescribed(f"{path} is none of: {', '.join(kind.name for kind in KINDS)}")
