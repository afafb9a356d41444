"""Write dedup/data/languages.json: which codes are one language, by ISO 639-3.

Reads the two tables that the registration authority publishes (SIL International, https://iso639-3.sil.org), from a
folder that holds them; the package python-iso639 carries them, in iso639/_data:

    python tools/make_languages.py FOLDER
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def main(folder: Path) -> None:
    codes = rows(folder / "iso-639-3.tab")
    short = {row["Id"]: row["Part1"] or row["Id"] for row in codes}
    spelled = {
        row[part]: row["Part1"]
        for row in codes
        for part in ("Id", "Part2b", "Part2t")
        if row["Part1"] and row[part]
    }
    members = [row for row in rows(folder / "iso-639-3-macrolanguages.tab") if row["I_Status"] == "A"]
    within = {short[row["I_Id"]]: short[row["M_Id"]] for row in members}
    table = {
        "source": "ISO 639-3 code tables, SIL International, https://iso639-3.sil.org/code_tables",
        "short": dict(sorted(spelled.items())),
        "within": dict(sorted(within.items())),
    }
    out = Path(__file__).parent.parent / "dedup" / "data" / "languages.json"
    out.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{out}: {len(spelled)} short codes, {len(within)} members of macrolanguages")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
