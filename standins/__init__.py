"""What the outside world looks like on one machine: real HTTP and SMTP, never imported by Mado."""
