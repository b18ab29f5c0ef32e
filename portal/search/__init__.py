"""One box over everything the city offers: documents, their sounds, finding and ranking."""
