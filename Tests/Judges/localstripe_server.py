"""Runs localstripe on loopback alone: `python localstripe_server.py PORT`."""

import sys

import aiohttp.web
import localstripe.server

if __name__ == "__main__":
    aiohttp.web.run_app(localstripe.server.app, host="127.0.0.1", port=int(sys.argv[1]))
