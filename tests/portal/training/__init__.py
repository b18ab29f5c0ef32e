"""Tests of the exercises for clerks."""
