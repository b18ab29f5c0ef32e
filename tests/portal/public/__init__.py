"""Tests of the public portal: addresses, structured data, caches."""
