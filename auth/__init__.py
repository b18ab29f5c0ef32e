"""Who you are: sign-in by LINE and e-mail, second step, sessions, staff."""
