"""SAML 2.0 for clerks: signing in at the office's issuer, and being one for tools."""
