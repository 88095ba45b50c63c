"""Ground floor: what every room stands on. A closed list of modules, each about one thing (docs/tour.md)."""
