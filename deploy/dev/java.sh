#!/bin/sh
# Java 17 and Maven for the real Kafka of the tests: what is there, else Debian's, else a loud stop.
set -eu
if [ "${KAFKA:-}" = skip ]; then
    echo "KAFKA=skip: the tests on a real Kafka will NOT run"
    exit 0
fi
if command -v java >/dev/null 2>&1 && command -v mvn >/dev/null 2>&1; then exit 0; fi
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then sudo=""; else sudo="sudo"; fi
    echo "installing Java 17 and Maven for the tests on a real Kafka"
    if $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless maven >/dev/null; then
        exit 0
    fi
fi
echo "no Java 17 or no Maven, and no way to install them: the tests on a real Kafka cannot run." >&2
echo "Install both with your package manager, or say KAFKA=skip to go without." >&2
exit 1
