"""The Merkle tree of RFC 6962 over the leaves of the log, in the order of their positions.

A node is SHA-256(0x01 | left | right); the root of no leaves is SHA-256 of nothing. A `Range` holds
the roots of the perfect subtrees that the first `size` leaves fall into, one for each bit of
`size`: from it the tree grows without them, and whoever knows the root at that size can check it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

HASH = 32
EMPTY_ROOT = sha256(b"").digest()


class NodeUnknownError(LookupError):
    """A proof asks for a subtree whose leaves are not at hand."""


def node_of(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


@dataclass
class Range:
    """The first `size` leaves as roots of perfect subtrees, the largest first."""

    size: int = 0
    roots: list[bytes] = field(default_factory=list)

    @classmethod
    def read(cls, size: int, packed: bytes) -> "Range":
        """What `packed` wrote; ValueError when it does not fit `size`."""
        if len(packed) != HASH * size.bit_count():
            raise ValueError("the number of subtrees does not fit the size")
        return cls(size, [packed[at : at + HASH] for at in range(0, len(packed), HASH)])

    def packed(self) -> bytes:
        """The roots one after another, 32 bytes each."""
        return b"".join(self.roots)

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append leaf hashes."""
        size, roots = self.size, self.roots
        for leaf in leaves:
            size += 1
            full = size
            while not full & 1:
                leaf = sha256(b"\x01" + roots.pop() + leaf).digest()
                full >>= 1
            roots.append(leaf)
        self.size = size

    def root(self) -> bytes:
        """The root of the tree over all leaves so far."""
        if not self.roots:
            return EMPTY_ROOT
        root = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            root = node_of(left, root)
        return root


class Tree:
    """Subtrees of a log whose first leaves are known only as a Range, the others one by one.

    With an empty range it is the whole tree. Proofs between sizes, and of leaves, that the range
    does not hide are as in RFC 6962; others raise NodeUnknownError.
    """

    def __init__(self, leaves: Sequence[bytes], base: Range | None = None) -> None:
        self._base = base or Range()
        self._leaves = leaves
        self.size = self._base.size + len(leaves)
        self._known: dict[tuple[int, int], bytes] = {}
        start = 0
        for root in self._base.roots:
            width = 1 << ((self._base.size - start).bit_length() - 1)
            self._known[start, start + width] = root
            start += width

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves."""
        size = self.size if size is None else size
        return self._node(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The audit path (RFC 6962, 2.1.1) of the leaf at `index`, counted from 0."""
        if not 0 <= index < size <= self.size:
            raise ValueError("no such leaf in a tree of this size")
        return self._path(index, 0, size)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof (RFC 6962, 2.1.2) that the tree of `new` leaves begins with that of `old`."""
        if not 0 <= old <= new <= self.size:
            raise ValueError("no such trees")
        return [] if old in (0, new) else self._subproof(old, 0, new, whole=True)

    def _node(self, start: int, end: int) -> bytes:
        known = self._known.get((start, end))
        if known is not None:
            return known
        if end - start == 1:
            if start < self._base.size:
                raise NodeUnknownError
            return self._leaves[start - self._base.size]
        middle = start + _split(end - start)
        found = node_of(self._node(start, middle), self._node(middle, end))
        self._known[start, end] = found
        return found

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + _split(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self._node(middle, end)]
        return [*self._path(index, middle, end), self._node(start, middle)]

    def _subproof(self, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if old == end:
            return [] if whole else [self._node(start, end)]
        middle = start + _split(end - start)
        if old <= middle:
            return [*self._subproof(old, start, middle, whole=whole), self._node(middle, end)]
        return [*self._subproof(old, middle, end, whole=False), self._node(start, middle)]


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that the leaf at `index` is in the tree of `size` leaves and `root`.

    The steps are those of RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_of(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_of(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def extends(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree of `new` leaves begins with the tree of `old` leaves.

    The steps are those of RFC 9162, 2.1.4.2.
    """
    if old in (0, new) or old > new or not proof:
        return not proof and (old == 0 < new or (old == new and old_root == new_root))
    power_of_two = not old & (old - 1)
    first, *nodes = [old_root, *proof] if power_of_two else proof
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    second = first
    for node in nodes:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_of(node, first), node_of(node, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_of(second, node)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
