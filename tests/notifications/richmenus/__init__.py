"""Drawn menus: rules, pictures, pages, what comes to LINE."""
