"""What the city says: answers, small talk, garbage items and the words around them."""
