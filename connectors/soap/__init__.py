"""SOAP backends: WSDL and XSD read with zeep, envelopes written and answers read by our own code."""

from connectors.soap.backend import CitizenElement, SoapBackend, open_backend
from connectors.soap.reading import WsdlRefused
from connectors.soap.writing import CallMismatch

__all__ = ["CallMismatch", "CitizenElement", "SoapBackend", "WsdlRefused", "open_backend"]
