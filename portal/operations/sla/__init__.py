"""The monthly report on the service-level items of the contract, traceable to rows."""
