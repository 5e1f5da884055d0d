"""The registry on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from connectors.drafts import Submission
from connectors.manifest import ManifestRejected
from connectors.manifest.model import Words
from connectors.registry import Registry
from connectors.revisions import Approval, MoveRefused, State
from storage import Database, upgrade
from tests.connectors.examples import MANIFEST
from tongban.clock import FakeClock

FILES = {"./hrss/openapi.json": b'{"openapi": "3.0.3", "\xe5": 1}'}
NEXT = MANIFEST.replace("version: 1.0.0", "version: 1.1.0")
LATER = MANIFEST.replace("version: 1.0.0", "version: 1.2.0")
THIRD = MANIFEST.replace("id: hrss.social", "id: hrss.third")
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
    with pytest.raises(MoveRefused, match="raise the version"):
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
    with pytest.raises(MoveRefused):
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


async def test_a_draft_is_kept_and_served_to_nobody(registry: Registry) -> None:
    draft = await registry.drafts.submit(Submission.of(MANIFEST, FILES, None, "dev"))
    assert (draft.state, draft.revision, draft.published_by, draft.base) == (State.DRAFT, 0, "", None)
    assert (await registry.current()).items == ()
    assert await registry.revision() == 0
    reviewed = await registry.drafts.judged(draft.id, [{"stage": "lint"}], needs=["platform"], passed=True)
    assert (reviewed.state, reviewed.needs) == (State.IN_REVIEW, ("platform",))
    assert await registry.publish_draft(draft.id, "dev") == 1
    (served,) = (await registry.current()).items
    assert (served.id, served.revision, served.results) == (draft.id, 1, ({"stage": "lint"},))


async def test_a_newer_submission_takes_the_place_of_one_on_its_way(registry: Registry) -> None:
    first = await registry.drafts.submit(Submission.of(MANIFEST, FILES, None, "dev"))
    corrected = await registry.drafts.submit(
        Submission.of(MANIFEST, FILES, "http://elsewhere.example", "dev")
    )
    assert (await registry.drafts.get(first.id)).state is State.SUPERSEDED
    assert await registry.drafts.open("hrss.social") == corrected
    with pytest.raises(MoveRefused, match="superseded"):
        await registry.publish_draft(first.id, "dev")


async def test_what_was_judged_beside_another_version_is_not_published(registry: Registry) -> None:
    await registry.publish(MANIFEST, FILES, None, "dev")
    draft = await registry.drafts.submit(Submission.of(NEXT, FILES, None, "dev"))
    await registry.retire("hrss.social", "dev")
    with pytest.raises(MoveRefused, match="submit it again"):
        await registry.publish_draft(draft.id, "dev")
    with pytest.raises(MoveRefused, match="submit it again"):
        await registry.drafts.start_canary(draft.id)
    assert await registry.revision() == 2


async def test_a_person_gives_one_word(registry: Registry) -> None:
    draft = await registry.drafts.submit(Submission.of(MANIFEST, FILES, None, "dev"))
    with pytest.raises(MoveRefused, match="not in review"):
        await registry.drafts.approve(draft.id, Approval("a", "account-a", "owner", 0))
    await registry.drafts.judged(draft.id, [], needs=["owner", "platform"], passed=True)
    await registry.drafts.approve(draft.id, Approval("a", "account-a", "owner", 0))
    with pytest.raises(MoveRefused, match="another person"):
        await registry.drafts.approve(draft.id, Approval("a", "account-a", "platform", 0))
    words = await registry.drafts.approve(draft.id, Approval("b", "account-b", "platform", 0))
    assert [(word.by, word.need, word.at_s) for word in words] == [
        ("a", "owner", 5.0),
        ("b", "platform", 5.0),
    ]


async def test_a_canary_is_told_beside_what_is_served_and_can_stop(registry: Registry) -> None:
    await registry.publish(MANIFEST, FILES, None, "dev")
    draft = await registry.drafts.submit(Submission.of(NEXT, FILES, None, "dev"))
    await registry.drafts.judged(draft.id, [{"stage": "lint"}], passed=True)
    assert await registry.drafts.start_canary(draft.id) == 2
    current = await registry.current()
    assert [(item.version, item.state) for item in current.items] == [("1.0.0", State.PUBLISHED)]
    assert [item.version for item in current.canaries] == ["1.1.0"]
    assert await registry.drafts.stop_canary(draft.id, {"stage": "canary"})
    assert not await registry.drafts.stop_canary(draft.id, {"stage": "canary"})
    assert (await registry.current()).canaries == ()
    assert await registry.revision() == 3
    stopped = await registry.drafts.get(draft.id)
    assert (stopped.state, stopped.results) == (State.DRAFT, ({"stage": "lint"}, {"stage": "canary"}))


async def test_a_rollback_serves_the_stored_revision_again(registry: Registry) -> None:
    await registry.publish(MANIFEST, FILES, "http://127.0.0.1:1", "dev")
    (first,) = (await registry.current()).items
    with pytest.raises(MoveRefused, match="no former version"):
        await registry.rollback("hrss.social", "ops")
    await registry.publish(NEXT, FILES, None, "dev")
    await registry.publish(LATER, FILES, None, "dev")
    assert await registry.rollback("hrss.social", "ops") == 4
    assert [item.version for item in (await registry.current()).items] == ["1.1.0"]
    assert await registry.rollback("hrss.social", "ops") == 5
    assert (await registry.current()).items == (first,)
    with pytest.raises(MoveRefused, match="no former version"):
        await registry.rollback("hrss.social", "ops")
    await registry.rollback("hrss.social", "ops", to="1.2.0")
    assert [item.version for item in (await registry.current()).items] == ["1.2.0"]
    for version, why in (("1.2.0", "is what is served"), ("9.0.0", "never published")):
        with pytest.raises(MoveRefused, match=why):
            await registry.rollback("hrss.social", "ops", to=version)
    assert len(await registry.list()) == 3


async def test_a_retired_connector_comes_back_by_rollback(registry: Registry) -> None:
    await registry.publish(MANIFEST, FILES, None, "dev")
    before = (await registry.current()).items
    await registry.retire("hrss.social", "dev")
    await registry.rollback("hrss.social", "ops")
    assert (await registry.current()).items == before


async def test_any_snapshot_comes_back_whole(registry: Registry) -> None:
    await registry.publish(MANIFEST, FILES, None, "dev")  # 1
    await registry.publish(OTHER, FILES, None, "dev")  # 2
    await registry.disable("hrss.other", Words("检修", "Repairs"), "ops")  # 3
    then = (await registry.current()).items
    await registry.publish(NEXT, FILES, None, "dev")  # 4
    await registry.retire("hrss.other", "dev")  # 5
    await registry.publish(THIRD, FILES, None, "dev")  # 6
    assert await registry.rollback_to(3, "ops") == 7
    assert (await registry.current()).items == then
    assert [item.connector_id for item in await registry.served_at(6)] == ["hrss.social", "hrss.third"]
    with pytest.raises(MoveRefused, match="what is served"):
        await registry.rollback_to(3, "ops")
    with pytest.raises(MoveRefused, match="newest is 7"):
        await registry.rollback_to(8, "ops")
    assert await registry.rollback_to(0, "ops") == 8
    assert (await registry.current()).items == ()


async def test_a_disabled_connector_stays_with_its_notice_until_enabled(registry: Registry) -> None:
    await registry.publish(MANIFEST, FILES, None, "dev")
    assert await registry.disable("hrss.social", Words("检修", "Repairs"), "ops") == 2
    (item,) = (await registry.current()).items
    assert (item.state, item.notice) == (State.DISABLED, Words("检修", "Repairs"))
    assert await registry.enable("hrss.social", "ops") == 3
    (item,) = (await registry.current()).items
    assert (item.state, item.notice) == (State.PUBLISHED, None)
    with pytest.raises(MoveRefused, match="not disabled"):
        await registry.enable("hrss.social", "ops")
    _, log = await registry.history("hrss.social")
    assert [(line.revision, line.action, line.by) for line in log] == [
        (1, "publish", "dev"), (2, "disable", "ops"), (3, "enable", "ops"),
    ]  # fmt: skip


async def test_a_store_says_whether_it_asks_for_a_review(registry: Registry) -> None:
    assert await registry.review() is None
    await registry.set_review(False)
    assert await registry.review() is False
