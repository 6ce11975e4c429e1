"""The published figures of alliances' programmes, March 2014: what the report says of each, in numbers.

Source: National College for Teaching and Leadership, “Impact of Teaching Schools”; `says` is where in it.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Published:
    """One run as published. `people` are booked, `bodies` is how many bodies they come from, and of them so many are
    graded, employed and promoted; `places` is offered by type."""

    alliance: str
    says: str
    kind: str
    title: str
    people: int
    bodies: int = 1
    places: dict[str, int] = field(default_factory=dict)
    grades: dict[str, int] = field(default_factory=dict)
    employed: int = 0
    within_alliance: bool = False
    promoted: int = 0
    percents: dict[str, str] = field(default_factory=dict)


PUBLISHED = [
    Published("Arthur Terry", "overview: 55 trainees on SCITT or School Direct", "scitt", "2013/14", 55),
    Published("LTS", "overview: 14 secondary, two primary salaried", "school_direct", "2013/14", 16,
              places={"fee": 14, "salaried": 2}),
    Published("LTS", "overview: 26 teachers from 12 schools", "cpd_course", "Level 6 with AQA", 26, bodies=12),
    Published("LTS", "overview: 48 future leaders", "leadership_programme", "Aspiring to Headship", 48),
    Published("Transformative Learning", "overview: 20 trainees by September 2014", "scitt", "2014/15", 20),
    Published("Ashton on Mersey", "overview: 30 trainees; pilot all good, two thirds outstanding, all employed",
              "school_direct", "2012/13", 30, grades={"outstanding": 20, "good": 10}, employed=30,
              within_alliance=True, percents={"good_or_better": "100.0", "employed": "100.0"}),
    Published("Ashton on Mersey", "overview: 450 staff of 150 schools", "teaching_programme", "ITP and OTP", 450,
              bodies=150),
    Published("Ashton on Mersey", "overview: 65 aspirant headteachers", "leadership_qualification", "NPQH", 65),
    Published("South Farnham", "overview: 60 places", "scitt", "2013/14", 60),
    Published("SPELL, Ringwood", "ITT: three, two outstanding, one very good, all employed in the partnership",
              "school_direct", "2012/13 pilot", 3, grades={"outstanding": 2, "good": 1}, employed=3,
              within_alliance=True, percents={"employed": "100.0"}),
    Published("SPELL, Ringwood", "ITT: 13 secondary and two primary", "school_direct", "2013/14", 15, bodies=6),
    Published("SPELL, Bransgore", "ITT: 30, all employed, 67% outstanding, 23% good", "scitt", "2012/13", 30,
              grades={"outstanding": 20, "good": 7, "requires_improvement": 3}, employed=30,
              percents={"employed": "100.0", "good_or_better": "90.0"}),
    Published("SPELL, Poole", "ITT: a further 30", "scitt", "2012/13", 30),
    Published("Harton", "ITT: 13 places, eight fee and five salaried", "school_direct", "2013/14", 13, bodies=6,
              places={"fee": 8, "salaried": 5}),
    Published("Tudor Grange", "ITT: eight fee-paying, all good, all employed", "scitt", "2012/13", 8,
              places={"fee": 8}, grades={"good": 8}, employed=8, percents={"employed": "100.0"}),
    Published("Plymouth", "CPD: 34 schools", "network", "Language in Plymouth Schools", 34, bodies=34),
    Published("Griffin", "CPD: 38 schools at £1500", "network", "Partnership Plus", 38, bodies=38),
    Published("Griffin", "CPD: 300 at a conference", "conference", "Showcase", 300),
    Published("Ebor", "succession: 12 took part, two promoted", "talent_programme", "Emerging Academy Leaders 2012/13",
              12, bodies=4, promoted=2),
    Published("Ebor", "succession: 28 in 2013/14", "talent_programme", "Emerging Academy Leaders 2013/14", 28,
              bodies=10),
    Published("Forest Way", "succession: 30 aspiring leaders, seven promoted", "talent_programme", "Quality mark", 30,
              promoted=7, percents={"promoted": "23.3"}),
    Published("Forest Way", "succession: 50 students of four universities", "university_placement", "2012/13", 50,
              bodies=4),
    Published("Carmel", "support: 21 on a course", "leadership_programme", "Women into Headship", 21),
]  # fmt: skip
