"""Keys, cells and tokens: the only importer of `cryptography`."""
