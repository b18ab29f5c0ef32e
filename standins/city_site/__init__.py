"""The website of the demo city, as a CMS would serve it."""
