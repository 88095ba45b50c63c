"""Version 1 of the REST interface: one file a resource, the same operations and rights as the pages."""
