"""Keys whose data were never committed."""

from datetime import datetime, timedelta

from sqlalchemy import select

from audit.record import Act
from casework.clock import made_at, now
from casework.services.work import Work
from casework.vocabulary import Purpose
from models.subject import Subject

#: Keys are committed before their data; a younger one may still be waiting for them.
GRACE = timedelta(days=1)


def sweep_orphan_keys(work: Work, at: datetime | None = None) -> int:
    """Destroy keys older than a day that belong to no subject; returns how many subjects."""
    limit = (at or now()) - GRACE
    old = {found for found in work.database.keystore.subject_ids() if made_at(found) < limit}
    orphans = sorted(old - set(work.session.scalars(select(Subject.id))))
    if orphans:
        work.record(
            Act("keys.orphans_swept", Purpose.ADMINISTRATION, facts={"subjects": len(orphans)})
        )
        work.database.keystore.destroy(orphans)
    return len(orphans)
