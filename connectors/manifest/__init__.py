"""The connector manifest: read, checked, parsed into frozen values (docs/manifest.md is its law)."""

from connectors.manifest.findings import Finding, ManifestRejected, did_you_mean
from connectors.manifest.model import Manifest
from connectors.manifest.parsing import beside, parse_manifest

__all__ = ["Finding", "Manifest", "ManifestRejected", "beside", "did_you_mean", "parse_manifest"]
