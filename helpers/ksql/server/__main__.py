"""`python -m helpers.ksql.server`."""

import sys

from helpers.ksql.server import main

sys.exit(main())
