"""Four eyes: nobody puts anything into the graph alone, and every word is written down."""

from __future__ import annotations

import pytest

from connectors.revisions import MoveRefused, State
from gateway.docking.actors import NotAllowed
from tests.gateway.docking.library import Town, manifest


async def test_an_owners_submission_needs_the_platform(reviewed: Town) -> None:
    standing = await reviewed.submit(manifest(), by="owner")
    assert (standing.revision.state, standing.missing) == (State.IN_REVIEW, ("platform",))
    assert "books" not in await reviewed.schema()
    dock = await reviewed.dock()
    standing = await dock.approve("library.books", "operator1")
    await reviewed.caught_up()
    assert (standing.revision.state, standing.registry_revision) == (State.PUBLISHED, 1)
    assert (await reviewed.ask())["data"]["books"][0]["title"] == "论语"


async def test_an_operators_submission_needs_the_owner_and_another_operator(reviewed: Town) -> None:
    standing = await reviewed.submit(manifest(), by="operator1")
    assert standing.missing == ("owner", "platform")
    dock = await reviewed.dock()
    with pytest.raises(MoveRefused, match="four eyes"):
        await dock.approve("library.books", "operator1")
    assert (await dock.approve("library.books", "owner")).missing == ("platform",)
    with pytest.raises(MoveRefused, match="another person"):
        await dock.approve("library.books", "owner")
    assert (await dock.approve("library.books", "operator2")).revision.state is State.PUBLISHED


@pytest.mark.parametrize("login", ["stranger", "citizen", "nobody"])
async def test_who_has_no_role_for_it_gives_no_word(reviewed: Town, login: str) -> None:
    await reviewed.submit(manifest(), by="owner")
    dock = await reviewed.dock()
    with pytest.raises(MoveRefused):
        await dock.approve("library.books", login)
    with pytest.raises(MoveRefused):
        await dock.promote("library.books", "operator1")
    assert (await reviewed.gateway.rooms.registry.current()).items == ()
    refused = await reviewed.told("approved", "promoted")
    assert [entry["outcome"] for entry in refused] == ["refused", "refused"]


@pytest.mark.parametrize("login", ["stranger", "citizen", "nobody"])
async def test_who_is_not_of_the_department_submits_and_moves_nothing(reviewed: Town, login: str) -> None:
    with pytest.raises(NotAllowed):
        await reviewed.submit(manifest(), by=login)
    assert await reviewed.gateway.rooms.registry.list() == ()
    await reviewed.submit(manifest(), by="owner")
    dock = await reviewed.dock()
    await dock.approve("library.books", "operator1")
    for step in (
        dock.rollback("library.books", login),
        dock.retire("library.books", login),
        dock.enable("library.books", login),
        dock.rollback_to(0, login),
    ):
        with pytest.raises(NotAllowed):
            await step
    assert len((await reviewed.gateway.rooms.registry.current()).items) == 1


async def test_a_disabled_login_is_nobodys(reviewed: Town) -> None:
    accounts = reviewed.gateway.rooms.auth.accounts
    operator = await accounts.by_login("operator1")
    assert operator is not None
    await accounts.disable(operator.account_id)
    await reviewed.submit(manifest(), by="owner")
    with pytest.raises(MoveRefused, match="no login"):
        await (await reviewed.dock()).approve("library.books", "operator1")


async def test_a_steward_is_asked_where_class_purpose_or_level_changes(reviewed: Town) -> None:
    dock = await reviewed.dock()
    assert (await reviewed.submit(manifest(classification="L2"))).missing == ("platform", "steward")
    standing = await reviewed.submit(manifest())
    assert standing.missing == ("platform",)  # public data, new
    await dock.approve("library.books", "operator1")
    wider = manifest("1.1.0").replace("books.view", "books.sell")
    standing = await reviewed.submit(wider, accept_breaking="agreed")
    assert standing.missing == ("platform", "steward")
    await dock.approve("library.books", "operator1")
    standing = await dock.approve("library.books", "steward")
    assert standing.revision.state is State.PUBLISHED


async def test_a_draft_that_a_stage_objects_to_stays_one_with_its_findings(reviewed: Town) -> None:
    await reviewed.submit(manifest(), by="owner")
    dock = await reviewed.dock()
    await dock.approve("library.books", "operator1")
    clashing = manifest(name="archive.books")
    standing = await reviewed.submit(clashing, by="operator1")
    assert (standing.passed, standing.revision.state) == (False, State.DRAFT)
    kept = await reviewed.gateway.rooms.registry.drafts.get(standing.revision.id)
    assert [r["stage"] for r in kept.results if not r["passed"]] == ["compose"]
    for step in (dock.approve("archive.books", "operator2"), dock.promote("archive.books", "operator2")):
        with pytest.raises(MoveRefused):
            await step


async def test_each_step_is_in_the_audit_log(reviewed: Town) -> None:
    await reviewed.submit(manifest(), by="owner")
    dock = await reviewed.dock()
    with pytest.raises(MoveRefused):
        await dock.approve("library.books", "owner")
    await dock.approve("library.books", "operator1")
    accounts = reviewed.gateway.rooms.auth.accounts
    owner, operator = await accounts.by_login("owner"), await accounts.by_login("operator1")
    assert owner is not None
    assert operator is not None
    assert [
        (e["action"], e["subject"], e["outcome"], e["details"].get("from"), e["details"].get("to"))
        for e in await reviewed.told()
    ] == [
        ("connector.submitted", owner.account_id, "ok", "", "in_review"),
        ("connector.approved", owner.account_id, "refused", "in_review", "in_review"),
        ("connector.approved", operator.account_id, "ok", "in_review", "in_review"),
        ("connector.published", operator.account_id, "ok", "in_review", "published"),
    ]
    assert all(entry["department"] == "library" for entry in await reviewed.told())


async def test_handing_the_same_in_again_takes_nobodys_word_away(reviewed: Town) -> None:
    first = await reviewed.submit(manifest(classification="L2"), by="owner")
    dock = await reviewed.dock()
    await dock.approve("library.books", "operator1")
    again = await reviewed.submit(manifest(classification="L2"), by="owner2")
    assert (again.unchanged, again.revision.id, again.missing) == (True, first.revision.id, ("steward",))
    assert (await dock.approve("library.books", "steward")).revision.state is State.PUBLISHED
