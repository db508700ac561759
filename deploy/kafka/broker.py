"""One Kafka node (broker and controller) as a child process, in a folder of its own."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from pathlib import Path
from typing import Final

from deploy.kafka.jars import HOME, java, resolve

_LOGGING: Final = Path(__file__).with_name("log4j2.properties")
_READY: Final = "Kafka Server started"
_HEAP: Final = "512m"
_ATTEMPTS: Final = 3
"""How often to try other ports: between finding a free one and using it another process may take it."""

# Kafka's defaults are a cluster's: internal topics of 50 partitions with three replicas, 3 s before a group's first
# assignment, 128 MiB of heap for the cleaner at the start.
_PROPERTIES: Final = """\
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.index.size.max.bytes=1048576
log.cleaner.dedupe.buffer.size=8388608
num.network.threads=2
num.io.threads=4
background.threads=2
group.coordinator.threads=1
num.recovery.threads.per.data.dir=1
controlled.shutdown.enable=false
server.max.startup.time.ms=60000
message.max.bytes=8388608
offsets.retention.minutes=525600
"""


class BrokerError(Exception):
    """The broker did not start; the message ends with its log's last lines."""


class Broker:
    """Apache Kafka on 127.0.0.1. Everything it keeps is in `directory`; starting again there finds it all.

    Ports are chosen at the first start and kept. `start` returns when the broker answers. The log is `broker.log`.
    """

    def __init__(self, directory: Path, *, jars: Path = HOME, port: int | None = None) -> None:
        self.directory = directory
        self._jars = jars
        self._wanted = port
        self._port: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        if self._port is None:
            raise BrokerError("the broker has no port before its first start")
        return f"127.0.0.1:{self._port}"

    @property
    def pid(self) -> int | None:
        """The process while it lives."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def log(self) -> Path:
        return self.directory / "broker.log"

    def start(self, patience: float = 120.0) -> None:
        """Start, the first time making the data folder; waits until the broker answers. Raises BrokerError, KafkaUnavailableError."""
        if self.pid is not None:
            return
        self.kill()
        libs = resolve(self._jars)
        self.directory.mkdir(parents=True, exist_ok=True)
        properties = self.directory / "server.properties"
        data = self.directory / "data"
        if (data / "meta.properties").exists():
            self._port = _port_in(properties)
            self._run(libs, properties, patience)
            return
        for left in reversed(range(_ATTEMPTS)):
            self._configure(properties)
            self._format(libs, properties)
            try:
                self._run(libs, properties, patience)
            except BrokerError:
                if "Address already in use" not in _tail(self.log) or not left:
                    raise
                # The ports stand in the data folder too, which holds nothing yet.
                shutil.rmtree(data)
            else:
                return

    def stop(self, patience: float = 15.0) -> None:
        """SIGTERM, and SIGKILL if the process has not ended by then."""
        self._end(signal.SIGTERM, patience)

    def kill(self) -> None:
        """SIGKILL, as a power cut."""
        self._end(signal.SIGKILL, 30.0)

    def restart(self, patience: float = 120.0) -> None:
        """Stop and start on the same folder and ports."""
        self.stop()
        self.start(patience)

    def signal(self, number: int) -> None:
        """Send the process a signal (SIGSTOP, SIGCONT)."""
        if self.pid is None:
            raise BrokerError("the broker is not running")
        os.kill(self.pid, number)

    def _configure(self, properties: Path) -> None:
        with socket.socket() as one, socket.socket() as two:
            for held, port in ((one, self._wanted or 0), (two, 0)):
                held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                held.bind(("127.0.0.1", port))
            self._port, controller = one.getsockname()[1], two.getsockname()[1]
        text = _PROPERTIES.format(port=self._port, controller=controller, data=self.directory.resolve() / "data")
        properties.write_text(text)

    def _format(self, libs: Path, properties: Path) -> None:
        # Kafka's own tools read a leading "-" as an option.
        cluster = "E" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode()[1:22]
        command = [*_java(libs, "256m"), "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}"]
        command += ["--config", str(properties), "--standalone"]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)  # noqa: S603 (our own arguments)
        if done.returncode != 0:
            raise BrokerError(f"the data folder could not be made:\n{(done.stdout + done.stderr)[-2000:]}")

    def _run(self, libs: Path, properties: Path, patience: float) -> None:
        with self.log.open("ab") as log:
            before = log.tell()
            # Its own session: Ctrl-C is for us, who then stop it in order.
            self._process = subprocess.Popen(  # noqa: S603 (our own arguments)
                [*_java(libs, _HEAP), f"-Dkafka.logs.dir={self.directory}", "kafka.Kafka", str(properties)],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        # Its input ends when we do, however we end: no broker is left behind by a killed parent.
        self._guard = subprocess.Popen(  # noqa: S603 (our own arguments)
            ["/bin/sh", "-c", f"read -r _; kill -9 {self._process.pid}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise BrokerError(f"the broker ended with {self._process.returncode}:\n{_tail(self.log)}")
            if _READY in _since(self.log, before) and self._answers():
                return
            time.sleep(0.1)
        self.kill()
        raise BrokerError(f"the broker was not ready after {patience:.0f} s:\n{_tail(self.log)}")

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._port or 0), timeout=1).close()
        except OSError:
            return False
        return True

    def _end(self, number: signal.Signals, patience: float) -> None:
        process, self._process = self._process, None
        guard, self._guard = self._guard, None
        if guard is not None:
            guard.kill()
            guard.communicate()
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(number)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(30)


def _java(libs: Path, heap: str) -> list[str]:
    # One compiler and one collector thread less: starts in half the time on two cores.
    options = [f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    return [java(), *options, f"-Dlog4j2.configurationFile={_LOGGING}", "-cp", f"{libs}/*"]


def _port_in(properties: Path) -> int:
    for line in properties.read_text().splitlines():
        if line.startswith("advertised.listeners="):
            return int(line.rpartition(":")[2])
    raise BrokerError(f"{properties} names no port; remove the folder to start anew")


def _since(log: Path, offset: int) -> str:
    with log.open("rb") as file:
        file.seek(offset)
        return file.read().decode(errors="replace")


def _tail(log: Path, length: int = 3000) -> str:
    return log.read_text(errors="replace")[-length:] if log.exists() else ""
