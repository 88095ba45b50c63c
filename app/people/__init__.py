"""People: units, posts, teams, grants, absences and how a person signs in (D7–D11)."""
