"""Why a checkpoint was not signed, or an anchor does not have it: a sentence for each code."""

from casework.messages import N_

REASONS = {
    # the log is not signed
    "checkpoint_altered": N_("A checkpoint in the database is not as it was signed."),
    "checkpoint_gone": N_("A checkpoint that was signed is gone from the database."),
    "entries_gone": N_("Entries that were signed are gone from the log."),
    "chain_broken": N_("New entries of the log do not follow on one another."),
    "first_entry_altered": N_("The first entry of the log is not the one that was signed."),
    "anchor_foreign": N_("An anchor holds a checkpoint that this log did not sign."),
    "anchor_ahead": N_(
        "An anchor knows of more entries than the log has: an older database was put back, or "
        "entries were cut off."
    ),
    "anchor_contradicts": N_("An anchor holds a checkpoint over other entries than the log has."),
    # an anchor fails
    "missing": N_(
        "The place is not there. Put it back, or make an empty file there to begin anew."
    ),
    "unreadable": N_("The place cannot be read."),
    "unwritable": N_("The place cannot be written to."),
    "disk_full": N_("The disk is full. Nothing was changed there; it is tried again."),
    "malformed": N_("What lies there is not a checkpoint."),
    "unreachable": N_("It does not answer; it is tried again."),
    "not_answered": N_("It did not do what was asked; it is tried again."),
    "not_cosigned": N_("The answer does not carry the countersignature."),
    "knows_more_entries": N_(
        "The second organisation countersigned more entries than the log has: an older database "
        "was put back, or entries were cut off."
    ),
    "bad_timestamp": N_("The timestamp is not one of this checkpoint."),
    "authority_missing": N_("The certificate of the timestamp's authority is not there."),
}


def reason_of(code: str) -> str:
    """The sentence of a code."""
    return REASONS[code]
