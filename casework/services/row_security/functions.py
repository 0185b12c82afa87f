"""The SQL functions that rules call, in a schema whose key table only the owner can read.

`identity` alone runs as the owner (SECURITY DEFINER), to read the key. No function looks past the
rules: what they read, they read as whoever asks.
"""

SCHEMA = "row_security"

TABLES = (
    f"CREATE TABLE {SCHEMA}.identity_key (inner_pad bytea NOT NULL, outer_pad bytea NOT NULL)",
    f"CREATE TABLE {SCHEMA}.installed (kind text, name text, source text NOT NULL, "
    "stored text NOT NULL, PRIMARY KEY (kind, name))",
)

#: name -> (what it returns, language and security, body)
FUNCTIONS: dict[str, tuple[str, str, str]] = {
    "identity": (
        "text[]",
        "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp",
        """
DECLARE
  claim text := current_setting('casework.identity', true);
  said text := split_part(claim, '.', 1);
  parts text[] := string_to_array(said, '|');
  pads record;
BEGIN
  IF coalesce(claim, '') = '' THEN
    RETURN NULL;
  END IF;
  SELECT inner_pad, outer_pad INTO pads FROM row_security.identity_key;
  IF encode(sha256(pads.outer_pad || sha256(pads.inner_pad || convert_to(said, 'UTF8'))), 'hex')
     IS DISTINCT FROM split_part(claim, '.', 2)
     OR to_timestamp(parts[4]::bigint) < now() - interval '5 minutes' THEN
    RETURN NULL;
  END IF;
  RETURN parts;
END
""",
    ),
    "role": ("text", "LANGUAGE sql", "SELECT (row_security.identity())[1]"),
    "user_id": ("uuid", "LANGUAGE sql", "SELECT nullif((row_security.identity())[2], '')::uuid"),
    "organisation_id": (
        "uuid",
        "LANGUAGE sql",
        "SELECT nullif((row_security.identity())[3], '')::uuid",
    ),
    "everything": (
        "boolean",
        "LANGUAGE sql",
        "SELECT coalesce((row_security.identity())[1] = 'system', false)",
    ),
    "excluded": (
        "SETOF uuid",
        "LANGUAGE plpgsql",
        "BEGIN RETURN QUERY SELECT case_id FROM public.exclusion "
        "WHERE user_id = row_security.user_id(); END",
    ),
    "opened": (
        "SETOF uuid",
        "LANGUAGE plpgsql",
        "BEGIN RETURN QUERY SELECT case_id FROM public.break_glass "
        "WHERE user_id = row_security.user_id() AND ends_at > now(); END",
    ),
}


#: Parents that a rule asks for through a function: written out, the rules of parents of parents
#: would multiply in every plan.
PARENTS = ("case", "person", "referral", "stay")
#: Rows through which a person may be read.
CHILDREN_OF_PEOPLE = ("case_person", "referral")


def statements(questions: dict[str, str]) -> dict[str, str]:
    """Function name to the statement that makes it; `questions` are queries about one `asked` id.

    Their search path is pinned: a temporary table must not stand in for a real one.
    """
    made = {
        name: f"CREATE FUNCTION {SCHEMA}.{name}() RETURNS {returns} STABLE PARALLEL SAFE {options} "
        f"AS $body${body}$body$"
        for name, (returns, options, body) in FUNCTIONS.items()
    }
    for parent in PARENTS:
        questions |= {f"reads_{parent}": f'SELECT 1 FROM "{parent}" WHERE id = asked'}
    for child in CHILDREN_OF_PEOPLE:
        questions |= {f"reads_{child}_of": f'SELECT 1 FROM "{child}" WHERE person_id = asked'}
    questions |= {"reads_stay_of_hold": 'SELECT 1 FROM "stay" WHERE hold_id = asked'}
    for name, query in questions.items():
        made[name] = (
            f"CREATE FUNCTION {SCHEMA}.{name}(asked uuid) RETURNS boolean STABLE PARALLEL SAFE "
            "LANGUAGE plpgsql SET search_path = public, pg_temp "
            f"AS $body$BEGIN RETURN EXISTS ({query}); END$body$"
        )
    return made
