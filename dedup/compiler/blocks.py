"""A function in the making, as text of LLVM: blocks of instructions, and variables.

LLVM's own passes take away what is written too often: variables that are stored and loaded, constants, empty blocks.
Source: the LLVM language reference.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dedup.compiler.types import Type
from dedup.compiler.values import Value


@dataclass(slots=True)
class Blocks:
    """Writes the blocks of one function."""

    lines: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    names: int = 0
    ended: bool = False
    """Whether the block has its last instruction."""

    def name(self) -> str:
        """A new name."""
        self.names += 1
        return f"%v{self.names}"

    def say(self, line: str) -> None:
        """Write an instruction without a result; one that can never be reached is left out."""
        if not self.ended:
            self.lines.append(line)

    def make(self, instruction: str) -> str:
        """Write an instruction; return the name of its result."""
        name = self.name()
        self.say(f"{name} = {instruction}")
        return name

    def label(self, hint: str) -> str:
        """A name for a block."""
        self.names += 1
        return f"{hint}{self.names}"

    def begin(self, label: str) -> None:
        """Begin a block; one that has not ended goes on there."""
        self.jump(label)
        self.lines.append(f"{label}:")
        self.ended = False

    def jump(self, label: str) -> None:
        """End the block."""
        self.say(f"br label %{label}")
        self.ended = True

    def branch(self, condition: str, yes: str, no: str) -> None:
        """End the block in one of two ways."""
        self.say(f"br i1 {condition}, label %{yes}, label %{no}")
        self.ended = True

    def variable(self, kind: Type) -> tuple[str, ...]:
        """Places for a value that changes."""
        places = tuple(self.name() for _ in kind.leaves)
        self.variables += [
            f"{place} = alloca {leaf}" for place, leaf in zip(places, kind.leaves, strict=True)
        ]
        return places

    def load(self, kind: Type, places: tuple[str, ...]) -> Value:
        """What a variable holds."""
        read = zip(kind.leaves, places, strict=True)
        return Value(kind, tuple(self.make(f"load {leaf}, ptr {place}") for leaf, place in read))

    def store(self, value: Value, places: tuple[str, ...]) -> None:
        """Give a variable a value."""
        for leaf, kind, place in zip(value.leaves, value.type.leaves, places, strict=True):
            self.say(f"store {kind} {leaf}, ptr {place}")
