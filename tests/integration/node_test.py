"""weft-node with the real weftd and weft-proxy: pods, capture, names, exec, restarts, and that nothing is left behind.
Run as root it checks everything twice: as root and as the user nobody."""

import fcntl
import os
import pathlib
import pty
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time

from free_port import free_port
from node_fixture import BIN, SERVER, Node, deployment, external_name, image_map, namespace, service, skip, until

MESHED, PLAIN = "shop", "plain"


def base_objects():
    return [
        namespace(MESHED, True),
        namespace(PLAIN, False),
        image_map(server=["python3", "-c", SERVER]),
        service(MESHED, "api"),
        deployment(MESHED, "api", 2),
        service(PLAIN, "api"),
        deployment(PLAIN, "api", 2),
        external_name(PLAIN, "partner", f"api.{MESHED}.svc.cluster.local"),
    ]


def check_pods_run_as_their_objects_say(node):
    meshed = node.ready(f"{MESHED}/api", 2)
    plain = node.ready(f"{PLAIN}/api", 2)
    assert all("sidecar" in pod["pids"] for pod in meshed) and not any("sidecar" in pod["pids"] for pod in plain)
    addresses = [pod["podIP"] for pod in meshed + plain]
    assert len(set(addresses)) == 4 and all(a.startswith("10.244.") for a in addresses), addresses
    answer = node.fetch(PLAIN, "http://127.0.0.1:8080/", pod=plain[0])
    assert answer == {"pod": plain[0]["name"], "ip": plain[0]["podIP"], "host": plain[0]["name"]}, answer
    status = node.object(meshed[0])["status"]
    assert status["phase"] == "Running" and status["podIP"] == meshed[0]["podIP"], status
    assert status["containerStatuses"][0]["restartCount"] == 0, status


def check_workloads_have_no_rights(node):
    pod = node.ready(f"{MESHED}/api", 2)[0]
    done = node.exec(MESHED, "sh", "-c", "id -u; grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status; ls " + node.state, pod=pod)
    lines = done.stdout.split()
    uid = "65534" if node.user else str(os.getuid())
    assert lines == [uid, "CapEff:", "0" * 16, "CapBnd:", "0" * 16, "NoNewPrivs:", "1"], done
    assert "Permission denied" in done.stderr or "cannot open" in done.stderr, done.stderr
    mark = "import socket; socket.socket().setsockopt(socket.SOL_SOCKET, 36, 0x539)"
    assert "PermissionError" in node.exec(MESHED, "python3", "-c", mark, pod=pod).stderr


def check_traffic_is_captured(node):
    pod, other = node.ready(f"{MESHED}/api", 2)
    before = node.counter(pod, "outbound"), node.counter(pod, "names")
    pods = {node.fetch(MESHED, "http://api/", pod=pod)["pod"] for _ in range(8)}
    assert pods <= {pod["name"], other["name"]}, pods
    after = node.counter(pod, "outbound"), node.counter(pod, "names")
    assert after[0] >= before[0] + 8 and after[1] > before[1], (before, after)
    assert node.counter(other, "inbound") + node.counter(pod, "inbound") > 0


def check_pods_without_sidecar_reach_services(node):
    names = {pod["name"] for pod in node.ready(f"{PLAIN}/api", 2)}
    pod = node.pods(f"{PLAIN}/api")[0]
    assert {node.fetch(PLAIN, "http://api/", pod=pod)["pod"] for _ in range(8)} == names
    meshed = {p["name"] for p in node.ready(f"{MESHED}/api", 2)}
    assert node.fetch(PLAIN, f"http://api.{MESHED}.svc.cluster.local/", pod=pod)["pod"] in meshed
    refused = node.exec(PLAIN, "curl", "-sS", "--max-time", "5", "http://10.96.255.254/", pod=pod)
    assert refused.returncode == 7, refused
    # An ExternalName Service, by the client's getaddrinfo.
    assert node.fetch(PLAIN, "http://partner/", pod=pod)["pod"] in meshed
    alias = node.exec(PLAIN, "getent", "ahostsv4", "partner", pod=pod).stdout.split()
    assert alias[2] == f"api.{MESHED}.svc.cluster.local", alias
    unknown = node.exec(PLAIN, "getent", "hosts", "nothing.plain.svc.cluster.local", pod=pod)
    assert unknown.returncode == 2, unknown


def check_the_host_can_be_reached_but_not_its_loopback(node):
    """A server of this machine on an address that is not loopback, if there is one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address = probe.getsockname()[0]
        except OSError:
            print("  (this machine has no address but loopback: egress not checked)")
            return
    server = subprocess.Popen([sys.executable, "-c", HOST_SERVER, address], stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline())
        for where, sidecar in ((PLAIN, False), (MESHED, True)):
            done = node.exec(where, "curl", "-sS", "--max-time", "10", f"http://{address}:{port}/", sidecar=sidecar)
            assert done.stdout == "from the host", (where, done)
    finally:
        server.kill()
        server.wait()


HOST_SERVER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"from the host")
    def log_message(self, *_):
        pass
server = http.server.HTTPServer((sys.argv[1], 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


def check_exec_passes_everything_through(node):
    pod = node.ready(f"{MESHED}/api", 2)[0]
    done = node.exec(MESHED, "sh", "-c", "cat; echo err >&2; exit 7", pod=pod, text="in")
    assert (done.returncode, done.stdout, done.stderr) == (7, "in", "err\n"), done
    assert node.exec(MESHED, "sh", "-c", "kill -9 $$", pod=pod).returncode == 137
    assert node.exec(MESHED, "no-such-command", pod=pod).returncode == 127
    assert node.exec(MESHED, "hostname", pod=pod).stdout.strip() == pod["name"]
    fresh = node.exec(MESHED, "hostname")
    assert fresh.stdout.startswith("weft-exec-"), fresh
    until(lambda: not node.pods(f"{MESHED}/weft-exec"), "the pod made for a command is gone")
    missing = node.exec(MESHED, "true", pod={"name": "nobody"})
    assert missing.returncode == 1 and "no pod shop/nobody" in missing.stderr, missing


def check_a_command_ends_with_its_caller(node):
    words = [str(BIN / "weft-node"), "exec", "--state", node.state, "-n", MESHED, "--", "sleep", "54321"]
    caller = subprocess.Popen(node.as_user(*words), cwd="/")
    sleeps = lambda: [e for e in pathlib.Path("/proc").glob("[0-9]*/cmdline") if text_of(e) == b"sleep\x0054321\0"]
    until(sleeps, "the command runs")
    caller.kill()
    caller.wait()
    until(lambda: not sleeps(), "the command is gone", seconds=5)
    until(lambda: not node.pods(f"{MESHED}/weft-exec"), "the pod made for it is gone")


def text_of(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


def check_a_terminal_is_passed_through(node):
    pod = node.ready(f"{MESHED}/api", 2)[0]
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 77, 0, 0))
    words = [str(BIN / "weft-node"), "exec", "--state", node.state, "-n", MESHED, "--pod", pod["name"], "-t", "--"]
    command = ["sh", "-c", "tty >/dev/null && stty size; trap 'echo interrupted; exit 5' INT; echo go; sleep 20 & wait"]
    caller = subprocess.Popen(node.as_user(*words, *command), stdin=theirs, stdout=theirs, stderr=theirs, cwd="/", start_new_session=True)
    os.close(theirs)
    seen = b""
    while b"go" not in seen:
        seen += os.read(ours, 1024)
    assert b"33 77" in seen, seen
    os.write(ours, b"\x03")  # Ctrl-C
    assert caller.wait(10) == 5, caller.returncode
    assert b"interrupted" in os.read(ours, 1024)
    os.close(ours)


def check_what_dies_comes_back(node):
    pod = node.ready(f"{MESHED}/api", 2)[0]
    entry = lambda: next(p for p in node.pods(MESHED) if p["name"] == pod["name"])

    workload = pod["pids"]["containers"][0]
    node.kill(workload)
    until(lambda: entry()["ready"] and entry()["pids"]["containers"] not in ([], [workload]), "the workload is back")
    restarts = lambda: node.object(pod)["status"]["containerStatuses"][0]["restartCount"]
    until(lambda: restarts() == 1, "weftd knows of the restart")

    sidecar = pod["pids"]["sidecar"]
    node.kill(sidecar)
    until(lambda: entry()["pids"]["sidecar"] not in (0, sidecar) and entry()["ready"], "the sidecar is back", seconds=20)
    assert entry()["sidecarRestarts"] == 1

    before = node.status()
    node.kill(before["weftd"]["pid"])
    after = until(lambda: (s := node.status())["weftd"]["ready"] and s["weftd"]["pid"] != before["weftd"]["pid"] and s, "weftd is back", seconds=20)
    assert [p["pids"] for p in after["pods"]] == [p["pids"] for p in node.status()["pods"]]
    assert node.fetch(MESHED, "http://api/", pod=pod)["pod"]

    node.kill(pod["pids"]["holder"])
    until(lambda: entry()["pids"]["holder"] not in (0, pod["pids"]["holder"]) and entry()["ready"], "the pod is made anew")

    pods = {p["name"]: p["pids"]["holder"] for p in node.pods("")}
    node.kill(node.status()["hub"])
    changed = lambda: all(p["ready"] and p["pids"]["holder"] not in (0, pods[p["name"]]) for p in node.pods(""))
    until(changed, "hub and pods are made anew")
    assert node.fetch(MESHED, "http://api/", pod=entry())["pod"]


def check_scaling_and_deletion(node):
    node.apply(deployment(PLAIN, "api", 1))
    node.ready(f"{PLAIN}/api", 1)
    node.delete(f"/apis/apps/v1/namespaces/{PLAIN}/deployments/api")
    until(lambda: not node.pods(f"{PLAIN}/api"), "the pods of a deleted Deployment are gone")
    until(lambda: not node.get(f"/api/v1/namespaces/{PLAIN}/pods")["items"], "their objects are gone")
    node.apply(deployment(PLAIN, "api", 2))


def check_a_missing_command_says_what_to_add(node):
    node.apply(deployment(PLAIN, "odd", 1, image="shop/odd:v1"))

    def waiting():
        for pod in node.pods(f"{PLAIN}/odd"):
            statuses = node.object(pod).get("status", {}).get("containerStatuses", [])
            for status in statuses:
                if status["state"].get("waiting", {}).get("reason") == "ImageCommandMissing":
                    return status["state"]["waiting"]["message"]

    message = until(waiting, "the reason ImageCommandMissing")
    assert "--image 'shop/odd:v1=COMMAND'" in message, message
    node.delete(f"/apis/apps/v1/namespaces/{PLAIN}/deployments/odd")


def check_logs_and_probes(node):
    chatty = ["sh", "-c", "echo hello from $VERSION; touch /tmp/weft-$POD; sleep 1000"]
    node.apply(
        deployment(
            PLAIN, "chatty", 1, command=chatty, env=[{"name": "VERSION", "value": "v3"}, {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}], ports=[], readinessProbe={"exec": {"command": ["sh", "-c", "rm /tmp/weft-$POD"]}, "periodSeconds": 1, "failureThreshold": 1}
        )
    )
    pod = until(lambda: node.pods(f"{PLAIN}/chatty"), "the pod is there")[0]
    log = pathlib.Path(node.state, "pods", f"{PLAIN}.{pod['name']}", "app.log")
    until(lambda: log.exists() and log.read_text() == "hello from v3\n", "the output is in the log")
    until(lambda: node.condition(pod, "Ready")["status"] == "True", "the probe's first answer makes it ready")
    until(lambda: node.condition(pod, "Ready")["status"] == "False", "its second answer, a failure, ends that")
    node.delete(f"/apis/apps/v1/namespaces/{PLAIN}/deployments/chatty")


def environment_of(node, prefix):
    (pod,) = node.ready(prefix, 1)
    raw = node.exec(PLAIN, "sh", "-c", "printf %s $RAW | od -An -tx1; unset RAW; env", pod=pod)
    assert raw.stdout.startswith(" fd ff\n"), raw
    return dict(line.partition("=")[::2] for line in raw.stdout.splitlines())


def check_environments_come_from_config_maps_and_secrets(node):
    env = [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "vault", "key": "password"}}},
           {"name": "MODE", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "mode"}}},
           {"name": "ABSENT", "valueFrom": {"configMapKeyRef": {"name": "nobody", "key": "x", "optional": True}}},
           {"name": "RAW", "valueFrom": {"secretKeyRef": {"name": "vault", "key": "raw"}}},
           {"name": "GREETING", "value": "hello $(APP_colour)"}]
    sources = [{"prefix": "APP_", "configMapRef": {"name": "settings"}}, {"secretRef": {"name": "none", "optional": True}}]
    node.apply(deployment(PLAIN, "fed", 1, command=["sleep", "1000"], ports=[], env=env, envFrom=sources))

    def waiting():
        return [status["state"].get("waiting", {}) for pod in node.pods(f"{PLAIN}/fed") for status in node.object(pod).get("status", {}).get("containerStatuses", [])]

    missing = {"reason": "CreateContainerConfigError", "message": 'configmap "settings" not found'}
    until(lambda: missing in waiting(), "the pod says which object it waits for")
    settings = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "settings", "namespace": PLAIN}, "data": {"colour": "blue"}}
    node.apply(settings)
    until(lambda: any("secret \"vault\" not found" in (state.get("message") or "") for state in waiting()), "and then which next")
    node.apply({"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "vault", "namespace": PLAIN}, "data": {"raw": "/f8="}, "stringData": {"password": "s3cret"}})
    until(lambda: any("couldn't find key mode in ConfigMap plain/settings" in (state.get("message") or "") for state in waiting()), "and which key")
    node.apply({**settings, "data": {"colour": "blue", "mode": "fast"}})
    found = environment_of(node, f"{PLAIN}/fed")
    wanted = {"PASSWORD": "s3cret", "MODE": "fast", "APP_colour": "blue", "APP_mode": "fast", "GREETING": "hello blue"}
    assert {name: found.get(name) for name in wanted} == wanted and "ABSENT" not in found, found
    node.delete(f"/apis/apps/v1/namespaces/{PLAIN}/deployments/fed")


# grpc.health.v1.Health of one service that is well and of others that are not.
GRPC_HEALTH = """
const http2 = require('http2')
http2.createServer().on('stream', (stream, headers) => {
  const parts = []
  stream.on('data', part => parts.push(part))
  stream.on('end', () => {
    const asked = Buffer.concat(parts).subarray(7).toString()
    stream.on('wantTrailers', () => stream.sendTrailers({'grpc-status': headers[':path'] === '/grpc.health.v1.Health/Check' ? 0 : 12}))
    stream.respond({':status': 200, 'content-type': 'application/grpc'}, {waitForTrailers: true})
    stream.end(Buffer.from([0, 0, 0, 0, 2, 8, asked === 'shop.Cart' ? 1 : 2]))
  })
}).listen(9000, '0.0.0.0')
"""


def check_grpc_probes_ask_the_service(node):
    for name, service_name in (("well", "shop.Cart"), ("ill", "shop.Till")):
        probe = {"grpc": {"port": 9000, "service": service_name}, "periodSeconds": 1}
        node.apply(deployment(PLAIN, f"grpc-{name}", 1, command=["node", "-e", GRPC_HEALTH], ports=[], readinessProbe=probe))
    node.ready(f"{PLAIN}/grpc-well", 1)
    (ill,) = until(lambda: node.pods(f"{PLAIN}/grpc-ill"), "the other pod is there")
    listening = ["sh", "-c", "grep -q ':2328 ' /proc/net/tcp"]
    until(lambda: node.exec(PLAIN, *listening, pod=ill).returncode == 0, "the other one listens, too")
    assert node.condition(ill, "Ready")["status"] == "False", node.object(ill)["status"]
    for name in ("well", "ill"):
        node.delete(f"/apis/apps/v1/namespaces/{PLAIN}/deployments/grpc-{name}")


# Says 204 to /well and 500 to everything else, with a certificate that nobody has signed.
HTTPS_SERVER = """
const fs = require('fs'), https = require('https')
const server = https.createServer({cert: fs.readFileSync(process.argv[1]), key: fs.readFileSync(process.argv[2])}, (request, response) => {
  response.writeHead(request.url === '/well' ? 204 : 500).end()
})
server.listen(8443, '0.0.0.0')
"""


def check_https_probes_ask_whoever_answers(node):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        certificate, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", "/CN=probed",
                        "-keyout", key, "-out", certificate], check=True, capture_output=True)
        os.chmod(key, 0o644)
        for path in ("well", "ill"):
            probe = {"httpGet": {"port": 8443, "scheme": "HTTPS", "path": f"/{path}"}, "periodSeconds": 1}
            node.apply(deployment(PLAIN, f"https-{path}", 1, command=["node", "-e", HTTPS_SERVER, certificate, key], ports=[], readinessProbe=probe))
        node.ready(f"{PLAIN}/https-well", 1)
        (ill,) = until(lambda: node.pods(f"{PLAIN}/https-ill"), "the other pod is there")
        until(lambda: node.exec(PLAIN, "curl", "-sk", "https://127.0.0.1:8443/", pod=ill).returncode == 0, "the other one answers, too")
        assert node.condition(ill, "Ready")["status"] == "False", node.object(ill)["status"]
        for path in ("well", "ill"):
            node.delete(f"/apis/apps/v1/namespaces/{PLAIN}/deployments/https-{path}")


def check_liveness_and_grace(node):
    stubborn = "trap '' TERM; echo up; while [ -e /tmp/weft-alive-$POD ] || : > /tmp/weft-alive-$POD; do sleep 0.05; done"
    name = {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
    probe = {"exec": {"command": ["sh", "-c", "rm /tmp/weft-alive-$POD && false"]}, "periodSeconds": 1, "failureThreshold": 1}
    node.apply(deployment(PLAIN, "stubborn", 1, command=["sh", "-c", stubborn], env=[name], ports=[], livenessProbe=probe))
    pod = until(lambda: node.pods(f"{PLAIN}/stubborn"), "the pod is there")[0]
    status = lambda: node.object(pod).get("status", {}).get("containerStatuses", [{}])[0]
    until(lambda: status().get("restartCount", 0) >= 1, "a failing liveness probe restarts the container")
    node.delete(f"/apis/apps/v1/namespaces/{PLAIN}/deployments/stubborn")
    begun = time.monotonic()
    until(lambda: not node.pods(f"{PLAIN}/stubborn"), "a pod that ignores SIGTERM is killed", seconds=10)
    assert time.monotonic() - begun < 5  # its grace is 2 s


def check_a_finished_pod_is_not_started_again(node):
    spec = {"restartPolicy": "Never", "containers": [{"name": "once", "image": "x", "command": ["sh", "-c", "exit 3"]}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "once", "namespace": PLAIN}, "spec": spec}
    node.apply(pod)
    entry = {"namespace": PLAIN, "name": "once"}
    until(lambda: node.object(entry).get("status", {}).get("phase") == "Failed", "the pod has failed")
    assert node.object(entry)["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 3
    node.delete(f"/api/v1/namespaces/{PLAIN}/pods/once")
    until(lambda: not node.pods(f"{PLAIN}/once"), "it is gone")


def check_nothing_is_left_after_a_kill(node):
    names = sorted(p["name"] for p in node.pods(""))
    node.process.kill()
    node.process.wait()
    until(lambda: not node.left_over(), "all processes are gone with the node", seconds=5)
    node.start()
    node.ready(f"{MESHED}/api", 2)
    node.ready(f"{PLAIN}/api", 2)
    assert sorted(p["name"] for p in node.pods("")) == names
    assert node.fetch(PLAIN, "http://api/", pod=node.pods(f"{PLAIN}/api")[0])["pod"]


def check_an_orderly_end(node):
    names = sorted(p["name"] for p in node.pods(""))
    end(node)
    node.start()
    node.ready(f"{MESHED}/api", 2)
    assert sorted(p["name"] for p in node.pods("")) == names, "the same pods run again"
    end(node)


def end(node):
    assert node.call("node.sock", "POST", "/shutdown")[0] == 202
    assert node.process.wait(30) == 0
    assert not node.left_over()
    left = {p.name for p in pathlib.Path(node.state).iterdir()}
    assert not left & {"run.json", "node.sock", "exec.sock", "broker.sock", "weftd.sock", "xds.sock"}, left


CHECKS = [
    check_pods_run_as_their_objects_say,
    check_workloads_have_no_rights,
    check_traffic_is_captured,
    check_pods_without_sidecar_reach_services,
    check_the_host_can_be_reached_but_not_its_loopback,
    check_exec_passes_everything_through,
    check_a_command_ends_with_its_caller,
    check_a_terminal_is_passed_through,
    check_what_dies_comes_back,
    check_scaling_and_deletion,
    check_a_missing_command_says_what_to_add,
    check_logs_and_probes,
    check_environments_come_from_config_maps_and_secrets,
    check_grpc_probes_ask_the_service,
    check_https_probes_ask_whoever_answers,
    check_liveness_and_grace,
    check_a_finished_pod_is_not_started_again,
    check_nothing_is_left_after_a_kill,
]


def check_a_taken_port_is_named(user):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with Node(user) as node:
            command = node.as_user(str(BIN / "weft-node"), "run", "--state", node.state, "--api-port", str(free_port()), "--expose", f"api.shop:80={port}")
            done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1 and f"port {port}" in done.stderr and "Address already in use" in done.stderr, done


def run_all(user):
    name = user or "the present user"
    check_a_taken_port_is_named(user)
    with Node(user) as node, Node(user) as neighbour:
        node.start()
        neighbour.start()  # two meshes side by side, with the same addresses inside
        node.apply(*base_objects())
        neighbour.apply(*base_objects())
        for check in CHECKS:
            check(node)
            print(f"ok: {name}: {check.__name__[6:].replace('_', ' ')}", flush=True)
        neighbour.ready(f"{MESHED}/api", 2)
        for each in (node, neighbour):
            check_an_orderly_end(each)


def users():
    if os.getuid() != 0:
        return [None]
    readable = subprocess.run(["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "test", "-x", str(BIN / "weft-node")])
    if readable.returncode != 0:
        print("  (the user nobody can't run these binaries: only root is checked)")
        return [None]
    return [None, "nobody"]


def main():
    for program in ("curl", "nsenter", "setpriv", "python3"):
        if not shutil.which(program):
            skip(f"{program} is not installed")
    for binary in ("weftd", "weft-node", "weft-proxy"):
        if not (BIN / binary).exists():
            skip(f"{BIN / binary} is not built")
    ready = subprocess.run([str(BIN / "weft-node"), "sandbox-check"], capture_output=True, text=True)
    if ready.returncode != 0:
        skip("this machine can't run local pods:\n" + ready.stdout + ready.stderr)
    for user in users():
        run_all(user)


main()
