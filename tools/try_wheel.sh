#!/usr/bin/env bash
# Install a wheel where nothing of the checkout is, and see that it does what the samples say.
#     tools/try_wheel.sh PYTHON WHEEL
set -euo pipefail
unset PYTHONPATH
python=$1
wheel=$(realpath "$2")
checkout=$(realpath "$(dirname "$0")/..")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"$python" -m venv "$place/env"
"$place/env/bin/pip" install -q "$wheel"
mkdir "$place/run"
cp -r "$checkout/samples" "$place/run/samples"
cd "$place/run"
"$place/env/bin/dedup" scan samples/feed.jsonl -f text
"$place/env/bin/dedup" scan samples/feed.jsonl -o page.html
"$place/env/bin/python" - <<'PYTHON'
import json

import dedup

wanted = [json.loads(line) for line in open("samples/report.golden", encoding="utf-8")]
reports = dedup.scan("samples/feed.jsonl")
assert [report.id for report in reports] == [row["id"] for row in wanted]
assert "<table" in reports._repr_html_()
print("dedup", dedup.__version__, "says the same of the samples")
PYTHON
