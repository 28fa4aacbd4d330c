#!/usr/bin/env python3
"""The API of a real weftd over its Unix socket and its TCP port: Kubernetes' conventions, watches, patches, one-commit
apply, the controllers behind it, and what survives kill -9."""

import base64
import http.client
import json
import os
import shutil
import subprocess
import tempfile
import threading

from weftd import (DEADLINE_SECONDS, SHOP, WEFTD, Answer, Watch, WithWeftd, config_map, deployment, destination_rule, main,
                   namespace, service, virtual_service)

CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"


class Objects(WithWeftd):
    def test_create_get_update_delete(self):
        made = self.weftd.post(CONFIG_MAPS, config_map("a", {"k": "1"}))
        self.assertEqual(made.status, 201)
        metadata = made.json["metadata"]
        self.assertEqual(metadata["generation"], 1)
        self.assertRegex(metadata["uid"], r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
        self.assertRegex(metadata["creationTimestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(self.weftd.get(CONFIG_MAPS + "/a").json, made.json)
        body = made.json
        body["data"]["k"] = "2"
        updated = self.weftd.call("PUT", CONFIG_MAPS + "/a", body)
        self.assertEqual(updated.status, 200)
        self.assertEqual(updated.json["metadata"]["generation"], 2)
        self.assertEqual(updated.json["metadata"]["uid"], metadata["uid"])
        lost = self.weftd.call("PUT", CONFIG_MAPS + "/a", body)
        self.assertEqual((lost.status, lost.json["reason"]), (409, "Conflict"))
        gone = self.weftd.call("DELETE", CONFIG_MAPS + "/a")
        self.assertEqual((gone.status, gone.json["status"]), (200, "Success"))
        missing = self.weftd.get(CONFIG_MAPS + "/a")
        self.assertEqual((missing.status, missing.json["reason"]), (404, "NotFound"))
        self.assertEqual(missing.json["details"], {"name": "a", "kind": "configmaps"})

    def test_a_change_that_changes_nothing_keeps_the_version(self):
        made = self.weftd.post(CONFIG_MAPS, config_map("a", {"k": "1"})).json
        again = self.weftd.merge(CONFIG_MAPS + "/a", {"data": {"k": "1"}}).json
        self.assertEqual(again["metadata"]["resourceVersion"], made["metadata"]["resourceVersion"])

    def test_what_is_wrong_is_refused_with_its_causes(self):
        cases = [
            (409, "AlreadyExists", lambda: self.weftd.post("/api/v1/namespaces", namespace("default"))),
            (404, "NotFound", lambda: self.weftd.post("/api/v1/namespaces/none/configmaps", config_map("a"))),
            (400, "BadRequest", lambda: self.weftd.post(CONFIG_MAPS, "{not json")),
            (400, "BadRequest", lambda: self.weftd.post(CONFIG_MAPS, '{"a":1,"a":2}')),
            (400, "BadRequest", lambda: self.weftd.post(CONFIG_MAPS, "[" * 100_000)),
            (400, "BadRequest", lambda: self.weftd.post(CONFIG_MAPS, service())),
            (400, "BadRequest", lambda: self.weftd.post(CONFIG_MAPS, {"metadata": {"name": "a"}})),
            (413, "RequestEntityTooLarge", lambda: self.weftd.post(CONFIG_MAPS, "x" * 1_200_000)),
            (422, "Invalid", lambda: self.weftd.post(CONFIG_MAPS, config_map("Not A Name"))),
            (405, "MethodNotAllowed", lambda: self.weftd.post(CONFIG_MAPS + "/a", config_map("a"))),
            (404, "NotFound", lambda: self.weftd.get("/api/v1/nonsense")),
            (403, "Forbidden", lambda: self.weftd.call("DELETE", "/api/v1/namespaces/default")),
            (415, "UnsupportedMediaType",
             lambda: self.weftd.call("PATCH", CONFIG_MAPS + "/a", "a: b", "application/apply-patch+yaml")),
        ]
        self.weftd.post(CONFIG_MAPS, config_map("a"))
        for status, reason, call in cases:
            answer = call()
            self.assertEqual((answer.status, answer.json["reason"]), (status, reason), answer.text)
        self.weftd.post("/api/v1/namespaces", namespace("shop"))
        wrong = virtual_service(-5)
        answer = self.weftd.post("/apis/networking.istio.io/v1beta1/namespaces/shop/virtualservices", wrong)
        self.assertEqual(answer.status, 422)
        self.assertIn("spec.http[0].route[0].weight", [cause["field"] for cause in answer.json["details"]["causes"]])

    def test_unknown_fields_follow_field_validation(self):
        self.weftd.post("/api/v1/namespaces", namespace("shop"))
        odd = service()
        odd["spec"]["colour"] = "red"
        path = "/api/v1/namespaces/shop/services?dryRun=All&fieldValidation="
        self.assertEqual(self.weftd.post(path + "Strict", odd).status, 422)
        warned = self.weftd.post(path + "Warn", odd)
        self.assertEqual(warned.status, 201)
        self.assertIn("colour", warned.headers["Warning"])
        self.assertIsNone(self.weftd.post(path + "Ignore", odd).headers["Warning"])
        self.assertEqual(self.weftd.get("/api/v1/namespaces/shop/services").json["items"], [])

    def test_names_are_generated(self):
        body = config_map("x")
        body["metadata"] = {"generateName": "run-"}
        names = {self.weftd.post(CONFIG_MAPS, body).json["metadata"]["name"] for _ in range(5)}
        self.assertEqual(len(names), 5)
        self.assertTrue(all(name.startswith("run-") and len(name) == 9 for name in names), names)

    def test_patches(self):
        self.weftd.post("/api/v1/namespaces", namespace("shop"))
        self.weftd.post("/apis/apps/v1/namespaces/shop/deployments", deployment(replicas=0))
        path = "/apis/apps/v1/namespaces/shop/deployments/web"
        strategic = self.weftd.call("PATCH", path, {"spec": {"template": {"spec": {"containers": [
            {"name": "web", "env": [{"name": "A", "value": "1"}]}]}}}}, "application/strategic-merge-patch+json")
        container = strategic.json["spec"]["template"]["spec"]["containers"][0]
        self.assertEqual((container["image"], container["env"]), ("web:v1", [{"name": "A", "value": "1"}]))
        merged = self.weftd.merge(path, {"metadata": {"labels": {"a": "b"}}}).json
        self.assertEqual(merged["metadata"]["labels"], {"a": "b"})
        self.assertEqual(merged["metadata"]["generation"], 2)
        patched = self.weftd.call("PATCH", path, [{"op": "remove", "path": "/metadata/labels/a"}],
                                  "application/json-patch+json").json
        self.assertEqual(patched["metadata"].get("labels", {}), {})
        frozen = self.weftd.merge(path, {"spec": {"selector": {"matchLabels": {"app": "other"}}}})
        self.assertEqual(frozen.status, 422)
        scaled = self.weftd.merge(path + "/scale", {"spec": {"replicas": 3}}).json
        self.assertEqual((scaled["kind"], scaled["spec"]["replicas"]), ("Scale", 3))

    def test_objects_are_shown_in_the_version_of_the_path(self):
        self.weftd.post("/api/v1/namespaces", namespace("shop"))
        self.weftd.post("/apis/networking.istio.io/v1/namespaces/shop/destinationrules", destination_rule())
        for version in ("v1", "v1beta1", "v1alpha3"):
            path = f"/apis/networking.istio.io/{version}/destinationrules"
            listing = self.weftd.get(path).json
            self.assertEqual(listing["apiVersion"], "networking.istio.io/" + version)
            self.assertEqual(listing["items"][0]["apiVersion"], "networking.istio.io/" + version)

    def test_services_get_addresses_and_defaults(self):
        self.weftd.post("/api/v1/namespaces", namespace("shop"))
        made = self.weftd.post("/api/v1/namespaces/shop/services", service()).json["spec"]
        self.assertRegex(made["clusterIP"], r"^10\.96\.")
        self.assertEqual(made["clusterIPs"], [made["clusterIP"]])
        self.assertEqual(made["ports"][0]["protocol"], "TCP")
        path = "/api/v1/namespaces/shop/services/web"
        self.assertEqual(self.weftd.merge(path, {"spec": {"clusterIP": "10.96.9.9"}}).status, 422)
        kept = self.weftd.call("PUT", path, service()).json["spec"]
        self.assertEqual(kept["clusterIP"], made["clusterIP"])
        headless = self.weftd.post("/api/v1/namespaces/shop/services", service("h", clusterIP="None")).json["spec"]
        self.assertEqual(headless["clusterIP"], "None")

    def test_lists_select_and_tables_show(self):
        for name, tier in (("a", "x"), ("b", "y")):
            self.weftd.post(CONFIG_MAPS, config_map(name, {"k": "v"}, {"tier": tier}))
        names = lambda query: [item["metadata"]["name"] for item in self.weftd.get(CONFIG_MAPS + query).json["items"]]
        self.assertEqual(names("?limit=1"), ["a", "b"])
        self.assertEqual(names("?labelSelector=tier%20in%20(y)"), ["b"])
        self.assertEqual(names("?fieldSelector=metadata.name%3Da"), ["a"])
        self.assertEqual(self.weftd.get(CONFIG_MAPS + "?fieldSelector=data.k%3Dv").status, 400)
        accept = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"}
        table = self.weftd.get(CONFIG_MAPS, headers=accept).json
        self.assertEqual(table["kind"], "Table")
        self.assertEqual([column["name"] for column in table["columnDefinitions"]], ["Name", "Data", "Age"])
        self.assertEqual([row["cells"][0] for row in table["rows"]], ["a", "b"])
        self.assertEqual(table["rows"][0]["object"]["kind"], "PartialObjectMetadata")


class Watches(WithWeftd):
    def test_a_watch_resumes_where_it_ended(self):
        revision = self.weftd.get(CONFIG_MAPS).json["metadata"]["resourceVersion"]
        path = f"{CONFIG_MAPS}?watch=1&allowWatchBookmarks=true&resourceVersion="
        watch = Watch(self.weftd, path + revision)
        self.weftd.post(CONFIG_MAPS, config_map("a"))
        event = watch.next()
        self.assertEqual((event["type"], event["object"]["metadata"]["name"]), ("ADDED", "a"))
        watch.close()
        self.weftd.merge(CONFIG_MAPS + "/a", {"data": {"k": "1"}})
        self.weftd.call("DELETE", CONFIG_MAPS + "/a")
        watch = Watch(self.weftd, path + event["object"]["metadata"]["resourceVersion"])
        self.assertEqual([watch.next()["type"] for _ in range(2)], ["MODIFIED", "DELETED"])
        watch.close()

    def test_without_a_version_it_begins_with_what_exists(self):
        self.weftd.post(CONFIG_MAPS, config_map("a"))
        watch = Watch(self.weftd, CONFIG_MAPS + "?watch=1")
        self.assertEqual(watch.next()["object"]["metadata"]["name"], "a")
        watch.close()
        watch = Watch(self.weftd, CONFIG_MAPS + "?watch=1&sendInitialEvents=true&allowWatchBookmarks=true"
                      "&resourceVersionMatch=NotOlderThan")
        self.assertEqual(watch.next()["type"], "ADDED")
        mark = watch.next()
        self.assertEqual(mark["type"], "BOOKMARK")
        self.assertEqual(mark["object"]["metadata"]["annotations"], {"k8s.io/initial-events-end": "true"})
        watch.close()

    def test_objects_enter_and_leave_a_selection(self):
        watch = Watch(self.weftd, CONFIG_MAPS + "?watch=1&labelSelector=on%3Dyes")
        self.weftd.post(CONFIG_MAPS, config_map("a"))
        self.weftd.merge(CONFIG_MAPS + "/a", {"metadata": {"labels": {"on": "yes"}}})
        self.weftd.merge(CONFIG_MAPS + "/a", {"data": {"k": "1"}})
        self.weftd.merge(CONFIG_MAPS + "/a", {"metadata": {"labels": {"on": "no"}}})
        self.assertEqual([watch.next()["type"] for _ in range(3)], ["ADDED", "MODIFIED", "DELETED"])
        watch.close()

    def test_a_version_out_of_reach_is_gone(self):
        watch = Watch(self.weftd, CONFIG_MAPS + "?watch=1&resourceVersion=999999")
        event = watch.next()
        self.assertEqual((event["type"], event["object"]["code"], event["object"]["reason"]), ("ERROR", 410, "Expired"))
        self.assertIsNone(watch.next())
        watch.close()

    def test_a_watch_ends_in_its_time(self):
        watch = Watch(self.weftd, CONFIG_MAPS + "?watch=1&timeoutSeconds=1&resourceVersion=1")
        self.assertIsNone(watch.next())
        watch.close()


class Apply(WithWeftd):
    def test_many_objects_are_one_commit(self):
        answer = self.weftd.apply(SHOP)
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual([item["result"] for item in answer.json["items"]], ["created"] * 5)
        versions = sorted(int(item["resourceVersion"]) for item in answer.json["items"])
        self.assertEqual(versions, list(range(versions[0], versions[0] + 5)))
        self.assertEqual(answer.json["metadata"]["resourceVersion"], str(versions[-1]))
        again = self.weftd.apply(SHOP).json
        self.assertEqual([item["result"] for item in again["items"]], ["unchanged"] * 5)
        changed = self.weftd.apply([virtual_service(50), service()]).json
        self.assertEqual([item["result"] for item in changed["items"]], ["configured", "unchanged"])

    def test_a_pod_has_its_sidecar_by_the_labels_of_a_namespace_that_comes_with_it(self):
        space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "new", "labels": {"istio-injection": "enabled"}}}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "new"},
               "spec": {"containers": [{"name": "web", "image": "web"}]}}
        self.assertEqual(self.weftd.apply([pod, space]).status, 200)
        made = self.weftd.get("/api/v1/namespaces/new/pods/web").json
        self.assertIn("sidecar.istio.io/status", made["metadata"]["annotations"])

    def test_it_removes_what_it_applied_and_keeps_what_others_set(self):
        self.weftd.apply(SHOP)
        path = "/apis/apps/v1/namespaces/shop/deployments/web"
        self.weftd.merge(path, {"spec": {"minReadySeconds": 7}})
        item = deployment(replicas=0)
        item["spec"]["paused"] = True
        self.weftd.apply([item])
        self.assertTrue(self.weftd.get(path).json["spec"]["paused"])
        self.weftd.apply([deployment(replicas=0)])
        spec = self.weftd.get(path).json["spec"]
        self.assertNotIn("paused", spec)
        self.assertEqual(spec["minReadySeconds"], 7)

    def test_one_bad_object_refuses_all(self):
        unknown_subset = virtual_service()
        unknown_subset["spec"]["http"][0]["route"][1]["destination"]["subset"] = "v9"
        unknown_field = service()
        unknown_field["spec"]["colour"] = "red"
        for bad in (unknown_subset, unknown_field, SHOP[1], {"kind": "Nonsense"}, 7):
            answer = self.weftd.apply(SHOP + [bad])
            self.assertEqual((answer.status, answer.json["reason"]), (422, "Invalid"), answer.text)
            self.assertTrue(answer.json["details"]["causes"])
            self.assertEqual(self.weftd.get("/api/v1/namespaces/shop").status, 404)

    def test_a_dry_run_writes_nothing(self):
        answer = self.weftd.apply(SHOP, "&dryRun=All")
        self.assertEqual([item["result"] for item in answer.json["items"]], ["created"] * 5)
        self.assertEqual(self.weftd.get("/api/v1/namespaces/shop").status, 404)

    def test_waiting_for_proxies_ends_at_once_when_there_are_none(self):
        revision = self.weftd.apply(SHOP).json["metadata"]["resourceVersion"]
        report = self.weftd.get(f"/apis/weft.dev/v1/sync?timeoutSeconds=5&resourceVersion={revision}")
        self.assertEqual((report.status, report.json["proxies"], report.json["pending"]), (200, 0, []))
        self.assertEqual(self.weftd.get("/apis/weft.dev/v1/sync?resourceVersion=99999").status, 400)
        self.assertEqual(self.weftd.get("/apis/weft.dev/v1/proxies").json["items"], [])


class Workloads(WithWeftd):
    PODS = "/api/v1/namespaces/shop/pods"

    def setUp(self):
        super().setUp()
        self.weftd.apply([namespace("shop"), service(), deployment()])
        self.pods = self.weftd.until("two pods", lambda: self.list_pods(2))

    def list_pods(self, count):
        items = self.weftd.get(self.PODS).json["items"]
        return items if len(items) == count else None

    def run_pod(self, pod, address):
        """What weft-node says of a pod that runs."""
        status = {"phase": "Running", "podIP": address, "conditions": [{"type": "Ready", "status": "True"}]}
        answer = self.weftd.merge(f"{self.PODS}/{pod['metadata']['name']}/status", {"status": status})
        self.assertEqual(answer.status, 200, answer.text)

    def endpoints(self):
        slices = self.weftd.get("/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices").json["items"]
        return {e["addresses"][0]: e["conditions"] for s in slices for e in s["endpoints"]}

    def test_pods_that_run_become_endpoints_and_the_deployment_available(self):
        self.assertEqual(self.endpoints(), {})
        for index, pod in enumerate(self.pods):
            self.run_pod(pod, f"10.244.0.{index + 1}")
        ready = {"ready": True, "serving": True, "terminating": False}
        self.weftd.until("endpoints", lambda: self.endpoints() == {"10.244.0.1": ready, "10.244.0.2": ready})
        status = self.weftd.until("availability", lambda: self.weftd.get(
            "/apis/apps/v1/namespaces/shop/deployments/web").json["status"].get("availableReplicas") == 2)
        self.assertTrue(status)

    def test_a_running_pod_is_removed_only_when_its_node_says_so(self):
        self.run_pod(self.pods[0], "10.244.0.1")
        path = f"{self.PODS}/{self.pods[0]['metadata']['name']}"
        marked = self.weftd.call("DELETE", path).json
        self.assertEqual((marked["kind"], marked["metadata"]["deletionGracePeriodSeconds"]), ("Pod", 30))
        self.weftd.until("a replacement", lambda: self.list_pods(3))
        self.weftd.until("a terminating endpoint", lambda: self.endpoints().get("10.244.0.1") == {
            "ready": False, "serving": True, "terminating": True})
        self.assertEqual(self.weftd.call("DELETE", path + "?gracePeriodSeconds=0").json["status"], "Success")
        self.weftd.until("its endpoint to go", lambda: self.endpoints() == {})

    def test_deleting_the_owner_deletes_what_it_owns(self):
        self.weftd.call("DELETE", "/apis/apps/v1/namespaces/shop/deployments/web")
        self.weftd.until("no pods", lambda: self.list_pods(0) is not None)
        self.weftd.call("DELETE", "/api/v1/namespaces/shop/services/web")
        slices = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices"
        self.weftd.until("no slices", lambda: self.weftd.get(slices).json["items"] == [])

    def test_orphans_stay(self):
        self.weftd.call("DELETE", "/apis/apps/v1/namespaces/shop/deployments/web",
                        {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Orphan"})
        self.assertEqual([pod["metadata"].get("ownerReferences", []) for pod in self.list_pods(2)], [[], []])

    def test_a_namespace_goes_with_its_content(self):
        self.assertEqual(self.weftd.call("DELETE", "/api/v1/namespaces/shop").json["status"]["phase"], "Terminating")
        self.weftd.until("the namespace to go", lambda: self.weftd.get("/api/v1/namespaces/shop").status == 404)
        self.assertEqual(self.weftd.get("/api/v1/pods").json["items"], [])

    def test_tokens_are_bound_to_pods(self):
        path = "/api/v1/namespaces/shop/serviceaccounts/default/token"
        pod = self.pods[0]["metadata"]
        request = {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "spec": {
            "expirationSeconds": 7200, "boundObjectRef": {"kind": "Pod", "name": pod["name"], "uid": pod["uid"]}}}
        answer = self.weftd.post(path, request)
        self.assertEqual(answer.status, 201, answer.text)
        claims = answer.json["status"]["token"].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        self.assertEqual(claims["sub"], "system:serviceaccount:shop:default")
        self.assertEqual(claims["pod"], {"name": pod["name"], "uid": pod["uid"]})
        self.assertEqual(claims["exp"] - claims["iat"], 7200)
        request["spec"]["boundObjectRef"]["uid"] = "another"
        self.assertEqual(self.weftd.post(path, request).status, 409)
        self.assertEqual(self.weftd.post(path, {"spec": {}}).status, 400)
        self.assertEqual(self.weftd.post(path.replace("default", "nobody"), request).status, 404)


class Doors(WithWeftd):
    def tcp(self, path, headers, method="GET", body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.weftd.port, timeout=DEADLINE_SECONDS)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def test_tcp_wants_the_token_and_its_own_name(self):
        with open(os.path.join(self.weftd.state, "keys/admin.token")) as file:
            token = file.read()
        bearer = {"Authorization": "Bearer " + token}
        self.assertEqual(self.tcp("/api/v1/namespaces", bearer).status, 200)
        basic = {"Authorization": "Basic " + base64.b64encode(f"admin:{token}".encode()).decode()}
        self.assertEqual(self.tcp("/api/v1/namespaces", basic).status, 200)
        for path in ("/api/v1/namespaces", "/api", "/version", "/metrics", "/openapi/v2", "/apis/weft.dev/v1/proxies", "/nonsense"):
            self.assertEqual(self.tcp(path, {}).status, 401, path)
        self.assertEqual(self.tcp("/api", {"Authorization": "Bearer " + token[:-1]}).status, 401)
        self.assertEqual(self.tcp("/api", {**bearer, "Host": "evil.example"}).status, 403)
        self.assertEqual(self.tcp("/healthz", {}).status, 200)

    def test_tokens_carry_roles(self):
        self.weftd.apply([namespace("shop")])
        tokens = "/apis/weft.dev/v1/tokens"
        bearer = {}
        for role in ("viewer", "editor", "admin"):
            made = self.weftd.post(tokens, {"name": "a-" + role, "role": role})
            self.assertEqual(made.status, 201, made.text)
            bearer[role] = {"Authorization": "Bearer " + made.json["token"], "Content-Type": "application/json"}
        config = {"kind": "List", "items": [{**config_map("c"), "metadata": {"name": "c", "namespace": "shop"}}]}
        mesh = {"kind": "List", "items": [{**config_map("istio"), "metadata": {"name": "istio", "namespace": "istio-system"}}]}
        calls = (("GET", "/api/v1/namespaces", None, (200, 200, 200)),
                 ("GET", "/apis/weft.dev/v1/certificates", None, (200, 200, 200)),
                 ("GET", "/api/v1/namespaces/shop/secrets", None, (403, 200, 200)),
                 ("GET", "/api/v1/secrets", None, (403, 403, 200)),
                 ("POST", "/apis/weft.dev/v1/apply", config, (403, 200, 200)),
                 ("POST", "/apis/weft.dev/v1/apply", mesh, (403, 403, 200)),
                 ("POST", "/apis/weft.dev/v1/trust", {"step": "retire"}, (403, 403, 409)),
                 ("GET", tokens, None, (403, 403, 200)),
                 ("DELETE", tokens + "/a-editor", None, (403, 403, 200)))
        for method, path, body, codes in calls:
            for role, code in zip(("viewer", "editor", "admin"), codes):
                answer = self.tcp(path, bearer[role], method, body)
                self.assertEqual(answer.status, code, (method, path, role, answer.text))
        self.assertEqual(self.tcp("/api/v1/namespaces", bearer["editor"]).status, 401)
        self.assertNotIn("token", self.weftd.get(tokens).json["items"][0])
        for wrong in ({"role": "viewer"}, {"name": "A b", "role": "viewer"}, {"name": "x", "role": "root"},
                      {"name": "x", "role": "viewer", "expiresSeconds": 0}):
            self.assertEqual(self.weftd.post(tokens, wrong).status, 400, wrong)
        self.assertEqual(self.weftd.post(tokens, {"name": "a-viewer", "role": "admin"}).status, 409)

    def test_secrets_are_for_their_owner_only(self):
        for name in ("weftd.sock", "weft.db", "kubeconfig", "keys/admin.token", "keys/pod-tokens.key"):
            mode = os.stat(os.path.join(self.weftd.state, name)).st_mode
            self.assertEqual(mode & 0o077, 0, name)

    def test_a_key_that_others_may_read_is_refused(self):
        self.weftd.kill()
        key = os.path.join(self.weftd.state, "keys/pod-tokens.key")
        os.chmod(key, 0o644)
        refused = subprocess.run([WEFTD, "--state", self.weftd.state, "--api-port", "0"], capture_output=True, text=True,
                                 timeout=DEADLINE_SECONDS)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("chmod 600", refused.stderr)
        os.chmod(key, 0o600)
        self.weftd.start()

    def test_a_second_weftd_on_the_same_state_is_refused(self):
        second = subprocess.run([WEFTD, "--state", self.weftd.state, "--api-port", "0"], capture_output=True, text=True,
                                timeout=DEADLINE_SECONDS)
        self.assertEqual(second.returncode, 1)
        self.assertIn("another process has this database open", second.stderr)
        self.assertEqual(self.weftd.get("/healthz").status, 200)

    def test_a_taken_port_is_named(self):
        other = tempfile.mkdtemp(prefix="weft-api-")
        refused = subprocess.run([WEFTD, "--state", other, "--api-port", str(self.weftd.port)], capture_output=True,
                                 text=True, timeout=DEADLINE_SECONDS)
        shutil.rmtree(other)
        self.assertEqual(refused.returncode, 1)
        self.assertIn(f"127.0.0.1:{self.weftd.port}", refused.stderr)
        self.assertIn("--api-port", refused.stderr)


class Crashes(WithWeftd):
    def write_until_refused(self, acknowledged):
        connection = self.weftd.connection()
        try:
            for number in range(100_000):
                connection.request("POST", CONFIG_MAPS, json.dumps(config_map(f"n{number}")),
                                   {"Content-Type": "application/json"})
                answer = Answer(connection.getresponse())
                if answer.status == 201:
                    acknowledged[answer.json["metadata"]["name"]] = answer.json
                elif answer.status != 409:
                    raise AssertionError(answer.text)
        except (OSError, http.client.HTTPException):
            pass

    def test_kill_9_while_writing_loses_nothing_and_watches_resume(self):
        acknowledged = {}
        for round_number in range(5):
            begun = len(acknowledged)
            last = self.weftd.get(CONFIG_MAPS).json["metadata"]["resourceVersion"]
            writer = threading.Thread(target=self.write_until_refused, args=(acknowledged,))
            writer.start()
            self.weftd.until("some writes", lambda: len(acknowledged) > begun + 5)
            self.weftd.kill()
            writer.join()
            self.weftd.start()
            listing = self.weftd.get(CONFIG_MAPS).json
            present = {item["metadata"]["name"]: item for item in listing["items"]}
            for name, body in acknowledged.items():
                self.assertEqual(present[name]["metadata"]["uid"], body["metadata"]["uid"])
                self.assertEqual(present[name]["metadata"]["resourceVersion"], body["metadata"]["resourceVersion"])
            watch = Watch(self.weftd, f"{CONFIG_MAPS}?watch=1&resourceVersion={last}")
            seen = [watch.next()["object"]["metadata"]["name"] for _ in range(len(acknowledged) - begun)]
            self.assertEqual(len(set(seen)), len(seen))
            self.assertLessEqual(set(seen), set(present))
            watch.close()

    def test_what_was_under_way_goes_on_after_a_restart(self):
        self.weftd.apply([namespace("shop"), deployment(replicas=1)])
        self.weftd.kill()
        self.weftd.start()
        self.weftd.until("the pod", lambda: self.weftd.get("/api/v1/namespaces/shop/pods").json["items"])


if __name__ == "__main__":
    main()
