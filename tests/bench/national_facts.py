"""Ten years of national facts for the KPIs, the same in every run: grades and figures come from hashes.

Every school is inspected once a year and every tenth was another school before, which has the first five years. One in
seven is a secondary school.
"""

import psycopg

SCHOOLS, YEARS, ALLIANCES, MEMBERS = 24_000, 10, 800, 12
DESIGNATIONS, DEPLOYMENTS = 10_000, 100_000

_READ = "gen_random_uuid(), n, now()"
_GIVEN_TO = "(CASE WHEN n % 10 = 0 AND year < 5 THEN 500000 ELSE 100000 END + n)::text"
_FACTS = f"""
    INSERT INTO schools (urn, recorded_at) SELECT (100000 + n)::text, now() FROM generate_series(1, {SCHOOLS}) AS n;
    INSERT INTO school_links (predecessor_urn, successor_urn, kind, known_from_on, upload_id, line, recorded_at)
        SELECT (500000 + n)::text, (100000 + n)::text, 'predecessor', '1900-01-01', {_READ}
        FROM generate_series(10, {SCHOOLS}, 10) AS n;
    INSERT INTO inspections (urn, inspected_on, overall, teaching, leadership, known_from_on, upload_id, line,
                             recorded_at)
        SELECT {_GIVEN_TO}, on_day, 1 + abs(hashint4(n * 31 + year)) % 4, 1 + abs(hashint4(n * 37 + year)) % 4,
               1 + abs(hashint4(n * 41 + year)) % 4, on_day, {_READ}
        FROM generate_series(0, {YEARS - 1}) AS year, generate_series(1, {SCHOOLS}) AS n,
             LATERAL (SELECT date '2008-09-15' + 365 * year + n % 170 AS on_day) AS day;
    INSERT INTO attainments (level, code, year, figure, unit, value, pupils, known_from_on, upload_id, line,
                             recorded_at)
        SELECT 'school', {_GIVEN_TO}, 2007 + year, figure, unit, abs(hashint4(n * 43 + year)) % 1000 / 10.0,
               20 + abs(hashint4(n)) % 200, make_date(2008 + year, 8, 31), {_READ}
        FROM generate_series(0, {YEARS - 1}) AS year, generate_series(1, {SCHOOLS}) AS n,
             (VALUES (false, 'rwm_expected', 'percent'), (false, 'rwm_expected_others', 'percent'),
                     (false, 'rwm_expected_disadvantaged', 'percent'), (true, 'attainment_8', 'points'),
                     (true, 'basics_9_4', 'percent'), (true, 'attainment_8_others', 'points'),
                     (true, 'attainment_8_disadvantaged', 'points')) AS told (is_secondary, figure, unit)
        WHERE is_secondary = (n % 7 = 0);
    INSERT INTO headship_vacancies (urn, counted_on, is_vacant, known_from_on, upload_id, line, recorded_at)
        SELECT {_GIVEN_TO}, on_day, abs(hashint4(n * 47 + year)) % 10 = 0, on_day, {_READ}
        FROM generate_series(0, {YEARS - 1}) AS year, generate_series(1, {SCHOOLS}) AS n,
             LATERAL (SELECT make_date(2008 + year, 11, 1) AS on_day) AS day;
    INSERT INTO school_places (urn, phase, region, known_from_on, upload_id, line, recorded_at)
        SELECT (100000 + n)::text, CASE WHEN n % 7 = 0 THEN 'Secondary' ELSE 'Primary' END, 'Region ' || n % 9,
               '1900-01-01', {_READ} FROM generate_series(1, {SCHOOLS}) AS n;
    INSERT INTO school_characteristics (urn, year, pupils, disadvantaged_percent, known_from_on, upload_id, line,
                                        recorded_at)
        SELECT (100000 + n)::text, 2008 + year, 50 + abs(hashint4(n)) % 1200, abs(hashint4(n * 3 + year)) % 600 / 10.0,
               make_date(2008 + year, 9, 1), {_READ}
        FROM generate_series(0, {YEARS - 1}) AS year, generate_series(1, {SCHOOLS}) AS n;
    INSERT INTO alliances (alliance_id, recorded_at)
        SELECT md5(n::text)::uuid, now() FROM generate_series(1, {ALLIANCES}) AS n;
    INSERT INTO memberships (membership_id, alliance_id, urn, from_on, recorded_at)
        SELECT gen_random_uuid(), md5(n::text)::uuid, (100000 + (n * {MEMBERS} + m) % {SCHOOLS} + 1)::text,
               '2011-09-01', now()
        FROM generate_series(1, {ALLIANCES}) AS n, generate_series(1, {MEMBERS}) AS m;
    INSERT INTO times_in_alliances SELECT membership_id, urn, from_on, to_on FROM memberships;
    INSERT INTO alliance_figures (alliance_id, year, figure, value, people, known_from_on, upload_id, line, recorded_at)
        SELECT md5(n::text)::uuid, 2007 + year, figure, n % 50, n % 50 + 10, make_date(2008 + year, 8, 31), {_READ}
        FROM generate_series(1, {ALLIANCES}) AS n, generate_series(0, {YEARS - 1}) AS year,
             unnest(ARRAY['trainees_trained', 'trainees_employed']) AS figure;
    INSERT INTO designations (designation_id, alliance_id, leader_id, kind, designated_on, last_day_on, trained_on,
                              recorded_at)
        SELECT md5('d' || n)::uuid, md5((1 + n % {ALLIANCES})::text)::uuid, md5('l' || n)::uuid, 'sle',
               on_day, on_day + 92, on_day - 30, now()
        FROM generate_series(1, {DESIGNATIONS}) AS n, LATERAL (SELECT date '2011-09-01' + n % 2300 AS on_day) AS day;
    INSERT INTO deployments (deployment_id, alliance_id, leader_id, first_day_on, recorded_at)
        SELECT md5('b' || n)::uuid, md5((1 + n % {DESIGNATIONS} % {ALLIANCES})::text)::uuid,
               md5('l' || n % {DESIGNATIONS})::uuid, date '2011-09-01' + abs(hashint4(n)) % 2400, now()
        FROM generate_series(1, {DEPLOYMENTS}) AS n;
    VACUUM ANALYZE
"""


def load_national_facts(admin_url: str) -> None:
    """Loads them into a migrated database of kpi-service, as the superuser at `admin_url`."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for statement in _FACTS.split(";"):
            admin.execute(statement.encode())
