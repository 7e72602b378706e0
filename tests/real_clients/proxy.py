"""Google's host names on this machine: an HTTPS proxy that ends TLS with a throw-away authority and refuses all others.

A client is told of it by the environment alone, as of a company's proxy, and so runs unmodified.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import SHUT_WR, create_connection, socket
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

HOSTS = ("www.googleapis.com", "admin.googleapis.com", "oauth2.googleapis.com", "accounts.google.com")
_CHUNK = 65536


@dataclass
class Proxy:
    """A running proxy: what a client's environment must hold, and which hosts it was asked for."""

    environment: dict[str, str]
    reached: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)


@contextmanager
def proxy_before(emulator_port: int, folder: Path) -> Iterator[Proxy]:
    """A proxy that leads Google's hosts to the emulator on that port of this machine."""
    authority, server_side = folder / "authority.pem", folder / "server.pem"
    _write_certificates(authority, server_side)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server_side)
    proxy = Proxy({})

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            verb, _, rest = self.rfile.readline().decode("latin-1").partition(" ")
            host = rest.partition(" ")[0]
            while self.rfile.readline().strip():
                """Skip the headers."""
            if verb != "CONNECT" or host not in {f"{name}:443" for name in HOSTS}:
                proxy.refused.add(host)
                self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                return
            proxy.reached.add(host)
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            _carry(self.connection, context, emulator_port)

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        proxy.environment = _environment(f"http://127.0.0.1:{server.server_address[1]}", authority)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()


def _environment(address: str, authority: Path) -> dict[str, str]:
    proxies = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), address)
    trust = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HTTPLIB2_CA_CERTS", "NODE_EXTRA_CA_CERTS")
    return proxies | {name: str(authority) for name in trust}


def _carry(client: socket, context: ssl.SSLContext, port: int) -> None:
    """Carry bytes both ways until either side has said all."""
    try:
        with context.wrap_socket(client, server_side=True) as secure, create_connection(("127.0.0.1", port)) as plain:
            answering = Thread(target=_pour, args=(plain, secure), daemon=True)
            answering.start()
            _pour(secure, plain)
            plain.shutdown(SHUT_WR)
            answering.join()
    except OSError:
        """Hung up, or did not trust us: the client's own business."""


def _pour(source: socket, target: socket) -> None:
    try:
        while data := source.recv(_CHUNK):
            target.sendall(data)
    except OSError:
        """The other direction ends too."""


def _write_certificates(authority: Path, server_side: Path) -> None:
    """The authority's certificate for clients, and a certificate of Google's names with its key for the proxy."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Throw-away authority of a test")])
    root_id = x509.SubjectKeyIdentifier.from_public_key(root_key.public_key())
    signed = _unsigned(root, root, root_key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    signed = signed.add_extension(root_id, critical=False).add_extension(_MAY_SIGN, critical=True)
    authority.write_bytes(signed.sign(root_key, SHA256()).public_bytes(Encoding.PEM))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOSTS[0])])
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS])
    issuer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(root_id)
    leaf = _unsigned(name, root, key).add_extension(names, critical=False).add_extension(issuer, critical=False)
    certificate = leaf.sign(root_key, SHA256()).public_bytes(Encoding.PEM)
    server_side.touch(mode=0o600)
    server_side.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate)


_MAY_SIGN = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _unsigned(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(hours=1))
    return builder.not_valid_after(now + timedelta(days=1))
