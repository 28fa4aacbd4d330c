#!/usr/bin/env python3
"""`weft proxy restart`: every proxy of a running mesh is followed by another, by the program as it then lies on the disk,
under traffic on kept and on new connections; no request may fail, also where the new program is of no use."""

import json
import os
import pathlib
import shutil
import signal
import tempfile

import mesh as m

ROUNDS = 3
BUILT = m.BIN


def replace_program(text):
    """Puts another file in weft-proxy's place, as a package manager does; its inode."""
    fresh = m.BIN / "weft-proxy.new"
    fresh.write_bytes(text)
    fresh.chmod(0o755)
    fresh.rename(m.BIN / "weft-proxy")
    return (m.BIN / "weft-proxy").stat().st_ino


def proxies(mesh):
    return {(p["namespace"], p["name"]): p for p in json.loads(mesh.weft("proxy", "status", "-o", "json").stdout)}


def programs_of(mesh):
    return {os.stat(f"/proc/{proxy['pid']}/exe").st_ino for proxy in proxies(mesh).values()}


class Traffic:
    """Requests on connections that are kept, and on new ones; none may fail. With a number between them to wait for."""

    def __init__(self, mesh):
        self.loads = m.Load(mesh), m.Load(mesh, keeps=False)

    def __enter__(self):
        for load in self.loads:
            load.__enter__()
        return self

    def __exit__(self, *_):
        for load in self.loads:
            load.__exit__()
        failures = [failure for load in self.loads for failure in load.failures]
        assert not failures, (len(failures), failures[:5])

    def go_on(self, requests=100):
        marks = [load.total + requests for load in self.loads]
        m.until(lambda: all(load.total > mark for load, mark in zip(self.loads, marks)), f"{requests} more requests of each kind")


def every_proxy_is_replaced_again_and_again_and_no_request_fails(mesh):
    before = proxies(mesh)
    assert len(before) == 5, before
    with Traffic(mesh) as traffic:
        for _ in range(ROUNDS):
            traffic.go_on()
            told = mesh.weft("proxy", "restart", "--all").stdout
            assert told.count(" follows ") == 5 and "has 45 s to finish its connections" in told, told
        traffic.go_on()
    after = proxies(mesh)
    assert after.keys() == before.keys()
    for pod, proxy in after.items():
        assert proxy["pid"] != before[pod]["pid"] and (proxy["restarts"], proxy["crashes"]) == (ROUNDS, 0), proxy
    for pod in mesh.get("pods", "nodejs-app") + mesh.get("pods", "weft-system"):
        assert all(c["restartCount"] == 0 for c in pod["status"]["containerStatuses"]), pod["status"]
    print(f"{sum(load.total for load in traffic.loads)} requests, none failed")


def those_that_were_followed_end_when_their_connections_do(mesh):
    m.until(lambda: not any(proxy["draining"] for proxy in proxies(mesh).values()), "every old process has ended", 60)
    assert len([line for line in mesh.processes().values() if "/weft-proxy " in line]) == 5


def weftd_knows_the_new_ones_as_it_knew_the_old_ones(mesh):
    listed = json.loads(mesh.weft("ps", "-o", "json").stdout)
    assert len({proxy["name"] for proxy in listed}) == len(listed) == 5, listed
    states = {kind["state"] for proxy in listed for kind in proxy["types"].values()}
    assert states <= {"SYNCED", "NOT SENT"}, listed


def the_program_on_the_disk_is_the_one_that_follows(mesh):
    old = programs_of(mesh)
    new = replace_program((m.BIN / "weft-proxy").read_bytes() + b"a newer one")
    assert old.isdisjoint({new}) and programs_of(mesh) == old
    with Traffic(mesh) as traffic:
        done = mesh.weft("proxy", "restart", "-n", "nodejs-app", "deploy/nodejs-api-v1").stdout
        assert done.count(" follows ") == 3, done
        assert programs_of(mesh) == old | {new}, "one workload's alone"
        mesh.weft("proxy", "restart", "--all")
        traffic.go_on()
    assert programs_of(mesh) == {new}


def a_program_that_is_of_no_use_leaves_everything_as_it_was(mesh):
    good = (m.BIN / "weft-proxy").read_bytes()
    before = {pod: proxy["pid"] for pod, proxy in proxies(mesh).items()}
    cases = (b"\x7fELF and nothing else", "can't be run: Exec format error"), (b"#!/bin/sh\necho unknown flag --node-id >&2\nexit 2\n", "unknown flag --node-id")
    with Traffic(mesh) as traffic:
        for text, why in cases:
            replace_program(text)
            told = mesh.weft("proxy", "restart", "--all", check=False)
            assert told.returncode == 1 and why in told.stderr, told
            assert f"; process {before[next(iter(before))]} goes on" in told.stderr and "4 further pods left alone" in told.stderr, told
        traffic.go_on()
        replace_program(good)
    assert {pod: proxy["pid"] for pod, proxy in proxies(mesh).items()} == before


def one_that_gets_no_configuration_in_time_follows_nobody(mesh):
    (weftd,) = [pid for pid, line in mesh.processes().items() if "/weftd " in line]
    with Traffic(mesh) as traffic:
        os.kill(weftd, signal.SIGSTOP)
        try:
            told = mesh.weft("proxy", "restart", "--all", "--timeout", "1s", check=False)
        finally:
            os.kill(weftd, signal.SIGCONT)
        assert told.returncode == 1 and "was not ready in time" in told.stderr, told
        traffic.go_on()
        assert mesh.weft("proxy", "restart", "--all", "--timeout", "0").stdout.count(" follows ") == 5
        traffic.go_on()


def those_without_connections_end_at_once_and_that_is_no_crash(mesh):
    for _ in range(ROUNDS):
        assert mesh.weft("proxy", "restart", "--all").stdout.count(" follows ") == 5
    m.until(lambda: not any(proxy["draining"] for proxy in proxies(mesh).values()), "nothing drains", 60)
    assert {proxy["crashes"] for proxy in proxies(mesh).values()} == {0}


def words_that_name_nothing_are_refused(mesh):
    for words, code, why in ((["restart"], 2, "needs a POD, or --all"), (["restart", "x", "--all"], 2, "needs a POD, or --all"),
                             (["restart", "nobody"], 1, "no pod in namespace"), (["status", "x"], 2, "takes no name")):
        told = mesh.weft("proxy", *words, check=False)
        assert told.returncode == code and why in told.stderr, told
    assert mesh.weft("proxy", "status", "-n", "weft-system").stdout.splitlines()[1].split()[:2] == ["weft-system", "weft-gateway"]


def words_of(mesh, key):
    return pathlib.Path(f"/proc/{proxies(mesh)[key]['pid']}/cmdline").read_text().split("\0")


def value_behind(words, flag):
    return words[words.index(flag) + 1] if flag in words else None


def the_next_process_runs_as_meshconfig_and_the_pod_say_by_then(mesh):
    key = next(key for key in proxies(mesh) if key[1].startswith("nodejs-api-v2"))
    assert value_behind(words_of(mesh, key), "--concurrency") == "1"
    mesh.weft("apply", "-f", "-", text="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\n"
              "data:\n  mesh: |\n    defaultConfig: {concurrency: 2, terminationDrainDuration: 3s, drainDuration: 30s}\n")
    mesh.weft("proxy", "restart", f"{key[1]}.{key[0]}")
    words = words_of(mesh, key)
    assert [value_behind(words, flag) for flag in ("--concurrency", "--drain-time", "--hand-over-time")] == ["2", "3000ms", "30000ms"], words
    threads = len(os.listdir(f"/proc/{proxies(mesh)[key]['pid']}/task"))
    assert threads >= 2, threads
    assert mesh.request()[0] == 200


def programs_of_its_own(test):
    """The mesh under test runs copies of the programs, since one of them is to be replaced."""
    with tempfile.TemporaryDirectory(prefix="weft-it-bin-") as folder:
        os.chmod(folder, 0o755)
        for program in ("weft", "weftd", "weft-node", "weft-proxy"):
            shutil.copy(BUILT / program, folder)
        m.BIN = pathlib.Path(folder)
        try:
            test()
        finally:
            m.BIN = BUILT


class Shop(m.Mesh):
    """The example with a gateway of Istio's kind, reached through the one that serves the host's port."""

    def up(self):
        self.weft("up", "-f", str(m.ROOT / "examples/gateway"), "--expose", f"istio-ingressgateway.istio-system:80={self.port}", "--detach")
        m.until(lambda: self.request()[0] == 200, "the web by the gateway")

    def request(self, path="/", headers=None, connection=None, timeout=10):
        return super().request(path, {"host": "shop.example.com", **(headers or {})}, connection, timeout)


def gateways_too():
    with Shop() as mesh:
        mesh.up()
        with Traffic(mesh) as traffic:
            for _ in range(ROUNDS):
                for pod in ("istio-ingressgateway.istio-system", "weft-gateway.weft-system"):
                    assert " follows " in mesh.weft("proxy", "restart", pod).stdout
                traffic.go_on()
        assert {proxy["crashes"] for proxy in proxies(mesh).values()} == {0}


def as_root():
    with m.Mesh() as mesh:
        mesh.up()
        m.run(every_proxy_is_replaced_again_and_again_and_no_request_fails, those_that_were_followed_end_when_their_connections_do,
              weftd_knows_the_new_ones_as_it_knew_the_old_ones, the_program_on_the_disk_is_the_one_that_follows,
              a_program_that_is_of_no_use_leaves_everything_as_it_was, one_that_gets_no_configuration_in_time_follows_nobody,
              those_without_connections_end_at_once_and_that_is_no_crash, words_that_name_nothing_are_refused,
              the_next_process_runs_as_meshconfig_and_the_pod_say_by_then, given=(mesh,))


def as_an_ordinary_user():
    with m.Mesh(user=m.ordinary_user()) as mesh:
        mesh.up()
        m.run(every_proxy_is_replaced_again_and_again_and_no_request_fails, those_that_were_followed_end_when_their_connections_do,
              weftd_knows_the_new_ones_as_it_knew_the_old_ones, given=(mesh,))


if __name__ == "__main__":
    m.needs("curl", "node", "nft", "ip")
    m.run(programs_of_its_own, given=(as_root,))
    m.run(gateways_too)
    if os.getuid() == 0:
        m.run(programs_of_its_own, given=(as_an_ordinary_user,))
