#!/bin/sh
# The GPU benchmark; see gpu.py. `gpu.sh wheels` fetches what the GPU's machine lacks.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}
carried=$here/.gpu

if [ "${1:-}" = wheels ]; then # for Python 3.12 on x86-64, the lent machine's
    mkdir -p "$carried/wheels" "$carried/data"
    $python -m pip download --quiet --no-deps --only-binary=:all: --dest "$carried/wheels" \
        --python-version 3.12 --implementation cp --platform manylinux_2_28_x86_64 \
        --platform manylinux_2_27_x86_64 --platform manylinux_2_17_x86_64 \
        --platform manylinux2014_x86_64 "$(grep '^ctranslate2==' "$here/constraints.txt")"
    data=$here/../shared/data/summaries
    if [ -d "$data" ]; then # real articles for the text-to-text row
        cp "$data"/cnndm128_bart.jsonl "$data"/bbc_news_summary.jsonl "$carried/data/"
        chmod u+w "$carried"/data/*
    fi
    ls -l "$carried"/*
    exit
fi

if ! $python -c 'import ctranslate2' 2>/dev/null && ls "$carried"/wheels/*.whl >/dev/null 2>&1; then
    site=${TMPDIR:-/tmp}/summarize-gpu-site
    $python -m pip install --quiet --no-index --no-deps --no-compile --no-cache-dir --upgrade \
        --target "$site" "$carried"/wheels/*.whl
    export PYTHONPATH="$site${PYTHONPATH:+:$PYTHONPATH}"
fi
export PYTHONUNBUFFERED=1
exec $python "$here/benchmarks/gpu.py" "$@"
