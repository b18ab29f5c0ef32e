"""Tests of the city's pages."""
