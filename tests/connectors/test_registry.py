"""The registry on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from connectors.manifest import ManifestRejected
from connectors.registry import PublicationRefused, Registry
from storage import Database, upgrade
from tests.connectors.examples import MANIFEST
from tongban.clock import FakeClock

FILES = {"./hrss/openapi.json": b'{"openapi": "3.0.3", "\xe5": 1}'}
NEXT = MANIFEST.replace("version: 1.0.0", "version: 1.1.0")
OTHER = MANIFEST.replace("id: hrss.social", "id: hrss.other")


@pytest.fixture
async def registry(database_url: str) -> AsyncIterator[Registry]:
    database = Database(database_url)
    await upgrade(database)
    yield Registry(database, FakeClock(5.0))
    await database.close()


async def test_an_empty_registry_has_revision_zero_and_nothing_published(registry: Registry) -> None:
    assert await registry.revision() == 0
    assert (await registry.current()).items == ()


async def test_what_is_published_comes_back_as_it_was(registry: Registry) -> None:
    assert await registry.publish(MANIFEST, FILES, "http://127.0.0.1:1", "dev") == 1
    current = await registry.current()
    (item,) = current.items
    assert current.revision == item.revision == 1
    assert (item.connector_id, item.version, item.department) == ("hrss.social", "1.0.0", "hrss")
    assert (item.manifest, dict(item.files)) == (
        MANIFEST,
        {"hrss/openapi.json": FILES["./hrss/openapi.json"]},
    )
    assert (item.endpoint, item.state, item.published_by, item.published_at_s) == (
        "http://127.0.0.1:1", "published", "dev", 5.0,
    )  # fmt: skip


async def test_the_same_content_again_changes_nothing(registry: Registry) -> None:
    await registry.publish(MANIFEST, FILES, None, "dev")
    assert await registry.publish(MANIFEST, FILES, None, "somebody") == 1
    assert await registry.revision() == 1
    assert len(await registry.list()) == 1


async def test_a_version_is_never_changed_in_silence(registry: Registry) -> None:
    await registry.publish(MANIFEST, FILES, None, "dev")
    with pytest.raises(PublicationRefused, match="raise the version"):
        await registry.publish(MANIFEST, FILES, "http://elsewhere.example", "dev")
    assert await registry.revision() == 1
    assert await registry.publish(MANIFEST, FILES, "http://elsewhere.example", "dev", replace=True) == 2


async def test_a_new_version_supersedes_and_an_old_one_can_come_back(registry: Registry) -> None:
    await registry.publish(MANIFEST, FILES, None, "dev")
    await registry.publish(NEXT, FILES, None, "dev")
    assert [item.version for item in (await registry.current()).items] == ["1.1.0"]
    assert await registry.publish(MANIFEST, FILES, None, "dev") == 3
    assert [item.version for item in (await registry.current()).items] == ["1.0.0"]
    assert [item.state for item in await registry.list()] == ["superseded", "superseded", "published"]


async def test_a_retired_connector_is_gone_and_may_return(registry: Registry) -> None:
    await registry.publish(MANIFEST, FILES, None, "dev")
    await registry.publish(OTHER, FILES, None, "dev")
    assert await registry.retire("hrss.social", "operator") == 3
    assert [item.connector_id for item in (await registry.current()).items] == ["hrss.other"]
    with pytest.raises(PublicationRefused):
        await registry.retire("hrss.social", "operator")
    assert await registry.revision() == 3
    assert await registry.publish(MANIFEST, FILES, None, "dev") == 4


async def test_a_manifest_that_is_none_is_not_published(registry: Registry) -> None:
    with pytest.raises(ManifestRejected):
        await registry.publish("kind: Nothing", FILES, None, "dev")
    with pytest.raises(ManifestRejected):
        await registry.publish(MANIFEST, {"other.json": b"{}"}, None, "dev")
    assert await registry.revision() == 0


async def test_publications_at_the_same_time_get_a_number_each(registry: Registry) -> None:
    await registry.publish(MANIFEST, FILES, None, "dev")
    texts = [MANIFEST.replace("id: hrss.social", f"id: hrss.part-{index}") for index in range(6)]
    revisions = await asyncio.gather(*(registry.publish(text, FILES, None, "dev") for text in texts))
    assert sorted(revisions) == [2, 3, 4, 5, 6, 7]
    assert len((await registry.current()).items) == 7
