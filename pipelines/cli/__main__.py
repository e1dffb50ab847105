"""`python -m pipelines.cli`, for where the console command is not on the path."""

import sys

from pipelines.cli import main

sys.exit(main())
