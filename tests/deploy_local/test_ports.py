"""Ports are chosen by the environment, and a taken one is named together with what chooses another."""

import socket

import pytest

from tsa_local.ports import Ports, free_port, reach_ourselves_directly, read_ports, require_free
from tsa_local.trouble import Trouble


def test_the_usual_ports_unless_the_environment_says_otherwise() -> None:
    assert read_ports({}) == Ports(plans=8101, broker=8102, kpis=8103)
    assert read_ports({"TSA_BROKER_PORT": "9000", "TSA_KPI_PORT": ""}) == Ports(broker=9000)


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1", "80 ", "8.1"])
def test_what_is_no_port_is_refused_by_name(text: str) -> None:
    with pytest.raises(Trouble, match="TSA_KPI_PORT is"):
        read_ports({"TSA_KPI_PORT": text})


def test_two_services_never_share_a_port() -> None:
    with pytest.raises(Trouble, match="same port"):
        read_ports({"TSA_PLANS_PORT": "8102"})


def test_a_taken_port_is_named_with_the_variable_that_chooses_another() -> None:
    port = free_port()
    require_free(port, wanted_by="plans-api", variable="TSA_PLANS_PORT")
    told = pytest.raises(Trouble, match=rf"Port {port}, wanted by plans-api, .*TSA_PLANS_PORT=")
    with socket.create_server(("127.0.0.1", port)), told:
        require_free(port, wanted_by="plans-api", variable="TSA_PLANS_PORT")
    require_free(port, wanted_by="plans-api", variable="TSA_PLANS_PORT")


@pytest.mark.parametrize(
    ("given", "direct"),
    [
        ({}, "127.0.0.1"),
        ({"NO_PROXY": "school.example,.local"}, "school.example,.local,127.0.0.1"),
        ({"NO_PROXY": "other", "no_proxy": "school.example"}, "school.example,127.0.0.1"),
        ({"no_proxy": "127.0.0.1,school.example"}, "127.0.0.1,school.example"),
    ],
)
def test_no_proxy_stands_between_our_own_programs(given: dict[str, str], direct: str) -> None:
    environment = dict(given)
    reach_ourselves_directly(environment)
    assert environment["no_proxy"] == direct
