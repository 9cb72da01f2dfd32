#!/bin/sh
# `sudo emdia doctor` from anywhere, as the service's own user and with its settings.
#   install -m 0755 deploy/emdia.sh /usr/local/bin/emdia
set -eu
cd /var/lib/emdia
exec runuser -u emdia -- /opt/emdia/.venv/bin/emdia "$@"
