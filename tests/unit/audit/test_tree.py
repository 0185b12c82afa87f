"""The tree of RFC 6962, against its published vectors and against its definition."""

from hashlib import sha256
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.chain import leaf_of
from audit.tree import EMPTY_ROOT, NodeUnknownError, Range, Tree, extends, includes

#: The inputs and roots of the reference implementation of Certificate Transparency.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
#: (index from 0, size) -> path
PATHS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
#: (old size, new size) -> proof
PROOFS = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
LEAVES = [leaf_of(data) for data in INPUTS]


def hexes(hashes: list[bytes]) -> list[str]:
    return [found.hex() for found in hashes]


def leaves(count: int) -> list[bytes]:
    return [leaf_of(str(number).encode()) for number in range(count)]


def naive_root(found: list[bytes]) -> bytes:
    """The definition, RFC 6962 section 2.1."""
    if not found:
        return sha256(b"").digest()
    if len(found) == 1:
        return found[0]
    split = 1
    while split * 2 < len(found):
        split *= 2
    return sha256(b"\x01" + naive_root(found[:split]) + naive_root(found[split:])).digest()


def test_the_published_vectors() -> None:
    assert EMPTY_ROOT.hex() == ROOTS[0]
    for size, root in enumerate(ROOTS):
        growing = Range()
        growing.extend(LEAVES[:size])
        assert growing.root().hex() == Tree(LEAVES).root(size).hex() == root
    for (index, size), path in PATHS.items():
        assert hexes(Tree(LEAVES).inclusion(index, size)) == path
    for (old, new), proof in PROOFS.items():
        assert hexes(Tree(LEAVES).consistency(old, new)) == proof


@given(st.integers(0, 150), st.integers(0, 150), st.integers(0, 150))
def test_it_is_the_definition_however_it_grew(first: int, second: int, third: int) -> None:
    everything = leaves(first + second + third)
    growing = Range()
    growing.extend(everything[:first])
    growing = Range.read(first, growing.packed())
    growing.extend(everything[first : first + second])
    assert growing.root() == naive_root(everything[: first + second])
    base = Range(growing.size, list(growing.roots))
    growing.extend(everything[first + second :])
    assert growing.root() == naive_root(everything) == Tree(everything).root()
    if third:
        assert Tree(everything[first + second :], base).root() == growing.root()


def test_every_leaf_and_every_earlier_tree_is_proven_and_nothing_else() -> None:
    everything = leaves(20)
    tree = Tree(everything)
    for size in range(21):
        for index in range(size):
            path = tree.inclusion(index, size)
            root = tree.root(size)
            assert includes(everything[index], index, size, path, root)
            assert not includes(leaf_of(b"other"), index, size, path, root)
            assert (
                not includes(everything[index], (index + 1) % size, size, path, root) or size == 1
            )
            assert not includes(everything[index], index, size, [*path, root], root)
            assert not path or not includes(everything[index], index, size, path[:-1], root)
        for old in range(size + 1):
            proof = tree.consistency(old, size)
            assert extends(old, size, tree.root(old), tree.root(size), proof)
            if 0 < old < size:
                forged = tree.root(old)[::-1]
                assert not extends(old, size, forged, tree.root(size), proof)
                assert not extends(old, size, tree.root(old), forged, proof)
                assert not extends(old, size, tree.root(old), tree.root(size), proof[:-1])
                assert not extends(old, size, tree.root(old), tree.root(size), [*proof, forged])


def test_no_proof_of_what_cannot_be() -> None:
    root = Tree(LEAVES).root()
    assert not includes(LEAVES[0], 8, 8, [], root)
    assert not extends(9, 8, root, root, [])
    assert not extends(8, 8, root, root[::-1], [])
    assert not extends(3, 8, root, root, [])
    with pytest.raises(ValueError, match="no such"):
        Tree(LEAVES).inclusion(8, 8)
    with pytest.raises(ValueError, match="no such"):
        Tree(LEAVES).consistency(3, 9)
    with pytest.raises(ValueError, match="subtrees"):
        Range.read(3, bytes(32))


def test_a_tree_grown_from_a_range_proves_what_came_since() -> None:
    everything = leaves(40)
    whole = Tree(everything)
    for base_size, size in product((1, 5, 8, 17, 32), (33, 36, 40)):
        base = Range()
        base.extend(everything[:base_size])
        grown = Tree(everything[base_size:], base)
        assert grown.consistency(base_size, size) == whole.consistency(base_size, size)
        assert grown.root(size) == whole.root(size)
        for index in range(base_size, size):
            assert grown.inclusion(index, size) == whole.inclusion(index, size)
    with pytest.raises(NodeUnknownError):
        Tree(everything[17:], Range.read(17, _packed(everything[:17]))).inclusion(3, 40)


def _packed(found: list[bytes]) -> bytes:
    growing = Range()
    growing.extend(found)
    return growing.packed()
