"""`make kafka`: a real Kafka to play with, until Ctrl-C. What was written stays in its folder."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from deploy.kafka.broker import Broker, BrokerError
from deploy.kafka.jars import HOME, KafkaUnavailableError, resolve, version


def main() -> int:
    parser = argparse.ArgumentParser(prog="make kafka", description="A real Apache Kafka on this machine.")
    parser.add_argument("--directory", type=Path, default=HOME / "data", help="where it keeps everything")
    parser.add_argument("--port", type=int, default=None, help="for its first start (default: a free one)")
    parser.add_argument("--check", action="store_true", help="only fetch the jars; KAFKA=skip goes without")
    asked = parser.parse_args()
    if asked.check and os.environ.get("KAFKA") == "skip":
        print("KAFKA=skip: the tests on a real Kafka will NOT run", file=sys.stderr)
        return 0
    try:
        if asked.check:
            resolve()
            return 0
        return serve(Broker(asked.directory, port=asked.port))
    except (BrokerError, KafkaUnavailableError) as fault:
        print(f"{fault}\nSay KAFKA=skip to test without Kafka.", file=sys.stderr)
        return 1


def serve(broker: Broker) -> int:
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    print(f"starting Kafka {version()} in {broker.directory} ...", file=sys.stderr, flush=True)
    broker.start()
    try:
        print(f"Kafka {version()} answers at {broker.bootstrap} (process {broker.pid}); Ctrl-C stops it.")
        print(
            f"  escucha topics apply --kafka {broker.bootstrap}\n  export ESCUCHA_KAFKA={broker.bootstrap}", flush=True
        )
        while broker.pid is not None and not done.wait(0.5):
            pass
        ended = broker.pid is None
    finally:
        broker.stop()
    if ended and not done.is_set():
        print(f"Kafka ended by itself; see {broker.log}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
