"""The city's desk: printed code lists, counter numbers, and clerks who help residents in."""
