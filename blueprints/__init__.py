"""Pages by area; each blueprint stands alone."""

from blueprints.account.routes import blueprint as account
from blueprints.admin.routes import blueprint as admin
from blueprints.approvals import blueprint as approvals
from blueprints.assistance import blueprint as assistance
from blueprints.auth.routes import blueprint as auth
from blueprints.budget import blueprint as budget
from blueprints.cases.routes import blueprint as cases
from blueprints.complaints.routes import blueprint as complaints
from blueprints.confirmations.routes import blueprint as confirmations
from blueprints.consent.routes import blueprint as consent
from blueprints.consular_help.routes import blueprint as consular_help
from blueprints.directory.routes import blueprint as directory
from blueprints.documents import blueprint as documents
from blueprints.gate import blueprint as gate
from blueprints.home.routes import blueprint as home
from blueprints.movements import arrivals, convoy, offers, papers, terms
from blueprints.movements import blueprint as movements
from blueprints.people import blueprint as people
from blueprints.plans import blueprint as plans
from blueprints.policy import blueprint as policy
from blueprints.protection.activity_routes import blueprint as activity
from blueprints.protection.break_glass_routes import blueprint as break_glass
from blueprints.protection.evidence_routes import blueprint as evidence
from blueprints.protection.log_routes import blueprint as log
from blueprints.protection.public_concern_routes import blueprint as public_concern
from blueprints.protection.routes import blueprint as protection
from blueprints.public import ask, status, told
from blueprints.quarantine import blueprint as quarantine
from blueprints.referrals import blueprint as referrals
from blueprints.requests import blueprint as requests
from blueprints.retention.routes import blueprint as retention
from blueprints.rights import blueprint as rights
from blueprints.season import blueprint as season
from blueprints.statistics.routes import blueprint as statistics

BLUEPRINTS = (
    account,
    activity,
    admin,
    approvals,
    arrivals,
    ask,
    assistance,
    auth,
    break_glass,
    budget,
    cases,
    complaints,
    confirmations,
    consent,
    convoy,
    consular_help,
    directory,
    documents,
    evidence,
    gate,
    home,
    log,
    people,
    movements,
    offers,
    papers,
    terms,
    plans,
    policy,
    protection,
    public_concern,
    quarantine,
    referrals,
    requests,
    retention,
    rights,
    season,
    statistics,
    status,
    told,
)
