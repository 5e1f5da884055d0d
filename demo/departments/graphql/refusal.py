"""Why a GraphQL department says no, before its own words are put on it."""

from __future__ import annotations

from enum import Enum

from graphql import GraphQLError


class Why(Enum):
    """The reasons, by the words that the federation departments use as they are."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    INVALID_INPUT = "INVALID_INPUT"
    CONFLICT = "CONFLICT"


class Refused(GraphQLError):
    """Raised in a resolver; ``words.code_of`` puts the department's own code on it."""

    def __init__(self, why: Why, message: str) -> None:
        super().__init__(message)
        self.why = why
