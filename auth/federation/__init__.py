"""Sign-ins at outside OpenID providers: configured, not coded, per issuer."""
