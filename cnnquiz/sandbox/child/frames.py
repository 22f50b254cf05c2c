"""A message is a frame: magic, two lengths, a JSON header, then raw little-endian arrays; never pickle.

Both sides know this layout. This module is the child's side of it; the parent's, which trusts nothing, is
`cnnquiz.sandbox.channel`.
"""

import array
import json
import os
import socket
import struct
from collections.abc import Sequence
from typing import Any

MAGIC = b"CQ1\0"
PREFIX = struct.Struct("<4sIQ")  # magic, bytes of header, bytes of payload

Header = dict[str, Any]


class Frames:
    """Blocking frames on a socket; when the parent goes away, so does this process."""

    def __init__(self, descriptor: int) -> None:
        # Family and type are named: asking the kernel for them is not among the allowed system calls.
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=descriptor)

    def receive(self) -> tuple[Header, bytearray, list[int]]:
        """The next header, its payload, and any file descriptors that came along."""
        prefix, descriptors = self._receive_prefix()
        magic, header_bytes, payload_bytes = PREFIX.unpack(prefix)
        if magic != MAGIC:
            os._exit(1)
        header: Header = json.loads(self._receive_exactly(header_bytes))
        return header, self._receive_exactly(payload_bytes), descriptors

    def send(self, header: Header, payload: Sequence[memoryview] = ()) -> None:
        """Send one frame; the payload's parts follow each other without gaps."""
        encoded = json.dumps(header).encode()
        self._socket.sendall(PREFIX.pack(MAGIC, len(encoded), sum(part.nbytes for part in payload)) + encoded)
        for part in payload:
            self._socket.sendall(part)

    def _receive_prefix(self) -> tuple[bytes, list[int]]:
        start, ancillary, _, _ = self._socket.recvmsg(PREFIX.size, socket.CMSG_LEN(4))
        if not start:
            os._exit(0)
        descriptors = array.array("i")
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
        return start + self._receive_exactly(PREFIX.size - len(start)), list(descriptors)

    def _receive_exactly(self, size: int) -> bytearray:
        data = bytearray(size)
        view = memoryview(data)
        while view:
            received = self._socket.recv_into(view)
            if received == 0:
                os._exit(0)
            view = view[received:]
        return data
