"""One module a command. What is slow to import is imported inside the function that needs it."""
