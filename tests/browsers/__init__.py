"""What pages ask of a browser, held against the oldest engines of docs/browsers.md."""
