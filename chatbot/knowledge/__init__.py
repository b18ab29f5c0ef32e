"""What the city says: questions and answers, small talk, garbage items and the words around them."""
