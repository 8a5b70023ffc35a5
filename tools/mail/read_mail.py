"""Reads a mail with Python's own `email` package and prints what it understood as one line of JSON.

    read_mail.py FILE
"""

import base64
import json
import sys
from email import policy
from email.parser import BytesParser
from email.utils import getaddresses
from pathlib import Path


def main(path):
    mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    parts = [part for part in mail.walk() if not part.is_multipart()]
    print(
        json.dumps(
            {
                "headers": sorted({name.lower() for name in mail.keys()}),
                "subject": mail["Subject"],
                "from": getaddresses([mail["From"]]),
                "to": [[address.display_name, address.addr_spec] for address in mail["To"].addresses],
                "message_id": mail["Message-ID"],
                "date": mail["Date"].datetime.isoformat(),
                "defects": [str(defect) for part in mail.walk() for defect in part.defects],
                "text": mail.get_body(("plain",)).get_content(),
                "html": mail.get_body(("html",)).get_content(),
                "structure": [part.get_content_type() for part in mail.walk()],
                "attachments": [
                    {
                        "name": part.get_filename(),
                        "type": part.get_content_type(),
                        "method": part["Content-Type"].params.get("method"),
                        "charset": part.get_content_charset(),
                        "content": base64.b64encode(part.get_payload(decode=True)).decode(),
                    }
                    for part in parts
                    if part.get_content_disposition() == "attachment"
                ],
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
