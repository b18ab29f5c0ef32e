"""A LINE platform on one machine: LINE Login, Messaging API, webhooks and a phone to hold."""
