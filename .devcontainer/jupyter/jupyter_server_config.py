"""Lets JupyterLab answer under the one address that GitHub Codespaces gives its port, and under no other.

Jupyter listens on 127.0.0.1 and refuses requests made in another name; Codespaces forwards them in the codespace's.
The token is asked for all the same.
"""

import os

from traitlets.config import get_config

c = get_config()

if name := os.environ.get("CODESPACE_NAME"):
    domain = os.environ.get("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN", "app.github.dev")
    host = f"{name}-8888.{domain}"
    c.ServerApp.allow_origin = f"https://{host}"
    c.ServerApp.local_hostnames = ["localhost", host]
