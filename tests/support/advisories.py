"""Ask the public database of advisories for the packages of the lock file.

    python -m tests.support.advisories

Exit status 1 where a package has an advisory; 0 where none has, and where the database cannot
be reached, which is said.
"""

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parents[2] / "requirements.lock"


def main() -> int:
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes"]
    command += ["--requirement", str(LOCK), "--format", "json", "--timeout", "10"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        last_line = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        print(f"advisories: expected an answer of the public database, found: {last_line[:300]}")
        print("Nothing was checked. Try again where the network is reached.")
        return 0
    advisories = [
        f"{package['name']} {package['version']}: {advisory['id']}: fixed in "
        f"{', '.join(advisory['fix_versions']) or 'no version'}"
        for package in packages
        for advisory in package.get("vulns", [])
    ]
    print(*advisories, f"{len(packages)} packages, {len(advisories)} advisories", sep="\n")
    return 1 if advisories else 0


if __name__ == "__main__":
    sys.exit(main())
