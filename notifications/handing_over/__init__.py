"""Hand-over to the city's other tools: addresses and interests of those who agreed, nobody else."""
