"""The feeds of the Japan Meteorological Agency, with messages a tester makes up."""
