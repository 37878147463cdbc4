#!/usr/bin/env python3
"""tests/integration/deliveries_test.py with 100,000 deliveries, and the helper thread started and stopped a thousand times."""
import os, subprocess, sys

os.environ.setdefault("DELIVERIES", "100000")
build = os.path.abspath(os.environ.get("BUILD", "build"))
os.environ.setdefault("SIMPLIX", os.path.join(build, "simplix"))
here = os.path.dirname(os.path.abspath(__file__))
many = subprocess.run([sys.executable, os.path.join(here, "..", "integration", "deliveries_test.py")])
helper = subprocess.run([os.path.join(build, "unit"), "helper_sec69"], env=dict(os.environ, HELPER_CYCLES=os.environ.get("HELPER_CYCLES", "1000")))
sys.exit(many.returncode or helper.returncode)
