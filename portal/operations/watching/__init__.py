"""Watching the portal: probes, figures of requests, samples of the machine, alerts, on-call."""
