#!/usr/bin/env python3
"""The mesh of examples/nodejs-api: split, header route, capture, nothing left behind."""

import os
import pathlib
import subprocess

import mesh as m


def leftovers():
    """What a mesh could leave on the host: mounts, namespaces named in files, nft rules."""
    mounts = [line for line in pathlib.Path("/proc/mounts").read_text().split("\n") if "weft" in line]
    rules = subprocess.run(["/usr/sbin/nft", "list", "ruleset"], capture_output=True, text=True).stdout
    links = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"}).stdout
    return mounts, rules, [line.split(":")[1] for line in links.split("\n") if line]


def split_and_header_route(mesh):
    low, high = m.binomial_interval(1000, 0.9, confidence=0.9999999)  # four draws in every run of the tests
    counts = mesh.count(1000)
    assert counts["v1"] + counts["v2"] == 1000, counts
    assert low <= counts["v1"] <= high, f"{counts} is outside {low}..{high} for v1"
    canary = mesh.count(100, {"canary": "true"})
    assert canary == {"v2": 100}, canary
    pods = mesh.count(300, key="pod")
    v1 = {name for name in pods if "v1" in name}
    assert len(v1) == 3, pods


def capture_is_proven_by_the_kernels_counters(mesh):
    script = "curl -s http://nodejs-api:3000/ > /dev/null; cat /proc/net/nf_conntrack 2>/dev/null | head -1; curl -s http://127.0.0.1:15000/stats"
    before = mesh.weft("exec", "-n", "nodejs-app", "--", "sh", "-c", script)
    assert "nodejs-api.nodejs-app.svc.cluster.local" in before.stdout, before.stdout
    answer = mesh.weft("exec", "-n", "nodejs-app", "--", "curl", "-sS", "-H", "canary: true", "http://nodejs-api:3000/")
    assert '"v2"' in answer.stdout, answer.stdout


# Clients of HTTP connect before they have anything to ask, longer than the 200 ms after which silence means opaque TCP; and
# keep a connection without using it, longer than the 100 ms after which it rests.
TWO_REQUESTS_AFTER_SILENCE = r"""
const head = 'GET / HTTP/1.1\r\nhost: nodejs-api:3000\r\ncanary: true\r\n';
const socket = require('net').connect(3000, 'nodejs-api', () => {
  setTimeout(() => socket.write(head + '\r\n'), 600);
  setTimeout(() => socket.write(head + 'connection: close\r\n\r\n'), 1200);
});
socket.pipe(process.stdout);
"""


def connections_are_routed_after_silence(mesh):
    answers = mesh.weft("exec", "-n", "nodejs-app", "--", "node", "-e", TWO_REQUESTS_AFTER_SILENCE).stdout
    assert answers.count("HTTP/1.1 200 OK") == answers.count('"version":"v2"') == 2, answers


def exit_codes_pass_through(mesh):
    assert mesh.weft("exec", "-n", "nodejs-app", "--", "sh", "-c", "exit 7", check=False).returncode == 7
    assert mesh.weft("exec", "-n", "nodejs-app", "--", "/no/such/program", check=False).returncode == 127


def unmeshed_pods_reach_services(mesh):
    answer = mesh.weft("exec", "-n", "nodejs-app", "--no-sidecar", "--", "curl", "-sS", "http://nodejs-api:3000/")
    assert '"version"' in answer.stdout, answer.stdout + answer.stderr


def whole_life(user=None):
    before = leftovers()
    with m.Mesh(user=user) as mesh:
        mesh.up()
        split_and_header_route(mesh)
        capture_is_proven_by_the_kernels_counters(mesh)
        connections_are_routed_after_silence(mesh)
        exit_codes_pass_through(mesh)
        unmeshed_pods_reach_services(mesh)
        mesh.weft("down")
        assert not mesh.processes(), mesh.processes()
        assert leftovers() == before, (before, leftovers())
        assert not os.path.exists(os.path.join(mesh.state, "run.json"))


def the_mesh_of_the_example_runs():
    whole_life()


def it_runs_for_an_ordinary_user_too():
    if os.getuid() != 0:
        return
    whole_life(user=m.ordinary_user())


def two_meshes_live_side_by_side():
    with m.Mesh() as left, m.Mesh() as right:
        left.up()
        right.up()
        assert left.count(20, {"canary": "true"}) == {"v2": 20}
        assert right.count(20, {"canary": "true"}) == {"v2": 20}
        left.weft("down")
        assert right.count(20, {"canary": "true"}) == {"v2": 20}


if __name__ == "__main__":
    m.needs("curl", "node", "nft", "ip")
    m.run(the_mesh_of_the_example_runs, it_runs_for_an_ordinary_user_too, two_meshes_live_side_by_side)
