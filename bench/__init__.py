"""Benchmarks: processes on loopback, interleaved, ratios within one run."""
