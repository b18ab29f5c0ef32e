"""Templates of notices: kept in folders, owned by a department, every version kept."""
