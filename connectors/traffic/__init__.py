"""What keeps a backend from being asked more, faster or longer than it bears: bulkhead, rate, breaker, retries, kept answers, health."""

from connectors.traffic.breaker import CircuitBreaker
from connectors.traffic.traffic import Traffic, TrafficCounts

__all__ = ["CircuitBreaker", "Traffic", "TrafficCounts"]
