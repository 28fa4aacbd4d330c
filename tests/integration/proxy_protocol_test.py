"""PROXY protocol on a listener of weft-proxy: whose connection it is, what follows the header, and what is no header."""

import json
import socket
import struct
import unittest

import proxy_fixture as fixture
from proxy_fixture import TYPE, Client, WithProxy, cluster, echo_http, header, http_listener, tcp_listener, to

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def takes_proxy_protocol(listener, **settings):
    kind = TYPE + "extensions.filters.listener.proxy_protocol.v3.ProxyProtocol"
    return {**listener, "listenerFiltersTimeout": "0.3s",
            "listenerFilters": [{"name": "proxy_protocol", "typedConfig": {"@type": kind, **settings}}]}


def version2(source, destination, tlvs=b"", command=1):
    addresses = socket.inet_aton(source[0]) + socket.inet_aton(destination[0]) + struct.pack(">HH", source[1], destination[1])
    return SIGNATURE + bytes([0x20 | command, 0x11]) + struct.pack(">H", len(addresses + tlvs)) + addresses + tlvs


class ProxyProtocol(WithProxy):
    def start_http(self, **settings):
        endpoint = echo_http("a")
        listener = http_listener(self.port, [to("a")], useRemoteAddress=True)
        self.start(cluster("a", endpoint.port), takes_proxy_protocol(listener, **settings))

    def forwarded_for(self, before):
        """The client as the endpoint sees it, of a request behind these bytes; nothing if the connection was closed."""
        client = Client(self.port)
        self.addCleanup(client.close)
        client.send(before)
        try:
            answer = client.get()
        except ConnectionError:
            return None
        return answer and header(["", *json.loads(answer[2])["head"][1:]], "x-forwarded-for")

    def test_both_versions_name_the_client(self):
        self.start_http()
        self.assertEqual(self.forwarded_for(b"PROXY TCP4 192.0.2.1 192.0.2.9 4711 443\r\n"), "192.0.2.1")
        self.assertEqual(self.forwarded_for(b"PROXY TCP6 2001:db8::1 ::2 4711 443\r\n"), "2001:db8::1")
        tlv = b"\x02\0\x04host" + b"\xe0\0\0"
        self.assertEqual(self.forwarded_for(version2(("192.0.2.2", 1), ("192.0.2.9", 2), tlv)), "192.0.2.2")

    def test_a_connection_may_stand_for_itself(self):
        self.start_http()
        self.assertEqual(self.forwarded_for(b"PROXY UNKNOWN\r\n"), "127.0.0.1")
        self.assertEqual(self.forwarded_for(version2(("192.0.2.2", 1), ("192.0.2.9", 2), command=0)), "127.0.0.1")

    def test_what_is_no_header_is_not_served(self):
        self.start_http()
        for bad in (b"", b"PROXY TCP4 1.2.3.4\r\n", version2(("192.0.2.2", 1), ("192.0.2.9", 2), b"\x02\xff\xff")):
            self.assertIsNone(self.forwarded_for(bad), bad)

    def test_silence_is_ended_in_time(self):
        self.start_http()
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as client:
            client.sendall(b"PROXY ")
            with self.assertRaises(ConnectionResetError):
                client.recv(1)

    def test_it_may_be_left_out_where_the_listener_says_so(self):
        self.start_http(allowRequestsWithoutProxyProtocol=True)
        self.assertEqual(self.forwarded_for(b""), "127.0.0.1")
        self.assertEqual(self.forwarded_for(b"PROXY TCP4 192.0.2.1 192.0.2.9 4711 443\r\n"), "192.0.2.1")

    def test_a_version_may_be_refused(self):
        self.start_http(disallowedVersions=["V1"])
        self.assertIsNone(self.forwarded_for(b"PROXY TCP4 192.0.2.1 192.0.2.9 4711 443\r\n"))
        self.assertEqual(self.forwarded_for(version2(("192.0.2.2", 1), ("192.0.2.9", 2))), "192.0.2.2")

    def test_it_is_taken_off_what_a_tcp_endpoint_gets(self):
        endpoint = fixture.Server(lambda connection, _: connection.sendall(connection.recv(100).upper()))
        self.start(cluster("a", endpoint.port), takes_proxy_protocol(tcp_listener(self.port, "a")))
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as client:
            client.sendall(b"PROXY TCP4 192.0.2.1 192.0.2.9 4711 443\r\nbytes")
            self.assertEqual(client.recv(100), b"BYTES")


if __name__ == "__main__":
    fixture.skip_unless_built()
    unittest.main()
