"""Pure rules about customers: numbers and texts in, numbers and texts out."""
