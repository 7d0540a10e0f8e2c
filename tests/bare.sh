#!/bin/sh
# Without extras the core still works: this runs in an environment that has none. Usage: bare.sh BIN
set -eu
bin=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for library in openvino_genai gguf numpy huggingface_hub inspect_ai; do
    if "$bin/python" -c "import $library" 2>/dev/null; then
        echo "bare: $library is installed here, so this leg proves nothing" >&2
        exit 1
    fi
done
"$bin/meant" --help >/dev/null
"$bin/meant" init >/dev/null
cat >fake.yaml <<'YAML'
name: fake
model: {use: scripted, otherwise: "I cannot help with that."}
prompt: "{{policy}}"
YAML
"$bin/meant" check policy.yaml suites/mine fake.yaml
"$bin/meant" eval fake.yaml --policy policy.yaml --suite suites/mine --json >out.json
"$bin/meant" cases draft --policy policy.yaml --json >drafted.json
"$bin/meant" cases review drafts.jsonl --into suites/mine --accept all
"$bin/meant" check policy.yaml suites/mine
"$bin/python" -c "import json; assert json.load(open('out.json'))['profiles']['fake']['findings']"
if "$bin/meant" eval local:smollm2-135m --suite suites/mine 2>err.txt; then
    echo "bare: the local provider ran without its extra" >&2
    exit 1
fi
grep -q "meant\[local\]" err.txt
if "$bin/meant" eval fake.yaml --inspect tasks.py 2>err.txt; then
    echo "bare: an Inspect task ran without its extra" >&2
    exit 1
fi
grep -q "meant\[inspect\]" err.txt
echo "bare: the core works without extras, and says which extra is missing"
