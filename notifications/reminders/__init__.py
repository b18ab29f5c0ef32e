"""Reminders of to-dos: what became due in the night, told once, on the road notices take."""
