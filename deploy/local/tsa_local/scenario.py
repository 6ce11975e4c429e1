"""The invented year of an alliance that the main job records: who its leaders are, and what happened on which day.

Leaders are designated and deployed on dates that give KPI B8b a case on every side of its boundary, as read at the end
of `AS_OF`. The request that is brokered as part of the job finds a leader blocked for each of the reasons there are.
"""

from datetime import date

from tsa_local.story import (
    PRIMARY,
    SECONDARY,
    DeploymentOfTheYear,
    Designated,
    HelpAsked,
    Joined,
    LeaderOfTheYear,
    Placement,
    SchoolAt,
    Steps,
)

AS_OF = date(2015, 3, 13)
"""The day on which the KPIs are asked for."""

YEAR_BEGINS, NEXT_YEAR_BEGINS = date(2014, 9, 1), date(2015, 9, 1)

PHASES = (PRIMARY, SECONDARY)

COHORT = 2
JOINED = (
    Joined(date(2012, 9, 1), PRIMARY, 7),
    Joined(date(2012, 9, 1), SECONDARY, 3),
    Joined(date(2014, 9, 1), PRIMARY, 3),
    Joined(date(2014, 9, 1), SECONDARY, 1),
)
LEAD_SCHOOLS = (SchoolAt(SECONDARY, 0), SchoolAt(PRIMARY, 0))
HOST_SCHOOL = SchoolAt(PRIMARY, 1)

PHONICS, MATHS, BEHAVIOUR, SUBJECT_LEADERSHIP = "phonics", "mathematics", "behaviour", "subject-leadership"

ROUND_OF_2012, ROUND_OF_2013, AUTUMN_ROUND, WINTER_ROUND = "2012 spring", "2013 autumn", "2014 autumn", "2014 winter"

LEADERS = (
    LeaderOfTheYear(
        name="Hilary Marwood",
        kind="sle",
        home_school=SchoolAt(PRIMARY, 0),
        claimed=(),
        validated=(PHONICS,),
        designations=(Designated(date(2014, 9, 15), AUTUMN_ROUND),),
    ),
    LeaderOfTheYear(
        name="Callum Reay",
        kind="sle",
        home_school=SchoolAt(PRIMARY, 2),
        claimed=(),
        validated=(PHONICS,),
        designations=(Designated(date(2014, 11, 30), WINTER_ROUND),),
        allowance_days=6,
    ),
    LeaderOfTheYear(
        name="Bethan Tordoff",
        kind="sle",
        home_school=HOST_SCHOOL,
        claimed=(MATHS,),
        validated=(),
        designations=(Designated(date(2014, 10, 14), AUTUMN_ROUND),),
    ),
    LeaderOfTheYear(
        name="Idris Fenwick",
        kind="sle",
        home_school=SchoolAt(SECONDARY, 1),
        claimed=(),
        validated=(BEHAVIOUR,),
        designations=(Designated(date(2014, 10, 13), AUTUMN_ROUND),),
        phases=(SECONDARY,),
    ),
    LeaderOfTheYear(
        name="Yusra Hallam",
        kind="sle",
        home_school=SchoolAt(PRIMARY, 4),
        claimed=(MATHS,),
        validated=(),
        designations=(Designated(date(2015, 1, 12), WINTER_ROUND),),
    ),
    LeaderOfTheYear(
        name="Oliver Strand",
        kind="sle",
        home_school=SchoolAt(SECONDARY, 3),
        claimed=(PHONICS,),
        validated=(),
        designations=(Designated(date(2014, 12, 13), WINTER_ROUND),),
        phases=(PRIMARY, SECONDARY),
        travel_limit_km=1,
    ),
    LeaderOfTheYear(
        name="Greta Lindqvist",
        kind="sle",
        home_school=SchoolAt(PRIMARY, 5),
        claimed=(PHONICS, MATHS),
        validated=(),
        designations=(Designated(date(2014, 11, 3), WINTER_ROUND, withdrawn_on=date(2015, 1, 5)),),
    ),
    LeaderOfTheYear(
        name="Samuel Okoro",
        kind="sle",
        home_school=SchoolAt(PRIMARY, 6),
        claimed=(),
        validated=(MATHS,),
        designations=(
            Designated(date(2013, 10, 14), ROUND_OF_2013),
            Designated(date(2014, 10, 14), AUTUMN_ROUND),
        ),
        conflict_with=HOST_SCHOOL,
    ),
    LeaderOfTheYear(
        name="Maeve Thirlby",
        kind="sle",
        home_school=SchoolAt(PRIMARY, 7),
        claimed=(),
        validated=(PHONICS,),
        designations=(Designated(date(2014, 9, 22), AUTUMN_ROUND),),
        not_released=(date(2015, 1, 5), date(2015, 7, 17)),
    ),
    LeaderOfTheYear(
        name="Tomas Garrity",
        kind="sle",
        home_school=SchoolAt(PRIMARY, 3),
        claimed=(),
        validated=(PHONICS, MATHS),
        designations=(Designated(date(2014, 12, 1), WINTER_ROUND),),
    ),
    LeaderOfTheYear(
        name="Verity Blackett",
        kind="nle",
        home_school=SchoolAt(SECONDARY, 0),
        claimed=(),
        validated=(SUBJECT_LEADERSHIP, MATHS),
        designations=(Designated(date(2012, 3, 1), ROUND_OF_2012),),
        phases=(PRIMARY, SECONDARY),
    ),
    LeaderOfTheYear(
        name="Edmund Yarrow",
        kind="lle",
        home_school=SchoolAt(PRIMARY, 8),
        claimed=(PHONICS, SUBJECT_LEADERSHIP),
        validated=(),
        designations=(Designated(date(2013, 9, 2), ROUND_OF_2013),),
    ),
)

EARLIER_PLACEMENTS = (
    # Renewed since: this is the deployment of the first designation, and the renewal starts no clock.
    Placement(
        "Samuel Okoro",
        HelpAsked(
            SchoolAt(PRIMARY, 9),
            (MATHS,),
            4,
            date(2013, 11, 4),
            date(2014, 4, 4),
            date(2013, 10, 15),
            date(2013, 10, 17),
            "Wishes to teach written calculation in one way from reception to year 6.",
        ),
        DeploymentOfTheYear(
            4,
            Steps(date(2013, 10, 18), date(2013, 10, 22), date(2013, 11, 6), date(2013, 11, 8), date(2013, 11, 18)),
            (date(2013, 11, 18), date(2013, 12, 2), date(2014, 1, 20), date(2014, 2, 10)),
            "One calculation policy from reception to year 6",
            "Every class follows it by Easter",
            closing_meeting_on=date(2014, 3, 24),
        ),
    ),
    # Within three months; the extension of it is no new deployment.
    Placement(
        "Hilary Marwood",
        HelpAsked(
            SchoolAt(PRIMARY, 4),
            (PHONICS,),
            5,
            date(2014, 11, 3),
            date(2015, 3, 27),
            date(2014, 9, 29),
            date(2014, 10, 2),
            "Wishes to teach phonics every day and in small groups in key stage 1.",
        ),
        DeploymentOfTheYear(
            5,
            Steps(date(2014, 10, 6), date(2014, 10, 9), date(2014, 10, 16), date(2014, 10, 20), date(2014, 11, 10)),
            (date(2014, 11, 10), date(2014, 11, 24), date(2014, 12, 8)),
            "Daily phonics in small groups in every class of key stage 1",
            "Every class has its daily lesson by June",
            extension=DeploymentOfTheYear(
                3,
                Steps(date(2015, 1, 12), date(2015, 1, 14), date(2015, 1, 22), date(2015, 1, 26), date(2015, 2, 9)),
                (date(2015, 2, 9),),
                "The same in year 2",
                "Every class of year 2 has its daily lesson by July",
            ),
        ),
    ),
    # On the last day, which is the last of a shorter month: from 30 November to 28 February.
    Placement(
        "Callum Reay",
        HelpAsked(
            SchoolAt(PRIMARY, 6),
            (PHONICS,),
            4,
            date(2015, 2, 23),
            date(2015, 6, 26),
            date(2015, 1, 6),
            date(2015, 1, 8),
            "Wishes two new teachers to learn to teach reading beside an expert.",
        ),
        DeploymentOfTheYear(
            4,
            Steps(date(2015, 1, 9), date(2015, 1, 15), date(2015, 1, 27), date(2015, 1, 30), date(2015, 2, 28)),
            (date(2015, 2, 28),),
            "Two new teachers teach phonics with confidence",
            "Each has planned and taught ten lessons by May",
        ),
    ),
    # On the last day.
    Placement(
        "Bethan Tordoff",
        HelpAsked(
            SchoolAt(PRIMARY, 7),
            (MATHS,),
            3,
            date(2015, 1, 12),
            date(2015, 3, 27),
            date(2014, 11, 17),
            date(2014, 11, 19),
            "Wishes to set harder problems in mathematics.",
        ),
        DeploymentOfTheYear(
            3,
            Steps(date(2014, 11, 21), date(2014, 11, 26), date(2014, 12, 3), date(2014, 12, 5), date(2015, 1, 14)),
            (date(2015, 1, 14), date(2015, 1, 28)),
            "A harder problem in every lesson",
            "Six pupils enter for the higher paper",
        ),
    ),
    # A day late, although it was agreed in good time.
    Placement(
        "Idris Fenwick",
        HelpAsked(
            SchoolAt(SECONDARY, 2),
            (BEHAVIOUR,),
            6,
            date(2015, 1, 5),
            date(2015, 5, 22),
            date(2014, 11, 10),
            date(2014, 11, 12),
            "Wishes all staff to use one set of rules and rewards.",
        ),
        DeploymentOfTheYear(
            6,
            Steps(date(2014, 11, 14), date(2014, 11, 19), date(2014, 12, 1), date(2014, 12, 4), date(2015, 1, 14)),
            (date(2015, 1, 14), date(2015, 2, 4), date(2015, 3, 4)),
            "One set of rules and rewards, used alike by all",
            "All staff are trained in it by Easter",
        ),
    ),
)

REQUEST = HelpAsked(
    HOST_SCHOOL,
    (PHONICS, MATHS),
    6,
    date(2015, 1, 26),
    date(2015, 5, 22),
    date(2015, 1, 5),
    date(2015, 1, 7),
    "Wishes to teach reading and number every day in key stage 1.",
    urgency="urgent",
)
SHORTLISTED_ON = date(2015, 1, 12)
DEPLOYMENT = DeploymentOfTheYear(
    6,
    Steps(date(2015, 1, 13), date(2015, 1, 16), date(2015, 1, 21), date(2015, 1, 23), date(2015, 2, 2)),
    (date(2015, 2, 2), date(2015, 2, 9), date(2015, 3, 2)),
    "Reading and number taught every day in key stage 1",
    "Both are on the timetable of every class by May",
)
