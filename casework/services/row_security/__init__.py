"""The second line of the access policy: PostgreSQL's own row-level security.

`identity` says who a transaction acts for, `rules` which rows each table shows to whom, `install`
writes both into the database and finds what was altered. SQLite has no such rules: there this
package does nothing. docs/row-security.md tells what it stops and what it does not.
"""
