"""From text to statements: the grammar, its classes, the types, and back to text."""
