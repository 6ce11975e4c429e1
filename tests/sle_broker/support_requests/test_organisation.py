import pytest

from sle_broker.support_requests.organisation import NamedOrganisation, Organisation, ReferenceNotOfTheOrganisation

REFERENCES = {
    Organisation.SCHOOL: "108101",
    Organisation.LOCAL_AUTHORITY: "335",
    Organisation.TRUST: "TR01234",
    Organisation.ALLIANCE: "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071",
}


@pytest.mark.parametrize("kind", Organisation)
def test_an_organisation_is_named_by_the_reference_of_its_kind_or_by_none(kind: Organisation) -> None:
    assert NamedOrganisation(kind).reference is None
    for written in ("", " ", "0", "not a reference", "1081011", "33\u0665", "0198C1D2-A7E1-7C3F-8A1B-2C3D4E5F6071"):
        with pytest.raises(ReferenceNotOfTheOrganisation):
            NamedOrganisation(kind, written if kind is not Organisation.TRUST else written + "!")
    if kind in REFERENCES:
        assert NamedOrganisation(kind, REFERENCES[kind]).reference == REFERENCES[kind]
    else:
        with pytest.raises(ReferenceNotOfTheOrganisation):
            NamedOrganisation(kind, "108101")
