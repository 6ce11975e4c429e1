"""The second part of the main job: leaders, their designations, requests for help, and deployments."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tsa_local import scenario
from tsa_local.api_client import JsonObject
from tsa_local.broker_client import BrokerApi
from tsa_local.demo_alliance import BROKER, SCHOOL, Alliance
from tsa_local.demo_deployment import deploy
from tsa_local.product import Product
from tsa_local.story import DeploymentOfTheYear, HelpAsked, LeaderOfTheYear
from tsa_local.trouble import Trouble
from tsa_local.waiting import until_known

INVENTED = "Invented for the demonstration."
"""What every free text begins with: the schools may be real ones, of which nothing is to be claimed."""

EVIDENCE = f"{INVENTED} Three lessons seen."
REASON_FOR_WITHDRAWAL = "left_home_school"


@dataclass(frozen=True)
class Brokerage:
    """What sle-broker holds of the story: leaders by name, their designations, and all deployments.

    `request` is the one that is brokered as part of the job, `deployment` and `visits` are what came of it.
    """

    leaders: Mapping[str, JsonObject]
    designations: Sequence[JsonObject]
    deployments: Sequence[JsonObject]
    request: JsonObject
    shortlist: JsonObject
    deployment: JsonObject
    visits: Sequence[JsonObject]


def broker_the_year(product: Product, alliance: Alliance, say: Callable[[str], None]) -> Brokerage:
    """The year's leaders and deployments, and one request brokered with reasons.

    Everything is looked for first and recorded where it is not there. Raises `Trouble`.
    """
    broker = BrokerApi(product.broker(alliance.tokens[BROKER]))
    school = BrokerApi(product.broker(alliance.tokens[SCHOOL]))
    say("waiting until sle-broker has read the register and the roles")
    # Of all that was recorded at plans-api the school's role came last, and the feed keeps the order.
    until_known(lambda: list(school.support_requests(alliance.id)), "The role of the school")

    say("registering leaders and validating their specialisms")
    leaders = _register_leaders(broker, alliance)
    _settle_specialisms(broker, leaders)
    say("designating leaders")
    designations = _designate(broker, leaders)

    say("recording the deployments of the year")
    deployments: list[JsonObject] = []
    for placement in scenario.EARLIER_PLACEMENTS:
        earlier = _accepted(broker, broker, alliance, placement.help)
        deployments += deploy(broker, earlier, leaders[placement.leader]["id"], placement.deployment)
        _matched(broker, earlier, placement.deployment)

    say("a school asks for help")
    request = _accepted(school, broker, alliance, scenario.REQUEST)
    say("drawing up the shortlist with reasons")
    shortlist = broker.shortlist(request["id"], scenario.SHORTLISTED_ON)
    say("deploying the leader")
    (deployment,) = deploy(broker, request, _chosen(broker, request, shortlist), scenario.DEPLOYMENT)
    return Brokerage(
        leaders=leaders,
        designations=designations,
        deployments=[*deployments, deployment],
        request=_matched(broker, request, scenario.DEPLOYMENT),
        shortlist=shortlist,
        deployment=deployment,
        visits=list(broker.visits(deployment["id"])),
    )


def _register_leaders(broker: BrokerApi, alliance: Alliance) -> dict[str, JsonObject]:
    known = {leader["name"]: leader for leader in broker.leaders(alliance.id)}
    return {leader.name: known.get(leader.name) or _register(broker, alliance, leader) for leader in scenario.LEADERS}


def _register(broker: BrokerApi, alliance: Alliance, leader: LeaderOfTheYear) -> JsonObject:
    return broker.register_leader(
        alliance.id,
        kind=leader.kind,
        name=leader.name,
        home_school_urn=alliance.urn(leader.home_school),
        phases=leader.phases,
        allowance_days=leader.allowance_days,
        travel_limit_km=leader.travel_limit_km,
        conflicts=[alliance.urn(leader.conflict_with)] if leader.conflict_with else [],
        not_released=leader.not_released,
    )


def _settle_specialisms(broker: BrokerApi, leaders: Mapping[str, JsonObject]) -> None:
    held = {
        (specialism["leader_id"], specialism["specialism"]["code"]): specialism
        for specialism in broker.leader_specialisms(_ids(leaders.values()))
    }
    for leader in scenario.LEADERS:
        leader_id, since = leaders[leader.name]["id"], leader.designations[0].on
        for code in (*leader.claimed, *leader.validated):
            specialism = held.get((leader_id, code)) or broker.claim_specialism(leader_id, code, since)
            if code in leader.validated and specialism["standing"] == "claimed":
                broker.validate_specialism(specialism, since, EVIDENCE)


def _designate(broker: BrokerApi, leaders: Mapping[str, JsonObject]) -> list[JsonObject]:
    known = {
        (designation["leader_id"], designation["designated_on"]): designation
        for designation in broker.designations(_ids(leaders.values()))
    }
    made: list[JsonObject] = []
    for leader in scenario.LEADERS:
        leader_id, renewed = leaders[leader.name]["id"], None
        for planned in leader.designations:
            designation = known.get((leader_id, planned.on.isoformat()))
            if designation is None:
                designation = broker.designate(leader_id, planned.on, planned.round, renewed)
            if planned.withdrawn_on is not None and designation["withdrawn_on"] is None:
                designation = broker.withdraw(designation, planned.withdrawn_on, REASON_FOR_WITHDRAWAL)
            renewed = designation["id"]
            made.append(designation)
    return made


def _accepted(asking: BrokerApi, broker: BrokerApi, alliance: Alliance, asked: HelpAsked) -> JsonObject:
    """The request, submitted by whoever asks and accepted by the broker."""
    urn = alliance.urn(asked.host_school)
    request = next(
        (
            known
            for known in broker.support_requests(alliance.id)
            if known["host_school_urn"] == urn and known["earliest_start_on"] == asked.earliest_start.isoformat()
        ),
        None,
    )
    if request is None:
        request = asking.ask_for_support(
            alliance.id,
            urn,
            areas=asked.specialisms,
            phase=asked.host_school.phase,
            days_wanted=asked.days,
            window=(asked.earliest_start, asked.latest_finish),
            urgency=asked.urgency,
            context=f"{INVENTED} {asked.context}",
            submitted_on=asked.submitted_on,
        )
    if request["state"] == "submitted":
        request = broker.move_support_request(request, "accepted", asked.accepted_on)
    return request


def _matched(broker: BrokerApi, request: JsonObject, deployment: DeploymentOfTheYear) -> JsonObject:
    """The request, matched from the day on which its deployment was agreed."""
    if request["state"] != "accepted":
        return request
    return broker.move_support_request(request, "matched", deployment.steps.agreed_on)


def _chosen(broker: BrokerApi, request: JsonObject, shortlist: JsonObject) -> str:
    """Who was deployed for the request already, or else who heads the shortlist."""
    deployed = next(broker.deployments(request["id"]), None)
    if deployed is not None:
        return str(deployed["leader_id"])
    if not shortlist["candidates"]:
        raise Trouble("Nobody can be offered for the request: every leader is blocked.")
    return str(shortlist["candidates"][0]["leader_id"])


def _ids(things: Iterable[JsonObject]) -> list[str]:
    return [thing["id"] for thing in things]
