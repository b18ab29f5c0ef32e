"""The resident, the people of the family, and the pages about them."""
