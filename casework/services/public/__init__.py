"""What people do themselves, without an account: asking, and coming back with a PIN.

Every transaction here reaches past the rules of the database on purpose (`Work.beyond`), since
nobody known stands behind it; what leaves are the frozen views of `status`, never rows.
"""
