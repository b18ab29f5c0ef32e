"""One conversation for both faces: a question goes in, a reply value comes out."""
