"""A real Apache Kafka for development and tests: one process, its own folder and free ports, no package to install."""
