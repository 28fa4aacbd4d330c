"""What an attacker says in a request's head to be taken for somebody else, as data: forty spoofs, each with a name, how it is sent, and what
must come of it. header_spoofs_mesh_test.py sends them."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Spoof:
    """`comes_of_it`: the status, or those that will do; 0: the connection or stream ends without an answer. Where the application answers, it
    has been told nothing of `never` (names of fields, or parts of their values), and all of `kept`."""

    path: str
    fields: bytes = b""
    comes_of_it: tuple = (403,)
    door: str = "pod"  # "pod": plain text to the sidecar; "mesh": through a sidecar, as "nobody"; "edge": a gateway, from outside
    raw: bytes = b""   # the whole request in place of one made of path and fields
    http2: tuple = ()  # fields of an HTTP/2 request, pseudo-fields included
    never: tuple = ()
    kept: tuple = ()   # parts of values


ADMIN = b"spiffe://cluster.local/ns/nodejs-app/sa/admin"
XFCC = b"By=spiffe://cluster.local/ns/nodejs-app/sa/api;Hash=" + b"a" * 64 + b";Subject=\"\";URI=" + ADMIN
CLAIMS = b"eyJyb2xlIjoiYWRtaW4ifQ"  # {"role":"admin"}


def head(line, fields):
    return line + b" HTTP/1.1\r\n" + fields + b"Connection: close\r\n\r\n"


def h2(path, *more, method=b"GET", authority=b"nodejs-api:3000"):
    return ((b":method", method), (b":scheme", b"http"), (b":authority", authority), (b":path", path), *more)


# /admin is for one principal, /claims for tokens with role=admin, /guarded for whom the authorizer takes for ann, /remote for clients of
# 203.0.113.7, hosts named admin.internal for nobody; /open is everybody's, and shows what the application is told.
SPOOFS = {
    # Who calls: the peer's certificate alone says it.
    "a certificate told in x-forwarded-client-cert": Spoof("/admin/x", b"x-forwarded-client-cert: " + XFCC + b"\r\n"),
    "the same in odd case": Spoof("/admin/x", b"X-ForWarded-CLIENT-cert: " + XFCC + b"\r\n"),
    "the same through a sidecar": Spoof("/admin/x", b"x-forwarded-client-cert: " + XFCC + b"\r\n", door="mesh"),
    "two of them": Spoof("/admin/x", b"x-forwarded-client-cert: By=a\r\nx-forwarded-client-cert: " + XFCC + b"\r\n"),
    "one that the application would believe": Spoof("/open/x", b"x-forwarded-client-cert: " + XFCC + b"\r\n", (200,), never=("x-forwarded-client-cert",)),
    "one with underscores": Spoof("/open/x", b"x_forwarded_client_cert: " + XFCC + b"\r\nx-forwarded_client-cert: a\r\n", (200,),
                                  never=("x_forwarded_client_cert", "x-forwarded_client-cert")),
    "one with underscores over HTTP/2 at the edge": Spoof("/open/x", http2=h2(b"/open/x", (b"x_forwarded_client_cert", XFCC)), comes_of_it=(400,), door="edge"),
    "one behind a sidecar, appended to": Spoof("/open/x", b"x-forwarded-client-cert: " + XFCC + b"\r\n", (200,), door="mesh", never=(ADMIN.decode(),), kept=("sa/default",)),
    "one's own taken away by Connection": Spoof("/open/x", b"Connection: x-forwarded-client-cert\r\n", (200,), door="mesh", kept=("sa/default",)),
    "one over HTTP/2": Spoof("/admin/x", http2=h2(b"/admin/x", (b"x-forwarded-client-cert", XFCC))),
    "a principal in fields of other meshes": Spoof("/admin/x", b"l5d-client-id: admin\r\nx-spiffe-id: " + ADMIN + b"\r\nsource.principal: " + ADMIN + b"\r\n"),
    "fields of the proxy's own": Spoof("/admin/x", b"x-weft-principal: admin\r\nx-weft-not-delivered: 1\r\nx-envoy-internal: true\r\n"),
    "the proxy's own fields, told on": Spoof("/open/x", b"x-weft-a: 1\r\nx-envoy-retry-on: 5xx\r\nX-Envoy-Internal: true\r\nx-envoy-peer-metadata: x\r\n", (200,),
                                             never=("x-weft-a", "x-envoy-retry-on", "x-envoy-internal", "x-envoy-peer-metadata")),
    # Where from: at the edge the socket says it.
    "an address in x-forwarded-for": Spoof("/remote/x", b"x-forwarded-for: 203.0.113.7\r\n", door="edge"),
    "a list of addresses": Spoof("/remote/x", b"x-forwarded-for: 203.0.113.7, 203.0.113.7\r\nx-forwarded-for: 203.0.113.7\r\n", door="edge"),
    "an address in its brothers": Spoof("/remote/x", b"x-real-ip: 203.0.113.7\r\ntrue-client-ip: 203.0.113.7\r\nforwarded: for=203.0.113.7\r\n"
                                        b"x-envoy-external-address: 203.0.113.7\r\nx-client-ip: 203.0.113.7\r\n", door="edge"),
    "our address taken away by Connection": Spoof("/remote/x", b"x-forwarded-for: 203.0.113.7\r\nConnection: x-forwarded-for\r\n", door="edge"),
    "https in x-forwarded-proto": Spoof("/open/x", b"x-forwarded-proto: https\r\n", (200,), door="edge", never=("https",)),
    "steering at the edge": Spoof("/open/x", b"x-envoy-upstream-rq-timeout-ms: 1\r\nx-envoy-decorator-operation: a\r\nx-envoy-internal: true\r\n", (200,), door="edge",
                                  never=("x-envoy-upstream-rq-timeout-ms", "x-envoy-decorator-operation", "x-envoy-internal")),
    # What a token says: signed tokens alone.
    "a claim as its field": Spoof("/open/x", b"x-jwt-role: admin\r\n", (200,), never=("x-jwt-role",)),
    "a claim as its field, twice and in odd case": Spoof("/open/x", b"X-JWT-Role: user\r\nx-jwt-ROLE: admin\r\n", (200,), never=("x-jwt-role",)),
    "a claim as its field with underscores": Spoof("/open/x", b"x_jwt_role: admin\r\n", (200,), never=("x_jwt_role",)),
    "a payload as its field": Spoof("/open/x", b"x-jwt-payload: " + CLAIMS + b"\r\n", (200,), never=("x-jwt-payload",)),
    "a payload as its field over HTTP/2": Spoof("/open/x", http2=h2(b"/open/x", (b"x-jwt-payload", CLAIMS), (b"x-jwt-role", b"admin")), comes_of_it=(200,), never=("x-jwt-payload", "x-jwt-role")),
    "a claim to a rule": Spoof("/claims/x", b"x-jwt-role: admin\r\nx-jwt-payload: " + CLAIMS + b"\r\nrole: admin\r\n"),
    "a claim named as the rule names it": Spoof("/claims/x", b"request.auth.claims.role: admin\r\nrequest.auth.claims: admin\r\n"),
    "an unsigned token": Spoof("/claims/x", b"Authorization: Bearer eyJhbGciOiJub25lIn0." + CLAIMS + b".\r\n", (401,)),
    "two Authorization fields, neither good": Spoof("/claims/x", b"Authorization: Bearer a.b.c\r\nAuthorization: Basic YWRtaW46YWRtaW4=\r\n", (401, 403)),
    # What the authorizer says.
    "the authorizer's field": Spoof("/guarded/anonymous", b"x-user: root\r\n", (200,), never=("x-user",)),
    "the authorizer's field, twice and in odd case": Spoof("/guarded/anonymous", b"X-User: root\r\nx-uSER: admin\r\n", (200,), never=("x-user",)),
    "the authorizer's field with an underscore": Spoof("/guarded/anonymous", b"x_user: root\r\n", (200,), never=("x_user",)),
    "the authorizer's field taken away by Connection": Spoof("/guarded/allow", b"Connection: x-user\r\n", (200,), kept=("ann",)),
    "the authorizer passed by with a path in another field": Spoof("/guarded/deny", b"x-original-url: /open/x\r\nx-rewrite-url: /open/x\r\nx-envoy-original-path: /open/x\r\n", (401,)),
    # Which host and method.
    "a host that is for nobody, behind another": Spoof("/open/x", raw=head(b"GET /open/x", b"Host: nodejs-api:3000\r\nHost: admin.internal\r\n"), comes_of_it=(400,)),
    "a host that is for nobody, in a whole target": Spoof("/open/x", raw=head(b"GET http://admin.internal/open/x", b"Host: nodejs-api:3000\r\n"), comes_of_it=(400, 403)),
    "a host that is for nobody, in odd case with a dot": Spoof("/open/x", raw=head(b"GET /open/x", b"Host: ADMIN.internal:3000\r\n"), comes_of_it=(403,)),
    "another host and authority over HTTP/2": Spoof("/open/x", http2=h2(b"/open/x", (b"host", b"admin.internal")), comes_of_it=(0, 400, 403)),
    "a method in a field": Spoof("/open/x", b"X-HTTP-Method-Override: DELETE\r\nX-Method-Override: DELETE\r\nx-http-method: DELETE\r\n", (200,)),
    "a pseudo-field as a field": Spoof("/admin/x", raw=head(b"GET /admin/x", b"Host: nodejs-api:3000\r\n:path: /open/x\r\n"), comes_of_it=(400,)),
    "a second pseudo-field over HTTP/2": Spoof("/admin/x", http2=h2(b"/admin/x", (b":path", b"/open/x")), comes_of_it=(0, 400)),
}
