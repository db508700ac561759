#!/bin/sh
# A real browser for tests/browser: the one that is there, else Debian's, else a loud stop.
set -eu
if [ "${BROWSER:-}" = skip ]; then
    echo "BROWSER=skip: the dashboard's browser test will NOT run"
    exit 0
fi
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then sudo=""; else sudo="sudo"; fi
    echo "installing Chromium for the dashboard's browser test"
    if $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends chromium >/dev/null; then
        exit 0
    fi
fi
echo "no Chromium and no way to install one: tests/browser cannot run." >&2
echo "Install Chromium with your package manager, or say BROWSER=skip to go without." >&2
exit 1
