"""Pages and endpoints of SAML."""
