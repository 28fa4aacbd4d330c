"""Requests and responses that two implementations could read differently: none of them passes weft-proxy, and what follows them is never
taken for a message. The unit tests of src/http/h1 try the same forms cut at every byte; this is the whole way, to the endpoint and back."""

import socket
import threading
import unittest

from proxy_fixture import Client, Server, WithProxy, cluster, header, http_listener, read_head, skip_unless_built, to

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"


def post(fields, body=b"", version=b"1.1"):
    return b"POST /attack HTTP/" + version + b"\r\nHost: a\r\n" + fields + b"\r\n\r\n" + body


def get(fields):
    return b"GET /attack HTTP/1.1\r\nHost: a\r\n" + fields + b"\r\n\r\n"


def chunked(body):
    return post(b"Transfer-Encoding: chunked", body)


# What is refused by its head: nothing of it may reach the endpoint.
HEADS = {
    "A1 both lengths": post(b"Content-Length: 6\r\nTransfer-Encoding: chunked", b"0\r\n\r\nX"),
    "A1 the other order": post(b"Transfer-Encoding: chunked\r\nContent-Length: 6", b"0\r\n\r\nX"),
    "A2 differing": post(b"Content-Length: 1\r\nContent-Length: 0", b"X"), "A2 repeated": post(b"Content-Length: 1\r\nContent-Length: 1", b"X"),
    "A2 list": post(b"Content-Length: 5, 5", b"hello"),
    **{f"A3 {value!r}": post(b"Content-Length: " + value) for value in (b"+5", b"-1", b"0x10", b"1_0", b"5 5", b"", b"18446744073709551616", b"5,", b"5;")},
    "A3 empty, then real": post(b"Content-Length: \r\nContent-Length: 43"),
    **{f"A4 {value!r}": post(b"Transfer-Encoding: " + value, b"0\r\n\r\n") for value in (
        b",chunked", b"chunked,", b"chunked,chunked", b"chunked, identity", b"identity", b"gzip, chunked", b"xchunked", b"chunked;a", b"\"chunked\"", b"",
        b"\x0bchunked", b"\xa0chunked", b"\xffchunked\xff", b"chunked\x00", b"chunked x")},
    "A4 twice": post(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
    "A4 twice, second odd": post(b"Transfer-Encoding: chunked\r\nTransfer-encoding: cow", b"0\r\n\r\n"),
    "A5 HTTP/1.0": post(b"Transfer-Encoding: chunked", b"0\r\n\r\n", b"1.0"),
    "A6 folded": post(b"Transfer-Encoding:\r\n chunked", b"0\r\n\r\n"), "A6 folded by a tab": get(b"A: b\r\n\tc"),
    "A7 CR in a value": get(b"A: b\rC: d"), "A7 CR in a name": get(b"A\r: b"), "A7 CR before the end": b"GET /attack HTTP/1.1\r\nHost: a\r\n\rZ\r\n\r\n",
    "A8 LF alone": b"GET /attack HTTP/1.1\nHost: a\n\n", "A8 LF after a field": b"GET /attack HTTP/1.1\r\nHost: a\n\r\n",
    "A12 space before the colon": post(b"Content-Length : 4", b"four"), "A12 tab": post(b"Content-Length\t: 4", b"four"), "A12 no name": get(b": x"),
    "A12 no colon": get(b"abc"), "A12 no token": get(b"a(b: c"), "A12 a space first": b"GET /attack HTTP/1.1\r\n Host: a\r\n\r\n",
    "A13 NUL": get(b"X: a\0b"), "A13 control": get(b"X: a\x01b"), "A13 DEL": get(b"X: a\x7fb"),
    "A14 no version": b"GET /attack\r\n\r\n", "A14 method": b"G=\"x\" /attack HTTP/1.1\r\nHost: a\r\n\r\n", "A14 spaces": b"GET  /attack HTTP/1.1\r\nHost: a\r\n\r\n",
    "A14 1.32": b"GET /attack HTTP/1.32\r\nHost: a\r\n\r\n", "A14 0.9": b"GET /attack HTTP/0.9\r\nHost: a\r\n\r\n",
    "A14 tab": b"GET\t/attack HTTP/1.1\r\nHost: a\r\n\r\n", "A17 two expectations": post(b"Content-Length: 1\r\nExpect: 100-continue, x", b"X"),
    "C5 fragment": b"GET /attack#x HTTP/1.1\r\nHost: a\r\n\r\n", "C8 user info": b"GET /attack HTTP/1.1\r\nHost: a@admin\r\n\r\n",
    "C8 slash in Host": b"GET /attack HTTP/1.1\r\nHost: a/b\r\n\r\n", "C9 target and Host": b"GET http://admin/attack HTTP/1.1\r\nHost: public\r\n\r\n",
    "no Host": b"GET /attack HTTP/1.1\r\nA: b\r\n\r\n", "two Hosts": get(b"Host: b"), "a relative target": b"GET attack HTTP/1.1\r\nHost: a\r\n\r\n",
}

# What shows only in the body: the request may have begun, but it must not end well, and nothing may follow it.
BODIES = {
    "A8 LF after data": b"5\r\nhello\n0\r\n\r\n", "A8 LF after a size": b"5\nhello\r\n0\r\n\r\n", "A8 LF after an extension": b"2;\nxx\r\n0\r\n\r\n",
    "A8 LF at the end": b"0\r\n\n", "A8 LF in trailers": b"0\r\nA: b\n\r\n",
    **{f"A9 {size!r}": size + b"\r\nabc\r\n0\r\n\r\n" for size in (b"0x3", b"+3", b" 3", b"3 ", b"3_0", b"", b"-3", b"FFFFFFFFFFFFFFFF0", b"00000000000000003")},
    "A9 0_2e": b"0_2e\r\n\r\n", "A10 CR": b"5;a=\rX\r\nhello\r\n0\r\n\r\n", "A10 control": b"5;a\x01\r\nhello\r\n0\r\n\r\n",
    "A10 nothing": b"5;\r\nhello\r\n0\r\n\r\n", "A10 endless": b"1;" + b"a" * (1 << 20), "A10 many": b"".join(b"1;" + b"a" * 1000 + b"\r\nx\r\n" for _ in range(20)),
    "A11 too much data": b"5\r\nhello!\r\n0\r\n\r\n", "A11 a request at the end": b"0\r\nGET / HTTP/1.1\r\n\r\n", "A11 space in a trailer": b"0\r\nA : b\r\n\r\n",
    "A11 folded trailer": b"0\r\nA: b\r\n c\r\n\r\n",
}

# Responses that are not what they seem: the client gets an error or the one response, its next request never the rest.
RESPONSES = {
    "both lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "differing lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 0\r\n\r\nhello", "bad length": b"HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
    "another coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello", "CR in a value": b"HTTP/1.1 200 OK\r\nA: b\rC: d\r\nContent-Length: 0\r\n\r\n",
    "NUL": b"HTTP/1.1 200 OK\r\nA: b\0\r\nContent-Length: 0\r\n\r\n", "space before the colon": b"HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n",
    "chunked in HTTP/1.0": b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "no status": b"HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n",
    "too many 1xx": b"HTTP/1.1 103 Early Hints\r\n\r\n" * 40 + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
}
EVIL = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"


class Endpoint:
    """Notes the targets of what it takes for requests, and reads bodies as leniently as any server does."""

    def __init__(self):
        self.targets, self.answers = [], {}
        self.server = Server(self.serve)
        self.port = self.server.port

    def serve(self, connection, _):
        stream = connection.makefile("rb")
        while (head := read_head(stream)) is not None:
            self.targets.append(head[0].split()[1])
            if header(head, "transfer-encoding"):
                while size := int(stream.readline().split(b";")[0], 16):
                    stream.read(size + 2)
                while stream.readline() not in (b"\r\n", b""):
                    pass
            else:
                stream.read(int(header(head, "content-length") or 0))
            connection.sendall(self.answers.get(self.targets[-1], b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))


class Smuggling(WithProxy):
    def setUp(self):
        super().setUp()
        self.endpoint = Endpoint()
        denied = {"match": {"prefix": "/denied"}, "directResponse": {"status": 403, "body": {"inlineString": "no"}}}
        self.proxy = self.start(cluster("up", self.endpoint.port), http_listener(self.port, [denied, to("up")]))

    def exchange(self, data):
        """All that comes back until the proxy closes, or is quiet for a moment."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as client:
            sender = threading.Thread(target=self.send, args=(client, data))
            sender.start()
            answer = b""
            client.settimeout(0.7)
            try:
                while more := client.recv(65536):
                    answer += more
            except OSError:
                pass
            sender.join()
            return answer

    @staticmethod
    def send(client, data):
        try:
            client.sendall(data)
        except OSError:
            pass

    def test_no_ambiguous_head_is_forwarded(self):
        for name, attack in HEADS.items():
            with self.subTest(name):
                answer = self.exchange(attack + SMUGGLED)
                self.assertRegex(answer, rb"^HTTP/1\.1 (400|414|417|431|501|505) ")
                self.assertEqual(answer.count(b"HTTP/1.1 "), 1)
                self.assertEqual(self.endpoint.targets, [])

    def test_who_begins_like_http2_is_refused_in_http2(self):
        answer = self.exchange(b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n" + SMUGGLED)  # B16
        self.assertIn(b"the connection does not begin with the preface", answer)
        self.assertNotIn(b"HTTP/1.1", answer)
        self.assertEqual(self.endpoint.targets, [])

    def test_no_ambiguous_body_ends_well(self):
        for name, body in BODIES.items():
            with self.subTest(name):
                answer = self.exchange(chunked(body) + SMUGGLED)
                self.assertNotIn(b" 200 ", answer)
                self.assertLessEqual(answer.count(b"HTTP/1.1 "), 1)
                self.assertNotIn("/smuggled", self.endpoint.targets)

    def test_what_is_left_of_a_body_is_no_request(self):
        inner = SMUGGLED
        for framed in (b"Content-Length: %d\r\n\r\n" % len(inner) + inner, b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(inner) + inner + b"\r\n0\r\n\r\n"):
            answer = self.exchange(b"POST /denied HTTP/1.1\r\nHost: a\r\n" + framed + b"GET /after HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertTrue(answer.startswith(b"HTTP/1.1 403 "))
            self.assertNotIn("/smuggled", self.endpoint.targets)
            self.assertTrue(set(self.endpoint.targets) <= {"/after"})

    def test_what_is_sent_behind_an_upgrade_that_is_not_granted_is_no_tunnel(self):
        answer = self.exchange(b"GET /up HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n" + SMUGGLED)
        self.assertEqual([target for target in self.endpoint.targets if target not in ("/up", "/smuggled")], [])
        self.assertLessEqual(answer.count(b"HTTP/1.1 "), 2)  # a request of its own at most, with an answer of its own
        self.assertNotIn(b" 101 ", answer)

    def test_pipelined_requests_are_answered_in_order_and_the_bad_one_last(self):
        good = b"".join(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % number for number in range(1000))
        answer = self.exchange(good + b"X\r\n\r\n" + SMUGGLED)
        self.assertEqual(answer.count(b"HTTP/1.1 200 "), 1000)
        self.assertEqual(answer.count(b"HTTP/1.1 400 "), 1)
        self.assertGreater(answer.index(b"HTTP/1.1 400 "), answer.rindex(b"HTTP/1.1 200 "))
        self.assertEqual(self.endpoint.targets, [f"/{number}" for number in range(1000)])

    def test_no_ambiguous_response_poisons_the_next(self):
        for name, response in RESPONSES.items():
            with self.subTest(name):
                self.endpoint.answers["/odd"] = response + EVIL
                client = Client(self.port)
                answer = client.get("/odd")
                while answer and answer[0] < 200:
                    answer = client.read()
                client.close()
                self.assertTrue(answer is None or answer[0] in (502, 503), answer)
                for _ in range(3):
                    after = Client(self.port)
                    self.assertEqual(after.get("/next")[2], b"ok")
                    after.close()

    def test_what_follows_a_complete_response_is_thrown_away_with_its_connection(self):
        for response in (b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
                         b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"):
            self.endpoint.answers["/odd"] = response + EVIL
            client = self.client()
            self.assertNotIn(b"evil", client.get("/odd")[2])
            for _ in range(3):
                self.assertEqual(client.get("/next")[2], b"ok")
        self.endpoint.answers["/odd"] = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(EVIL) + EVIL
        client = self.client()
        self.assertEqual(client.get("/odd", method="HEAD")[0], 200)
        self.assertEqual(client.get("/next")[2], b"ok")


if __name__ == "__main__":
    skip_unless_built()
    unittest.main()
