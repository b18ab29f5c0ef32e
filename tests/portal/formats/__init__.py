"""Tests of the forms the catalogue goes out and comes in as."""
