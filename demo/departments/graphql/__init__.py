"""What the departments that speak GraphQL have in common; each still has its own schema, words and rules."""
