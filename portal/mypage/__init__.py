"""My Page: what each person of the family can or must do now, and what became of it."""
