"""Tests of what clerks' pages share."""
