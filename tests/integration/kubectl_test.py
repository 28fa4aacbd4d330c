#!/usr/bin/env python3
"""kubectl against a real weftd: the version on this machine's PATH, and others named in KUBECTLS."""

import json
import os
import shutil
import subprocess
import sys

from weftd import SHOP, WithWeftd, main

NETWORK_POLICY = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"podSelector": {"matchLabels": {"app": "web"}}, "ingress": [{"ports": [{"port": 8080}]}]},
}


def kubectls():
    """The kubectl of this machine, and others named in KUBECTLS (paths with ":" between)."""
    named = [path for path in os.environ.get("KUBECTLS", "").split(":") if path]
    found = shutil.which("kubectl")
    return named + ([found] if found else [])


class Kubectl(WithWeftd):
    def run_kubectl(self, *words, code=0, text=None):
        environment = {**os.environ, "KUBECONFIG": os.path.join(self.weftd.state, "kubeconfig"),
                       "EDITOR": "sed -i s/90$/80/", "HOME": self.weftd.state}
        done = subprocess.run([self.kubectl, *words], input=text, capture_output=True, text=True, env=environment,
                              timeout=60)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_kubectl_works(self):
        if not kubectls():
            self.skipTest("no kubectl on this machine")
        for self.kubectl in kubectls():
            with self.subTest(kubectl=self.kubectl):
                self.use_kubectl()

    def use_kubectl(self):
        items = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(reversed(SHOP))})
        self.assertIn("Server Version", self.run_kubectl("version"))
        self.assertEqual(self.run_kubectl("apply", "-f", "-", text=items).count(" created"), 5)
        self.assertEqual(self.run_kubectl("apply", "-f", "-", text=items).count(" unchanged"), 5)
        self.assertIn("server dry run", self.run_kubectl("apply", "--dry-run=server", "-f", "-", text=items))
        self.assertIn("web", self.run_kubectl("get", "vs,dr,svc,deploy", "-n", "shop"))
        self.assertIn("edited", self.run_kubectl("edit", "vs", "web", "-n", "shop"))
        weights = self.run_kubectl("get", "vs", "web", "-n", "shop", "-o", "jsonpath={.spec.http[0].route[*].weight}")
        self.assertEqual(weights, "80 10")
        self.run_kubectl("patch", "deploy", "web", "-n", "shop", "-p", '{"spec":{"replicas":1}}')
        self.run_kubectl("scale", "deploy/web", "-n", "shop", "--replicas=2")
        self.run_kubectl("label", "vs", "web", "-n", "shop", "a=b")
        self.run_kubectl("wait", "deploy/web", "-n", "shop", "--for=condition=Available=False", "--timeout=10s")
        self.assertIn("NotFound", self.run_kubectl("get", "pod", "none", code=1))
        self.run_kubectl("apply", "-f", "-", text=json.dumps(NETWORK_POLICY))
        self.assertIn("app=web", self.run_kubectl("get", "netpol", "-n", "shop"))
        self.assertIn("Allowing ingress traffic:\n    To Port: 8080/TCP", self.run_kubectl("describe", "netpol", "web", "-n", "shop"))
        self.explain_kinds()
        self.create_things()
        self.assertEqual(self.run_kubectl("delete", "--ignore-not-found", "-f", "-", text=items).count("namespace \"shop\" deleted"), 1)
        self.assertEqual(self.weftd.get("/api/v1/namespaces/shop").status, 404)

    def explain_kinds(self):
        self.assertIn('the server doesn\'t have a resource type "foos"', self.run_kubectl("get", "foos", code=1))
        # By the newest form of OpenAPI that this kubectl knows, and by the oldest.
        oldest = "--output=plaintext-openapiv2"
        for flags in ((), (oldest,)) if "plaintext-openapiv2" in self.run_kubectl("explain", "--help") else ((),):
            self.assertRegex(self.run_kubectl("explain", "pods.spec.containers", *flags), r"image\s+<string>")
            self.assertRegex(self.run_kubectl("explain", "virtualservice.spec.http.retries", *flags), r"attempts\s+<integer>")
        self.assertIn('field "nosuch" does not exist', self.run_kubectl("explain", "pods.spec.nosuch", code=1))

    def create_things(self):
        """What these commands make goes over the wire as protobuf."""
        for words in ("namespace made", "configmap c --from-literal=a=b -n made", "serviceaccount s -n made",
                      "secret generic g --from-literal=user=admin -n made", "service clusterip web --tcp=80:8080 -n made",
                      "service externalname out --external-name=example.com -n made",
                      "deployment web --image=web:v1 --port=8080 --replicas=0 -n made"):
            self.assertIn(" created", self.run_kubectl("create", *words.split()), words)
        self.assertEqual(self.run_kubectl("get", "secret", "g", "-n", "made", "-o", "jsonpath={.data.user}"), "YWRtaW4=")
        self.assertEqual(self.run_kubectl("get", "svc", "web", "-n", "made", "-o", "jsonpath={.spec.ports[0].targetPort}"), "8080")
        image = "jsonpath={.spec.template.spec.containers[0].image}"
        self.assertEqual(self.run_kubectl("get", "deploy", "web", "-n", "made", "-o", image), "web:v1")
        self.patch_with_directives()

    def patch_with_directives(self):
        containers = [{"name": "web", "$patch": "delete"}, {"name": "other", "image": "other:v1"}]
        patch = {"spec": {"strategy": {"$patch": "delete"}, "template": {
            "metadata": {"labels": {"$patch": "replace", "app": "web"}}, "spec": {"containers": containers}}}}
        self.run_kubectl("patch", "deploy", "web", "-n", "made", "-p", json.dumps(patch))
        patched = json.loads(self.run_kubectl("get", "deploy", "web", "-n", "made", "-o", "json"))["spec"]
        patched["template"]["metadata"].pop("creationTimestamp", None)  # older kubectls send a null, which Kubernetes keeps, too
        self.assertNotIn("null", json.dumps(patched))
        self.assertEqual([c["image"] for c in patched["template"]["spec"]["containers"]], ["other:v1"])
        self.assertEqual(patched["template"]["metadata"]["labels"], {"app": "web"})
        self.assertIn("pod/p created", self.run_kubectl("run", "p", "--image=web:v1", "--env=A=b", "-n", "made"))
        self.assertIn("service/p exposed", self.run_kubectl("expose", "pod", "p", "--port=80", "-n", "made"))
        self.run_kubectl("delete", "namespace", "made")


if __name__ == "__main__":
    if not kubectls():
        print("skipped: there is no kubectl on this machine")
        sys.exit(77)
    main()
