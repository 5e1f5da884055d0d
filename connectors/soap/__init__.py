"""SOAP backends: WSDL and XSD read tolerantly, envelopes written, answers read."""

from connectors.soap.backend import CitizenElement, SoapBackend, open_backend
from connectors.soap.remarks import WsdlRefused
from connectors.soap.writing import CallMismatch

__all__ = ["CallMismatch", "CitizenElement", "SoapBackend", "WsdlRefused", "open_backend"]
