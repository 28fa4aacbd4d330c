#!/usr/bin/env python3
"""The weft command on its own: usage, wrong input, exit codes. Needs no mesh, no rights and no other binary."""

import http.server
import json
import os
import pathlib
import socketserver
import subprocess
import tempfile
import threading

import mesh as m

FOLDER = tempfile.TemporaryDirectory(prefix="weft-cli-")
ENVIRONMENT = {**os.environ, "HOME": FOLDER.name, "XDG_STATE_HOME": FOLDER.name + "/state", "NO_COLOR": "1"}


def weft(*args, text=""):
    return subprocess.run([m.BIN / "weft", *args], capture_output=True, text=True, input=text, env=ENVIRONMENT, timeout=60)


def ends(code, *args, says="", text=""):
    """Runs weft; checks its exit code and that stderr holds `says`."""
    done = weft(*args, text=text)
    assert done.returncode == code, f"weft {' '.join(args)}: exit {done.returncode}, not {code}\n{done.stdout}{done.stderr}"
    assert says in done.stderr, f"weft {' '.join(args)}: {says!r} is not in:\n{done.stderr}"
    return done


def file(name, text):
    path = pathlib.Path(FOLDER.name, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(path)


ROUTE = """apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: shop}
spec:
  hosts: [api]
  http:
  - route:
    - destination: {host: api, subset: v1}
      weight: 100
"""
RULE = """---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: api, namespace: shop}
spec:
  host: api
  subsets:
  - name: v1
    labels: {version: v1}
"""
SERVICE = """---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {ports: [{port: 80}], selector: {app: api}}
"""


def unknown_words_name_the_nearest():
    ends(2, "gte", "pods", says='did you mean "get"?')
    ends(2, "get", "pods", "--wacth", says='did you mean "--watch"?')
    ends(2, "get", "podz", says='did you mean "pod')
    ends(2, "pc", "rotues", "x", says='did you mean "routes"')
    ends(2, "get", "pods", "-o", "jsn", says="it is one of table, wide, yaml, json, name")
    ends(2, "exec", "-n", "shop", says='needs a command after "--"')
    ends(2, "up", "--expose", "api:80", says="SERVICE[.NAMESPACE]:PORT=HOSTPORT")
    for wrong in ("1s", "2161h", "soon", ""):
        ends(2, "up", "--certificate-lifetime", wrong, says="it is a duration from 10s to 2160h")
    ends(2, "certs", "lst", says='did you mean "list"?')
    ends(2, "token", "create", "ci", "--role", "root", says="it is one of viewer, editor, admin")
    ends(2, "certs", "rotate", says="takes one pod, deployment, service or serial here")
    ends(2, "certs", "root", "turn", says='takes "rotate" or nothing')


def without_a_mesh_every_verb_says_so():
    for verb in (["get", "pods"], ["ps"], ["pc", "routes", "x"], ["describe", "pod", "x"], ["logs", "x"], ["delete", "pod", "x"],
                 ["kubeconfig"], ["exec", "x", "--", "true"], ["certs", "list"], ["certs", "root"], ["token", "list"]):
        ends(5, *verb, says="try: weft up")
    done = ends(0, "down")
    assert "No mesh is running here" in done.stdout, done.stdout


def a_sound_folder_is_valid():
    done = ends(0, "validate", "-f", str(m.EXAMPLE))
    assert "6 objects in 2 files: 0 errors" in done.stdout, done.stdout


def wrong_input_is_refused_with_its_place():
    cases = [
        ("unknown field", ROUTE.replace("hosts:", "hsots:"), ":5:3  WFT1010", 'did you mean'),
        ("bad duration", ROUTE.replace("  - route:", "  - timeout: 10x\n    route:"), ":7:14  WFT1014", "10x"),
        ("negative weight", ROUTE.replace("weight: 100", "weight: -1"), ":9:15  WFT1015", ""),
        ("unknown subset", ROUTE.replace("subset: v1", "subset: v3") + RULE + SERVICE, ":8:40  WFT1017", "v1"),
        ("unterminated quote", ROUTE.replace("hosts: [api]", 'hosts: ["api]'), ":5:11  WFT1001", ""),
        ("duplicate key", ROUTE.replace("weight: 100", "weight: 90\n      weight: 10"), ":10:7  WFT1002", "line 9"),
        ("unknown kind", ROUTE.replace("VirtualService", "VirtualServce"), ":2:7  WFT1008", "VirtualService"),
    ]
    for name, text, place, word in cases:
        path = file("bad.yaml", text)
        # What refers to other objects is only known to be wrong where the mesh can be asked for them.
        for verb in (["validate", "--offline"], ["up"]) if name == "unknown subset" else (["validate", "--offline"], ["apply"], ["up"]):
            done = ends(4, *verb, "-f", path)
            first = [line for line in done.stderr.split("\n") if line.startswith("✖")]
            assert first and f"bad.yaml{place.split('  ')[0]}" in first[0], f"{name}: {done.stderr}"
            assert place.split("  ")[1] in first[0] and word in done.stderr, f"{name}: {done.stderr}"
            assert "^" in done.stderr, f"{name}: no caret: {done.stderr}"


def an_object_over_its_size_is_refused():
    path = file("large.yaml", ROUTE.replace("metadata: {", "metadata: {annotations: {a: '" + "x" * (1 << 20) + "'}, "))
    ends(4, "validate", "-f", path, "--offline", says="WFT1003")


def one_bad_file_among_ten_spoils_all_and_all_errors_are_told():
    for i in range(10):
        file(f"ten/{i}.yaml", ROUTE.replace("name: api", f"name: api-{i}").replace("hosts: [api]", f"hosts: [api-{i}]"))
    file("ten/4.yaml", ROUTE.replace("weight: 100", "weight: -1").replace("hosts:", "hsots:"))
    file("ten/7.yaml", ROUTE.replace("weight: 100", "wieght: 100"))
    done = ends(4, "apply", "-f", FOLDER.name + "/ten", says="Nothing was changed")
    for place in ("4.yaml:5:3", "4.yaml:9:15", "7.yaml:9:7"):
        assert place in done.stderr, done.stderr
    file("ten/below/x.yaml", "kind: [")
    assert "x.yaml" not in weft("validate", "-f", FOLDER.name + "/ten").stderr
    assert "x.yaml" in weft("validate", "-R", "-f", FOLDER.name + "/ten").stderr


def an_image_without_a_command_shows_the_flag_to_add():
    image = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: 'api:v1'}]}\n"
    ends(4, "up", "-f", file("pod.yaml", image), says="--image 'api:v1=COMMAND'")
    assert not os.path.exists(FOLDER.name + "/state/weft"), "something was started"


def an_exposed_service_must_exist():
    ends(4, "up", "-f", file("service.yaml", SERVICE), "--expose", "apy.shop:80=18999", says="services: shop/api")
    ends(4, "up", "-f", file("service.yaml", SERVICE), "--expose", "api.shop:81=18999", says="its ports: [80]")


def a_door_for_other_machines_is_whole_or_refused():
    for flags, why in ((("--api-listen", "nowhere"), "it is ADDRESS:PORT"), (("--api-name", "a"), "about --api-listen, which is not there"),
                       (("--api-listen", "0.0.0.0:0"), "--api-listen on every address needs --api-name")):
        ends(2, "up", "-f", file("service.yaml", SERVICE), *flags, says=why)


def standard_input_is_a_file():
    ends(0, "validate", "--offline", "-f", "-", text=ROUTE)
    ends(4, "validate", "--offline", "-f", "-", text="kind: [", says="(standard input):")


def files_without_objects_are_nothing_to_apply():
    file("hollow/a.yaml", "")
    file("hollow/b.yaml", "# a comment\n---\n")
    ends(1, "apply", "-f", FOLDER.name + "/hollow", "--dry-run=client", says="there is nothing to apply: no object in 2 files")


def findings_come_as_json_too():
    done = weft("validate", "--offline", "-o", "json", "-f", file("bad.yaml", ROUTE.replace("weight: 100", "weight: -1")))
    finding = json.loads(done.stdout)[0]
    assert finding["code"] == "WFT1015" and finding["line"] == 9 and finding["severity"] == "error", finding


def completion_works_in_bash():
    script = 'source <("$WEFT" completion bash); COMP_WORDS=("$WEFT" get -o ya); COMP_CWORD=3; _weft; echo "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env={**ENVIRONMENT, "WEFT": str(m.BIN / "weft")})
    assert done.stdout.strip() == "yaml", done


def a_closed_pipe_ends_it_quietly():
    done = subprocess.run(f"'{m.BIN / 'weft'}' help --markdown | head -1", shell=True, capture_output=True, text=True, env=ENVIRONMENT)
    assert done.stdout == "# The weft command\n" and done.stderr == "", done


class Node(http.server.BaseHTTPRequestHandler):
    """weft-node's API, of three pods with proxies, the second of which is deleted as soon as they were listed."""

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def address_string(self):
        return "weft"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer(200, {"pods": [{"namespace": "shop", "name": name, "pids": {"sidecar": 7}} for name in "abc"]})

    def do_POST(self):
        gone = self.path.startswith("/proxies/shop/b/")
        self.answer(404, {"error": "no such pod runs here"}) if gone else self.answer(200, {"oldPid": 7, "pid": 8, "epoch": 1, "drainSeconds": 45})


def a_pod_that_is_deleted_while_all_proxies_are_restarted_is_passed_over():
    state = pathlib.Path(FOLDER.name, "node")
    state.mkdir()
    with socketserver.UnixStreamServer(str(state / "node.sock"), Node) as node:
        threading.Thread(target=node.serve_forever, daemon=True).start()
        done = ends(0, "proxy", "restart", "--all", "--state", str(state))
        node.shutdown()
    lines = [line.split(": ") for line in done.stdout.splitlines()]
    assert [name for name, _ in lines] == ["✔ shop/a", "- shop/b", "✔ shop/c"], done
    assert lines[1][1] == "deleted meanwhile", done


if __name__ == "__main__":
    if not (m.BIN / "weft").exists():
        m.skip(f"{m.BIN / 'weft'} is not built")
    m.run(unknown_words_name_the_nearest, without_a_mesh_every_verb_says_so, a_sound_folder_is_valid,
          wrong_input_is_refused_with_its_place, an_object_over_its_size_is_refused,
          one_bad_file_among_ten_spoils_all_and_all_errors_are_told, an_image_without_a_command_shows_the_flag_to_add,
          an_exposed_service_must_exist, a_door_for_other_machines_is_whole_or_refused, standard_input_is_a_file, files_without_objects_are_nothing_to_apply, findings_come_as_json_too, completion_works_in_bash,
          a_closed_pipe_ends_it_quietly, a_pod_that_is_deleted_while_all_proxies_are_restarted_is_passed_over)
