"""The check of the whole house."""

from pathlib import Path

from tests.room_rules.contents import check_contents
from tests.room_rules.house import Violation, read_house
from tests.room_rules.imports import check_imports


def check_house(root: Path) -> list[Violation]:
    """Every rule broken anywhere under the top folder `root`, in the order of the files."""
    return [violation for module in read_house(root) for violation in (*check_imports(module), *check_contents(module))]
