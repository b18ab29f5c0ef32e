"""Tests of sign-ins at outside issuers."""
