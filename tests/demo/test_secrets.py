"""The province's secrets: made once, complete, readable by nobody else."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from cryptography import x509

from demo.secrets import CERTIFICATES, MTLS, WANTED, make_secrets, province_secrets


def test_the_first_start_makes_a_private_file_and_the_second_reads_it(tmp_path: Path) -> None:
    first = province_secrets(tmp_path / "new")
    path = tmp_path / "new" / "secrets.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == first == province_secrets(tmp_path / "new")


def test_every_wanted_name_is_there_and_every_value_is_new() -> None:
    one, other = make_secrets(), make_secrets()
    names = {f"secret://{code}/{name}" for code, wanted in WANTED.items() for name in wanted}
    names |= {f"secret://{code}/{name}" for code in MTLS for name in CERTIFICATES}
    assert one.keys() == other.keys() == names | {"secret://province/ca"}
    assert not set(one.values()) & set(other.values())


def test_what_an_older_file_lacks_is_added_and_the_rest_kept(tmp_path: Path) -> None:
    first = province_secrets(tmp_path)
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({k: v for k, v in first.items() if k != "secret://mot/api-key"}))
    second = province_secrets(tmp_path)
    assert second["secret://mot/api-key"] != first["secret://mot/api-key"]
    assert second["secret://mps/client-key"] == first["secret://mps/client-key"]


def test_an_incomplete_set_of_certificates_is_made_anew_as_a_whole(tmp_path: Path) -> None:
    first = province_secrets(tmp_path)
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({k: v for k, v in first.items() if k != "secret://tmd/client-cert"}))
    second = province_secrets(tmp_path)
    assert second["secret://province/ca"] == second["secret://tmd/ca"] != first["secret://tmd/ca"]
    assert second["secret://mca/password"] == first["secret://mca/password"]


def test_certificates_are_of_the_provinces_authority() -> None:
    secrets = make_secrets()
    authority = x509.load_pem_x509_certificate(secrets["secret://province/ca"].encode())
    for code in MTLS:
        for name in ("server-cert", "client-cert", "expired-cert"):
            certificate = x509.load_pem_x509_certificate(secrets[f"secret://{code}/{name}"].encode())
            certificate.verify_directly_issued_by(authority)
            expired = certificate.not_valid_after_utc < authority.not_valid_after_utc.replace(
                year=authority.not_valid_after_utc.year - 9
            )
            assert expired == (name == "expired-cert")
