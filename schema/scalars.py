"""Scalars of the platform's part of the graph."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import graphene
from graphql import GraphQLError

SHANGHAI = timezone(timedelta(hours=8))


class DateTime(graphene.Scalar):
    """A moment, ISO 8601 with its offset."""

    class Meta:
        description = "时刻,ISO 8601 格式并带时区 · A moment, ISO 8601 with its offset"

    @staticmethod
    def serialize(moment: datetime) -> str:
        return moment.isoformat(timespec="seconds")

    @staticmethod
    def parse_value(value: object) -> datetime:
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            raise GraphQLError("DateTime must be ISO 8601 with its offset.") from None


def moment(epoch_s: float | None) -> datetime | None:
    """Epoch seconds as wall time of Shanghai."""
    return None if epoch_s is None else datetime.fromtimestamp(epoch_s, SHANGHAI)
