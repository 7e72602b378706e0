"""The addresses of Harbour Credit Union, so that one branch can invite the other."""

from enum import StrEnum

DOMAIN = "harbour.example"


def at(local_part: str) -> str:
    """The address of `local_part` in the company's domain."""
    return f"{local_part}@{DOMAIN}"


APPOINTMENTS = at("appointments")
HALIFAX_ADVISERS = at("halifax-advisors")


class Adviser(StrEnum):
    """Everyone who takes appointments: five in Halifax, then five in Vancouver."""

    AMARA = f"amara.okafor@{DOMAIN}"
    LIAM = f"liam.macdonald@{DOMAIN}"
    NOOR = f"noor.haddad@{DOMAIN}"
    ELISE = f"elise.boudreau@{DOMAIN}"
    TOMASZ = f"tomasz.nowak@{DOMAIN}"
    MEI = f"mei.wong@{DOMAIN}"
    HARPREET = f"harpreet.gill@{DOMAIN}"
    DIEGO = f"diego.ramirez@{DOMAIN}"
    SOFIA = f"sofia.rossi@{DOMAIN}"
    JORDAN = f"jordan.cardinal@{DOMAIN}"


IN_HALIFAX = (Adviser.AMARA, Adviser.LIAM, Adviser.NOOR, Adviser.ELISE, Adviser.TOMASZ)
IN_VANCOUVER = (Adviser.MEI, Adviser.HARPREET, Adviser.DIEGO, Adviser.SOFIA, Adviser.JORDAN)
