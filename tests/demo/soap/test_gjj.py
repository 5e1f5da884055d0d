"""住房公积金管理中心 as its callers meet it."""

from __future__ import annotations

from decimal import Decimal

import pytest
import zeep
from lxml import etree


async def test_an_account_is_told_with_chinese_element_names(line) -> None:
    gjj = await line("gjj")
    answer = await gjj.call("queryAccount", zjhm=gjj.person.cid)
    assert answer.retcode == "0000"
    assert answer.zh["个人账号"] == gjj.person.pf_account
    assert Decimal(answer.zh["账户余额"]) == gjj.person.pf_balance


async def test_the_bytes_on_the_wire_are_gbk_both_ways(line) -> None:
    gjj = await line("gjj")
    await gjj.call("queryAccount", zjhm=gjj.person.cid)
    content = gjj.transport.last.content
    assert content.startswith(b"<?xml version='1.0' encoding='GBK'?>")
    assert "GBK" in gjj.transport.last.headers["Content-Type"]
    assert "账户余额" in content.decode("gbk")
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    assert "账户余额" not in content.decode("utf-8", "ignore")


async def test_even_the_description_is_gbk(line) -> None:
    gjj = await line("gjj")
    content = (await gjj.get("/gjjws/services/GjjService?wsdl")).content
    assert "公积金账户查询" in content.decode("gbk")


async def test_a_request_in_utf8_is_refused(line) -> None:
    gjj = await line("gjj")
    gjj.transport.encoding = "UTF-8"
    with pytest.raises(zeep.exceptions.Fault) as caught:
        await gjj.call("queryAccount", zjhm=gjj.person.cid)
    assert "GBK" in caught.value.message


async def test_a_name_that_gbk_lacks_arrives_whole(line) -> None:
    gjj = await line("gjj")
    firm = next(iter(gjj.world.enterprises.values()))
    answer = await gjj.call(
        "openEmployer",
        xydm=firm.uscc,
        dwmc="𠮷祥公司",
        dwdz="路",
        frzjhm=firm.legal_rep_cid,
        frxm="名",
        lxdh="",
    )
    assert answer.retcode == "0000"


async def test_rpc_parts_have_no_namespace_and_the_wrapper_has_the_bindings(line) -> None:
    gjj = await line("gjj")
    await gjj.call("queryAccount", zjhm=gjj.person.cid)
    body = etree.fromstring(gjj.transport.last.content)[0]
    assert body[0].tag == "{urn:gjj:service}queryAccountResponse"
    assert [each.tag for each in body[0]] == ["retcode", "retmsg", "zh"]


async def test_the_loan_follows_from_the_account(line) -> None:
    gjj = await line("gjj")
    own = gjj.person
    assert (await gjj.call("queryLoan", grzh=own.pf_account, zjhm="")).dkzt == "03"
    assert (await gjj.call("queryLoan", grzh=own.pf_account, zjhm=own.spouse_cid)).retcode == "1404"
    gjj.department.context.traits.add("enum_change")
    assert (await gjj.call("queryLoan", grzh=own.pf_account, zjhm=own.cid)).dkzt == "HK"
    assert gjj.department.context.calls["loanProgress"] == 3


async def test_a_withdrawal_lowers_the_balance(line) -> None:
    gjj = await line("gjj")
    own = gjj.person
    before = own.pf_balance
    wish = {"zjhm": own.cid, "xm": own.name, "grzh": own.pf_account, "tqyy": "租房", "yhkh": own.bank_card}
    number = (await gjj.call("withdraw", **wish)).ywbh
    after = Decimal((await gjj.call("queryAccount", zjhm=own.cid)).zh["账户余额"])
    assert Decimal(0) < after < before
    assert (await gjj.call("queryCase", token=None, ywbh=number)).ywzt == "待受理"


async def test_somebody_elses_account_pays_nothing(line) -> None:
    gjj = await line("gjj")
    own = gjj.person
    other = next(each for each in gjj.world.citizens.values() if each.pf_account and each is not own)
    before = other.pf_balance
    answer = await gjj.call(
        "withdraw", zjhm=own.cid, xm=own.name, grzh=other.pf_account, tqyy="租房", yhkh=own.bank_card
    )
    assert (answer.retcode, other.pf_balance) == ("E2002", before)


async def test_after_a_death_the_account_is_closed(line) -> None:
    gjj = await line("gjj")
    dead = next(each for each in gjj.world.citizens.values() if each.pf_account and each is not gjj.person)
    own = gjj.person
    wish = {
        "szzjhm": dead.cid,
        "swzmbh": "SW1",
        "jbrzjhm": own.cid,
        "jbrxm": own.name,
        "gx": "子女",
        "yhkh": "6222",
    }
    assert (await gjj.call("withdrawOnDeath", **wish)).ywbh
    assert (await gjj.call("queryAccount", zjhm=dead.cid)).retcode == "1404"
    assert (await gjj.call("withdrawOnDeath", **wish)).retcode == "E3409"


async def test_an_employer_has_one_number_and_a_transfer_a_case(line) -> None:
    gjj = await line("gjj")
    firm = next(iter(gjj.world.enterprises.values()))
    wish = {
        "xydm": firm.uscc,
        "dwmc": "甲",
        "dwdz": "路",
        "frzjhm": firm.legal_rep_cid,
        "frxm": "乙",
        "lxdh": "1",
    }
    first, again = [(await gjj.call("openEmployer", **wish)).dwzh for _ in range(2)]
    assert first == again
    assert (await gjj.call("openEmployer", **wish | {"xydm": "X"})).retcode == "E2003"
    moved = await gjj.call("transferFund", zjhm=gjj.person.cid, zcsf="邻省", grzh="PF9")
    assert (await gjj.call("queryCase", token=None, ywbh=moved.ywbh)).retcode == "0000"


async def test_an_incomplete_application_names_what_is_missing(line) -> None:
    gjj = await line("gjj")
    answer = await gjj.call("transferFund", zjhm=gjj.person.cid, zcsf="", grzh="PF9")
    assert (answer.retcode, answer.retmsg) == ("E2001", "缺少zcsf")


async def test_without_the_shared_secret_nothing_is_read(line) -> None:
    gjj = await line("gjj")
    gjj.transport.session.headers["X-Shared-Secret"] = "guess"
    with pytest.raises(zeep.exceptions.Error):
        await gjj.call("queryAccount", zjhm=gjj.person.cid)
    assert gjj.transport.last.status_code == 403
    assert not gjj.department.context.calls


async def test_without_the_citizens_token_the_fault_is_in_gbk_too(line) -> None:
    gjj = await line("gjj")
    with pytest.raises(zeep.exceptions.Fault) as caught:
        await gjj.call("queryAccount", token=None, zjhm=gjj.person.cid)
    assert caught.value.message.startswith("令牌无效")
    assert "令牌无效" in gjj.transport.last.content.decode("gbk")
