"""Leaves and links: formats that never change once released."""

from hashlib import sha256

from audit.chain import GENESIS, leaf_of, link_of


def test_leaf_and_link_are_frozen() -> None:
    leaf = leaf_of(b'{"v":1}')
    assert leaf.hex() == "0fe7f04cd9688fb996eea9ae1248cbe83b4d04805413f35ab25ad9deb5a3cb32"
    assert leaf == sha256(b'\x00{"v":1}').digest()
    link = link_of(GENESIS, leaf)
    assert link.hex() == "053b8d2f7cb1b62dd5bef338578e388c5544247a7c92a20c70ae3a72553a4b85"
    assert link == sha256(b"\x02" + bytes(32) + leaf).digest()
    assert link_of(link, leaf) != link


def test_an_empty_leaf_is_that_of_rfc_6962() -> None:
    assert leaf_of(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
