"""Rich menus: the picture of buttons under LINE's talk."""
