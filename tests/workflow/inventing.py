"""Inventing processes: random definitions that the lint takes, made of sequences, forks, multiplied steps and loops."""

import random
from typing import Any

LANES = ("red", "green", "blue")
ATTRIBUTES = ("amount", "terms", "colour")


def title(word: str) -> dict[str, str]:
    return {"zh": word, "en": word}


class Inventor:
    """One random definition. Steps are made back to front, so that each knows where it leads."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.steps: list[dict[str, Any]] = []
        self.stages = chance.randint(1, 4)
        self.stage = self.stages - 1

    def body(self) -> dict[str, Any]:
        first = self.sequence({"end": "won"}, self.chance.randint(2, 5), 0)
        self.steps.reverse()
        used = {step["stage"] for step in self.steps}
        return {
            "key": "invented",
            "title": title("invented"),
            "subject": "thing",
            "lanes": {
                "red": {"title": title("red"), "resolver": "red"},
                "green": {"title": title("green"), "resolver": "green", "fallback": ["red", "blue"]},
                "blue": {"title": title("blue"), "resolver": "blue", "fallback": ["spare"]},
            },
            "stages": [{"key": key, "title": title(key)} for key in sorted(used)],
            "start": first,
            "steps": self.steps,
            "ends": [
                {"key": "won", "result": "success", "title": title("won")},
                {"key": "lost", "result": "failure", "title": title("lost")},
                {"key": "dropped", "result": "cancelled", "title": title("dropped")},
            ],
            "close_from_anywhere": ["lost", "dropped"],
        }

    def sequence(self, onward: dict[str, Any], length: int, depth: int) -> str:
        """Some blocks one after another, the last leading `onward`; the key of the first step."""
        made: list[dict[str, Any]] = []
        for _ in range(length):
            if depth == 0 and self.stage > 0 and self.chance.random() < 0.5:
                self.stage -= 1
            if depth < 2 and self.chance.random() < 0.3:
                onward = {"to": self.fork(onward, depth)}
            else:
                onward = {"to": self.step(onward, depth, made)}
        if depth == 0 and made and self.chance.random() < 0.4:
            self.chance.choice(made)["children"] = {"process": "other", "wait": False}
        first: str = onward["to"]
        return first

    def fork(self, onward: dict[str, Any], depth: int) -> str:
        """A fork with two or three branches and its join; the key of the step that opens it."""
        join = self.step(onward, depth, [], join=True)
        branches = [
            self.sequence({"to": join}, self.chance.randint(1, 2), depth + 1) for _ in range(self.chance.randint(2, 3))
        ]
        return self.step({"to": branches}, depth, [])

    def step(self, onward: dict[str, Any], depth: int, later: list[dict[str, Any]], join: bool = False) -> str:
        chance = self.chance
        key = f"s{len(self.steps)}"
        outcomes: list[dict[str, Any]] = [{"key": "on", "title": title("on"), **onward}]
        step: dict[str, Any] = {
            "key": key,
            "stage": f"stage{self.stage}",
            "title": title(key),
            "lane": chance.choice(LANES),
            "join": join,
            "outcomes": outcomes,
        }
        if chance.random() < 0.2:
            step["multiply"] = {"of": "crowd", "need": chance.choice(["all", "any", 2])}
        if chance.random() < 0.3:
            step["voided_by"] = chance.sample(ATTRIBUTES, chance.randint(1, 2))
        bindable = [name for name in ATTRIBUTES if name not in step.get("voided_by", ())]
        if chance.random() < 0.4:
            step["fields"] = [
                {"key": "value", "type": "integer", "title": title("value"), "bind": chance.choice(bindable), "max": 9}
            ]
        if chance.random() < 0.3:
            step["due"] = {"within": 2, "unit": "hours"}
            rung: dict[str, Any] = {"after": {"within": 1, "unit": "hours"}, "to": "red"}
            if "multiply" not in step and chance.random() < 0.5:
                rung["hand_over"] = True
                rung["unclaimed"] = chance.random() < 0.5
            step["escalation"] = [rung]
        if chance.random() < 0.2:
            outcomes.append({"key": "fail", "title": title("fail"), "end": "lost", "unconditional": True})
        for other in later:
            if chance.random() < 0.25 and not other["join"] and not join:
                other["outcomes"].append({"key": f"again_{key}", "title": title("again"), "to": key})
            if chance.random() < 0.25:
                other.setdefault("not_same_as", []).append(key)
        self.steps.append(step)
        later.append(step)
        return key


def invented(chance: random.Random) -> dict[str, Any]:
    """The body of a random process."""
    return Inventor(chance).body()
