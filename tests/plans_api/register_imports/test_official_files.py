"""The register's files exactly as they were downloaded, in several years' formats."""

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest

from plans_api.register_imports.recognition import FileKind, RegisterNotReadable
from plans_api.register_imports.register_file import RegisterFile, open_register
from plans_api.register_imports.register_row import (
    GroupOfSchool,
    KnownSchool,
    LinkBetween,
    LinkWithoutDirection,
    RefusedRow,
)
from plans_api.schools.school import SchoolStatus
from plans_api.schools.succession import Succession, SuccessionKind, lineage_of

DATA = Path(__file__).parents[4] / "shared" / "data"
SAMPLES = DATA / "original-samples"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the published files are not beside this repository")


def opened(name: str) -> RegisterFile:
    file = DATA / name if (DATA / name).exists() else SAMPLES / name
    return open_register(file.read_bytes(), gzipped=name.endswith(".gz"))


def refused(records: list[object]) -> list[RefusedRow]:
    return [record for record in records if isinstance(record, RefusedRow)]


@needs_data
def test_the_extract_of_2017_with_rows_that_run_on_past_its_header() -> None:
    file = opened("edubasealldata_header_2017.18rows.csv")
    records = list(file.records)
    schools = {record.school.urn: record for record in records if isinstance(record, KnownSchool)}
    assert (file.kind, file.rows_read, refused(list(records))) == (FileKind.SCHOOLS, len(records), [])
    first = schools["100000"].school
    assert (first.status, first.local_authority_code, first.region) == (SchoolStatus.OPEN, "201", "London")
    assert first.latitude == pytest.approx(51.51397, abs=1e-4)
    assert first.longitude == pytest.approx(-0.07753, abs=1e-4)
    runs_on = schools["124930"]
    assert runs_on.school.status is SchoolStatus.CLOSED
    assert {"region", "latitude"}.isdisjoint(runs_on.facts)
    assert "name" in runs_on.facts


@needs_data
def test_the_search_download_of_2022_without_codes_and_with_spilled_cells() -> None:
    file = opened("gias_search_download_2022-04-20.first300.csv")
    records = list(file.records)
    schools = [record.school for record in records if isinstance(record, KnownSchool)]
    assert (len(schools), refused(list(records))) == (file.rows_read, [])
    assert Counter(school.region for school in schools)["South East"] > 250
    assert all(school.latitude is not None for school in schools if school.status is SchoolStatus.OPEN)


@needs_data
def test_group_links_have_a_header_one_field_longer_than_their_rows() -> None:
    records = list(opened("grouplinks_edubaseallacademiesandfree20190601.cp1252-rows.csv").records)
    groups = [record for record in records if isinstance(record, GroupOfSchool)]
    assert refused(list(records)) == []
    assert "FIERTÉ MULTI-ACADEMY TRUST" in {group.trust_name for group in groups}
    assert all(group.trust_name is None or "School sponsor" not in group.trust_name for group in groups)


@needs_data
def test_the_links_of_2025_are_read_whole() -> None:
    file = opened("school_links_2025.csv.gz")
    records = list(file.records)
    assert (file.kind, file.rows_read, refused(list(records))) == (FileKind.LINKS, 34_348, [])
    assert all(isinstance(record, LinkBetween | LinkWithoutDirection) for record in records)
    kinds = Counter(record.succession.kind for record in records if isinstance(record, LinkBetween))
    assert min(kinds[kind] for kind in SuccessionKind) > 40


@needs_data
def test_the_chains_of_links_lead_where_the_published_lookup_says() -> None:
    links = [
        record.succession for record in opened("school_links_2025.csv.gz").records if isinstance(record, LinkBetween)
    ]
    with gzip.open(DATA / "urn_latest_lookup_2022-03.csv.gz", "rt") as file:
        lookup = list(csv.DictReader(file))
    by_urn: dict[str, list[Succession]] = {}
    for link in links:
        by_urn.setdefault(link.predecessor_urn, []).append(link)
    reached = 0
    for row in lookup:
        chain, waiting, seen = [], [row["OLD_URN"]], {row["OLD_URN"]}
        while waiting:
            found = by_urn.get(waiting.pop(), [])
            chain += found
            waiting += [link.successor_urn for link in found if link.successor_urn not in seen]
            seen |= {link.successor_urn for link in found}
        reached += row["LATEST_URN"] in lineage_of(row["OLD_URN"], chain).successors
    assert reached / len(lookup) > 0.99


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (b"URN,LinkURL,LinkType\n", "LinkURN (“LinkURL” comes near)"),
        (b"URN,Establishment Name,LA (code),PhaseOfEducation (name)\n", "EstablishmentStatus (name)"),
        (b"a,b,c\n", "lacks"),
    ],
)
def test_an_unknown_header_says_what_was_looked_for_and_what_came_nearest(header: bytes, said: str) -> None:
    with pytest.raises(RegisterNotReadable) as refusal:
        open_register(header + b"1,2,3\n", gzipped=False)
    assert said in refusal.value.detail


def test_a_link_that_both_ends_name_is_told_once_in_the_more_telling_words() -> None:
    rows = (
        b"100000,100001,Successor,31-08-2014\n100001,100000,Predecessor - merged,01-09-2014\n100002,100002,Successor,\n"
    )
    records = list(open_register(b"URN,LinkURN,LinkType,LinkEstablishedDate\n" + rows, gzipped=False).records)
    [told] = [record.succession for record in records if isinstance(record, LinkBetween)]
    assert (told.predecessor_urn, told.successor_urn, told.kind) == ("100000", "100001", SuccessionKind.MERGER)
    assert str(told.on) == "2014-09-01"
    assert [row.code for row in refused(list(records))] == ["links-to-itself"]


def test_a_lineage_follows_mergers_and_splits_and_ends_in_a_circle_where_it_began() -> None:
    def link(before: str, after: str) -> Succession:
        return Succession(before, after, SuccessionKind.SUCCESSION, None)

    chain = [link("1", "3"), link("2", "3"), link("3", "4"), link("3", "5")]
    assert lineage_of("1", chain).latest == {"4", "5"}
    assert lineage_of("5", chain).predecessors == {"1", "2", "3"}
    assert lineage_of("9", chain).latest == {"9"}
    assert lineage_of("1", [link("1", "2"), link("2", "1")]).successors == {"2"}
