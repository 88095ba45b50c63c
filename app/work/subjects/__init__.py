"""What the working day contributes to the workflow core: each module a subject with its lanes, guards and bound attributes."""
