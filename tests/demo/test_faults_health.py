"""Every department tells its health without a credential, and is as ill there as it is elsewhere."""

from __future__ import annotations

import httpx

from demo.host import running


async def test_health_is_told_and_ends_with_the_department() -> None:
    async with running("culture") as province, httpx.AsyncClient() as asking:
        address = f"{province['culture'].url}/health"
        assert (await asking.get(address)).json() == {"status": "UP"}
        await province["culture"].switch("error500", 0)
        assert (await asking.get(address)).status_code == 500
