"""Ground: settings, database, clock, errors, languages, jobs, web, crypto, audit, outbox."""
