"""An SMTP server for tests: `aiosmtpd`, which keeps what it is given and refuses what it is told to refuse.

    smtp_server.py DIRECTORY [--port PORT] [--login NAME PASSWORD] [--certificate FILE KEY] [--implicit-tls]

Prints its port on a line of its own and runs until its standard input ends. Every message becomes a file `N.eml` in the directory,
next to `N.json` with its envelope. Addresses that begin with `later` are refused for now, those that begin with `never` for good;
`drop` loses the connection and `garble` answers with what is no SMTP.
"""

import argparse
import asyncio
import json
import logging
import ssl
import sys
import warnings
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult


class Keeper:
    def __init__(self, directory):
        self.directory = directory
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("later"):
            return "451 4.3.0 Come back later"
        if address.startswith("never"):
            return "550 5.1.1 Nobody of that name"
        if address.startswith("drop"):
            server.transport.abort()
        if address.startswith("garble"):
            return "what is SMTP?"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        (self.directory / f"{self.count}.eml").write_bytes(envelope.original_content)
        facts = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "is_protected": server.transport.get_extra_info("sslcontext") is not None,
            "user": getattr(session.auth_data, "login", b"").decode() if session.auth_data else None,
        }
        (self.directory / f"{self.count}.json").write_text(json.dumps(facts), encoding="utf-8")
        self.count += 1
        return "250 OK"


async def serve(make_session, context, port):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(make_session, host="127.0.0.1", port=port, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main():
    # What the tests want is insecure now and then, and said so every time.
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--login", nargs=2)
    parser.add_argument("--certificate", nargs=2)
    parser.add_argument("--implicit-tls", action="store_true")
    arguments = parser.parse_args()

    options = {}
    context = None
    if arguments.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*arguments.certificate)
        if not arguments.implicit_tls:
            options |= {"tls_context": context, "require_starttls": True}
    if arguments.login:
        name, password = (text.encode() for text in arguments.login)

        def authenticate(server, session, envelope, mechanism, data):
            is_right = (data.login, data.password) == (name, password)
            return AuthResult(success=is_right, handled=False, auth_data=data)

        options |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": "tls_context" in options}

    keeper = Keeper(arguments.directory)
    asyncio.run(
        serve(
            lambda: SMTP(keeper, hostname="localhost", **options),
            context if arguments.implicit_tls else None,
            arguments.port,
        )
    )


if __name__ == "__main__":
    main()
