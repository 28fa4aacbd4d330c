#!/usr/bin/env python3
"""Ten replacements of certificates in a real mesh, the last by a change of its root, under load and with new connections all
the time: nobody notices."""

import mesh as m
from certs_mesh_test import NS, NewConnections, certs, in_use, trust


def replacements_cost_no_request(mesh):
    before = in_use(mesh)
    with m.Load(mesh) as load, NewConnections(mesh) as fresh:
        done = certs(mesh, "rotate", *NS, "svc/nodejs-api").stdout
        assert "replaced and in use" in done, done
        for _ in range(8):
            certs(mesh, "rotate", "--all")
        m.until(lambda: fresh.done > 3, "some new connections")
    assert not load.failures and not fresh.failures, (load.failures[:5], fresh.failures[:5])
    after = in_use(mesh)
    assert all(after[pod] != serial for pod, serial in before.items() if pod in after), (before, after)
    assert certs(mesh, "rotate", *NS, "nobody", check=False).returncode == 1


def a_root_is_replaced_under_load(mesh):
    old = trust(mesh)["roots"][0]["fingerprint"]
    assert trust(mesh)["phase"] == "steady"
    with m.Load(mesh) as load, NewConnections(mesh) as fresh:
        out = certs(mesh, "root", "rotate", "--all-steps").stdout
        at = fresh.done
        m.until(lambda: fresh.done > at + 3, "connections under the new root alone")
    assert [line.split()[1] for line in out.splitlines()] == ["introduced:", "switched:", "retired:"], out
    assert not load.failures and not fresh.failures, (load.failures[:5], fresh.failures[:5])
    roots = trust(mesh)["roots"]
    assert len(roots) == 1 and roots[0]["fingerprint"] != old, roots


def main():
    m.needs("node", "curl", "nft")
    with m.Mesh() as mesh:
        mesh.up()
        m.run(*TESTS, given=(mesh,))


TESTS = (replacements_cost_no_request, a_root_is_replaced_under_load)

if __name__ == "__main__":
    main()
