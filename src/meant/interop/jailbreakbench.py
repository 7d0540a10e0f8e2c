"""What JailbreakBench's behaviours and artifacts share: a behaviour has one family, in whichever file it stands."""

from meant.interop.cells import slug

SOURCE = "Chao et al. 2024, arXiv:2404.01318"


def family(behaviour: str) -> str:
    """Of a behaviour's name."""
    return f"jailbreakbench/{slug(behaviour) or behaviour}"
