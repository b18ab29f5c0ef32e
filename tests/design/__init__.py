"""Tests of the layouts and components, rendered without the application."""
