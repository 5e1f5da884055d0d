"""Which kind of description a file is, and who proposes a manifest from it: an explicit table.

Must never: fetch anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connectors.openapi import DescriptionRefused
from connectors.openapi.files import decoded
from connectors.proposing.graphql import propose_sdl
from connectors.proposing.openapi import propose_openapi
from connectors.proposing.proposal import Proposal
from connectors.proposing.refusing import Undescribed, refused
from connectors.soap import WsdlRefused
from connectors.soap.drafting import propose_wsdl

_HEAD = 65_536
_SDL = re.compile(
    r"^[ \t]*(?:extend[ \t]+)?(?:(?:type|interface|union|scalar|enum|input|directive)[ \t]+@?[_A-Za-z]|schema\b[^:\n]*[@{]|schema[ \t]*$)",
    re.MULTILINE,
)
_YAML = re.compile(r"""^["']?(?:openapi|swagger|paths|info)["']?[ \t]*:""", re.MULTILINE)
_PAGE = re.compile(r"<(?:!doctype\s+)?html\b", re.IGNORECASE)
_ELEMENT = re.compile(r"<[A-Za-z]")
_PAGE_HEAD = 2_048


@dataclass(frozen=True, slots=True)
class Kind:
    """``fits`` looks at the beginning of the file's text and at its name."""

    name: str
    fits: Callable[[str, str], bool]
    propose: Callable[[Mapping[str, bytes], str], Proposal]


def is_page(head: str) -> bool:
    """Of a file's beginning: whether it is HTML."""
    found = _PAGE.search(head, 0, _PAGE_HEAD)
    return found is not None and head.lstrip()[:1] == "<" and not _ELEMENT.search(head, 0, found.start())


def is_sdl(head: str, path: str = "") -> bool:
    """Of a file's beginning, and its name: whether it is meant for GraphQL's schema language."""
    if path.lower().endswith((".graphql", ".graphqls", ".gql")):
        return True
    return head.lstrip()[:1] not in ("{", "[", "<") and not _YAML.search(head) and bool(_SDL.search(head))


def _is_xml(head: str, _path: str) -> bool:
    return head.lstrip().startswith("<")


def _is_openapi(_head: str, _path: str) -> bool:
    return True


KINDS: tuple[Kind, ...] = (
    Kind("GraphQL", is_sdl, propose_sdl),
    Kind("WSDL", _is_xml, propose_wsdl),
    Kind("OpenAPI", _is_openapi, propose_openapi),
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
    head, _ = decoded(files[path][:_HEAD])
    if is_page(head):
        fix = "give the address of the description itself: often …/openapi.json, …/swagger.json, …/v3/api-docs, …?wsdl"
        raise refused("description.page", path, "this is a web page, no description", fix, 1, 1)
    kind = next(kind for kind in KINDS if kind.fits(head, path))
    try:
        proposal = kind.propose(files, path)
    except (DescriptionRefused, WsdlRefused) as error:
        raise Undescribed(error.finding) from None
    if not proposal.operations and not (proposal.exposure and proposal.describe):
        empty = refused("description.empty", path, "it describes no operation", "describe at least one", 1, 1)
        raise Undescribed(*empty.findings, *proposal.findings())
    return Proposed(kind.name, proposal)
