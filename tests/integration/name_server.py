"""A small DNS server for tests."""

import socket
import struct
import threading

A, AAAA = 1, 28
OK, SERVER_FAILURE, NO_SUCH_NAME = 0, 2, 3


class NameServer:
    """Answers A queries over UDP from `names` ({name: (ttl, [address])}) with the code that is set. Counts what is asked."""

    def __init__(self, names, port=0):
        self.names, self.code, self.asked = names, OK, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", port))
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                query, client = self.socket.recvfrom(4096)
                self.socket.sendto(self.answer(query), client)
            except OSError:
                return

    def answer(self, query):
        at, labels = 12, []
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        kind = struct.unpack("!H", query[at + 1:at + 3])[0]
        name = ".".join(labels)
        self.asked.append((name, kind))
        ttl, addresses = self.names.get(name, (0, []))
        code = self.code if self.code != OK or name in self.names else NO_SUCH_NAME
        records = addresses if kind == A and code == OK else []
        head = query[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(records), 0, 0)
        return head + query[12:at + 5] + b"".join(
            b"\xc0\x0c" + struct.pack("!HHIH", A, 1, ttl, 4) + socket.inet_aton(address) for address in records)
