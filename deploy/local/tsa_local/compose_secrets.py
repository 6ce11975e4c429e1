"""What compose must be told and no repository may hold: `.env` with fresh secrets, and the key tokens are signed with.

`python -m tsa_local.compose_secrets` adds what is missing and changes nothing that is there.
"""

import secrets
import sys
from pathlib import Path

from tsa_local.credentials import make_signing_key, write_privately
from tsa_local.stack import ROOT


def prepare(root: Path) -> None:
    """Make `.env` and `deploy/secrets/signing-key.json` in the clone at `root`.

    `.env` gets every line of `deploy/compose.env.example` that it does not have yet, with a fresh secret for each name
    that has no value there.
    """
    environment = root / ".env"
    present = environment.read_text().splitlines() if environment.exists() else []
    known = {_name(line) for line in present}
    wanted = (root / "deploy" / "compose.env.example").read_text().splitlines()
    missing = [_with_value(line) for line in wanted if _name(line) not in known]
    write_privately(environment, "\n".join([*present, *missing]) + "\n")
    key = root / "deploy" / "secrets" / "signing-key.json"
    make_signing_key(key)
    # The container's user is not the file's owner: the folder keeps others out, the file lets that user read.
    key.parent.chmod(0o700)
    key.chmod(0o644)


def main() -> None:
    """Prepare this clone and say where things are."""
    prepare(ROOT)
    sys.stdout.write(f"{ROOT / '.env'} and {ROOT / 'deploy' / 'secrets'} are ready. Keep both; give them to nobody.\n")


def _name(line: str) -> str:
    return line.partition("=")[0]


def _with_value(line: str) -> str:
    return line + secrets.token_urlsafe(32) if line.endswith("=") else line


if __name__ == "__main__":
    main()
