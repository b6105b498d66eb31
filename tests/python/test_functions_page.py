"""docs/functions.md says what the functions are."""

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).parents[2] / "docs" / "functions.py"


def test_the_table_of_functions_is_up_to_date():
    subprocess.run([sys.executable, "-W", "ignore", PROGRAM, "--check"], check=True)
