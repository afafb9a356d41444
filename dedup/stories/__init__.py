"""Articles to stories: who wrote it first, who took it from whom, and which one of the copies to keep.

Everything here is told from reports alone (`nodes`): of each article the words that it took from each other one.
`forest` roots them, `roles` says what each is to its story, `telling` writes a story down, `keeping` chooses one.
"""

from dedup.stories.forest import Forest, rooted
from dedup.stories.keeping import Keep
from dedup.stories.nodes import Node, node_of
from dedup.stories.telling import Member, Story, Told, told

__all__ = ["Forest", "Keep", "Member", "Node", "Story", "Told", "node_of", "rooted", "told"]
